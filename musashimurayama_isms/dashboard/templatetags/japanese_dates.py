"""Days and moments as the city writes them: 令和8年11月22日(日) 14:05, always in Asia/Tokyo."""

from datetime import date, datetime

from django import template
from django.utils import timezone

from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.fiscal import wareki as wareki_of

register = template.Library()

WEEKDAYS = "月火水木金土日"


def day_of(value: date | datetime) -> date:
    """The calendar day of a value in the city; a naive moment is taken to be the city's."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value, TOKYO).date() if timezone.is_aware(value) else value.date()


@register.filter
def wareki(value: date | datetime | None) -> str:
    """令和8年11月22日; nothing for nothing."""
    return wareki_of(day_of(value)) if value else ""


@register.filter
def wareki_day(value: date | datetime | None) -> str:
    """令和8年11月22日(日)."""
    return f"{wareki(value)}({WEEKDAYS[day_of(value).weekday()]})" if value else ""


@register.filter
def wareki_time(value: date | datetime | None) -> str:
    """令和8年11月22日(日) 14:05; a value without an hour gets none."""
    if not isinstance(value, datetime):
        return wareki_day(value)
    local = timezone.localtime(value, TOKYO) if timezone.is_aware(value) else value
    return f"{wareki_day(local)} {local:%H:%M}"


@register.filter
def clock(value: datetime | None) -> str:
    """14:05."""
    return wareki_time(value)[-5:] if value else ""
