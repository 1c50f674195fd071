"""How the trail is narrowed; kept in the URL."""

from datetime import date, datetime, time, timedelta

import django_filters
from django.forms import TextInput
from django.utils import timezone

from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateInput

from .models import Entry
from .names import names_with
from .verbs import registered_words


class DayInput(JapaneseDateInput):
    """Without the button for today: a filter looks back."""

    now_label = ""


class DayFilter(django_filters.Filter):
    """A day in three boxes, kept in the URL like any other field."""

    field_class = JapaneseDateField

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, widget=DayInput, **kwargs)


class EntryFilter(django_filters.FilterSet):
    """By act, person and days of the city (both included)."""

    verb = django_filters.ChoiceFilter(label="行為", choices=registered_words, empty_label="全て")
    person = django_filters.CharFilter(label="氏名", method="by_name", widget=TextInput(attrs={"maxlength": 100}))
    since = DayFilter(label="この日から", method="from_day")
    until = DayFilter(label="この日まで", method="to_day")

    class Meta:
        model = Entry
        fields: list[str] = []

    def by_name(self, rows, name: str, part: str):
        return rows.filter(actor_name__in=names_with(part))

    def from_day(self, rows, name: str, day: date):
        return rows.filter(at__gte=_midnight(day))

    def to_day(self, rows, name: str, day: date):
        return rows.filter(at__lt=_midnight(day + timedelta(days=1)))


def _midnight(day: date) -> datetime:
    """The first moment of the day in the city."""
    return timezone.make_aware(datetime.combine(day, time.min))
