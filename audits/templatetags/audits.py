"""Words of the audits for templates."""

from django import template
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from audits import rooms
from audits.models import CheckItem, Result

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


ONE_RESULT = '<label class="result"><input type="radio" name="result" value="{}"{}><span><kbd>{}</kbd> {}</span></label>'


@register.simple_tag
def results(item: CheckItem) -> SafeString:
    """The seven results of an item, each with its key; no template, for a checklist draws them two thousand times."""
    rows = [(value, " checked" if item.result == value else "", key, label) for key, (value, label) in enumerate(item.result_choices, 1)]
    return format_html_join("", ONE_RESULT, rows)


@register.inclusion_tag("audits/_tabs.html", takes_context=True)
def audit_tabs(context: template.Context, here: str) -> dict:
    """The rooms of 監査・点検 that the person may open, as tabs; `here` is the slug of the one that is open."""
    return {"tabs": rooms.tabs(context["request"].user, here, at=timezone.now())}
