"""{% clause "3.9.3.1.1" %} draws a clause chip, {{ number|citation }} gives 3-9(3)ア(ア)."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from policy import citations
from policy.models import Correction

register = template.Library()

REMEMBERED = "_clause_headings"


CHIP = '<a class="clause-chip" href="{}">{}{}</a>'
HEADING = '<span class="clause-chip__heading"> {}</span>'
PLAIN = '<span class="clause-chip">{}</span>'


@register.simple_tag(takes_context=True)
def clause(context: Context, number: str) -> SafeString:
    """The chip of a clause in force, with its heading; an unknown number is plain text.

    All chips of a page share one query, and chips of the same clause are drawn once.
    """
    known, drawn = _known_headings(context)
    if number not in drawn:
        drawn[number] = _chip(citations.parse_address(str(number)) or str(number), known)
    return drawn[number]


def _chip(wanted: str, known: citations.Headings) -> SafeString:
    if wanted not in known:
        return format_html(PLAIN, citations.citation(wanted))
    heading = citations.heading(wanted, known=known)
    words = format_html(HEADING, heading) if heading else ""
    return format_html(CHIP, reverse("policy:clause", args=[wanted]), citations.citation(wanted), words)


def _known_headings(context: Context) -> tuple[citations.Headings, dict[str, SafeString]]:
    """The headings in force, and the chips drawn so far.

    Read once a page: kept on the request, or in the bottom layer of the context where there is none (PDF, mail).
    """
    request = context.get("request")
    keeper = request.__dict__ if request is not None else context.dicts[0]
    if REMEMBERED not in keeper:
        keeper[REMEMBERED] = citations.headings(on=timezone.localdate()), {}
    return keeper[REMEMBERED]


@register.filter
def citation(number: str) -> str:
    """3-9(3)ア(ア) for 3.9.3.1.1; what is no number stays as it is."""
    return citations.citation(str(number))


@register.filter
def unmarked(text: str) -> str:
    """A heading or a term without the * of the glossary."""
    return text.replace("*", "")


LEVELS = {"(1)": "(1) の項", "ア": "ア の項", "(ア)": "(ア) の項", "a": "a の項"}


@register.filter
def level_word(level: str) -> str:
    """How a level of the tree is called beside its count."""
    return LEVELS.get(level, level)


@register.filter
def kind_word(kind: str) -> str:
    """誤字 for CHR."""
    return dict(Correction.Kind.choices).get(kind, kind)


@register.filter
def certainty_word(certainty: str) -> str:
    """確実 for A."""
    return dict(Correction.Certainty.choices).get(certainty, certainty)
