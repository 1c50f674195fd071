"""Lengths of time as the evaluation sheet says them."""

from django import template

register = template.Library()
HOUR, DAY = 60, 24 * 60


@register.filter
def length_of_time(minutes: int | None) -> str:
    """45分, 2時間5分, 30日3時間; － for nothing."""
    if minutes is None:
        return "－"
    days, rest = divmod(minutes, DAY)
    hours, left = divmod(rest, HOUR)
    if days:
        return f"{days}日{f'{hours}時間' if hours else ''}"
    return f"{hours}時間{f'{left}分' if left else ''}" if hours else f"{left}分"
