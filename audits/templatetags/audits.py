"""Words of the audits for templates."""

from django import template
from django.utils import timezone

from audits import rooms
from audits.models import Result

register = template.Library()

TONES = {"conform": "done", "major": "error", "minor": "warning", "observation": "waiting", "recommendation": "neutral"}


@register.filter
def result_counts(results: dict[str, int]) -> list[tuple[str, int]]:
    """(適合, 12) for each of the seven results, in their order."""
    return [(label, results.get(value, 0)) for value, label in Result.choices]


@register.filter
def result_tone(result: str) -> str:
    """The tone of the chip of a result."""
    return TONES.get(result, "quiet")


@register.filter
def grade_tone(grade: str) -> str:
    """The tone of the chip of a grade."""
    return TONES.get(grade, "quiet")


@register.inclusion_tag("audits/_tabs.html", takes_context=True)
def audit_tabs(context: template.Context, here: str) -> dict:
    """The rooms of 監査・点検 that the person may open, as tabs; `here` is the slug of the one that is open."""
    return {"tabs": rooms.tabs(context["request"].user, here, at=timezone.now())}
