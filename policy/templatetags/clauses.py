"""{% clause "3.9.3.1.1" %} draws a clause chip, {{ number|citation }} gives 3-9(3)ア(ア)."""

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from policy import citations
from policy.models import Correction

register = template.Library()

REMEMBERED = "_clause_headings"


@register.inclusion_tag("components/clause_chip.html", takes_context=True)
def clause(context: Context, number: str) -> dict:
    """The chip of a clause in force, with its heading; an unknown number is plain text.

    All chips of a page share one query.
    """
    wanted = citations.parse_address(str(number)) or str(number)
    known = _known_headings(context)
    if wanted not in known:
        return {"citation": citations.citation(wanted), "url": ""}
    return {
        "citation": citations.citation(wanted),
        "url": reverse("policy:clause", args=[wanted]),
        "heading": citations.heading(wanted, known=known),
    }


def _known_headings(context: Context) -> citations.Headings:
    """Read once a page: kept on the request, or in the bottom layer of the context where there is none (PDF, mail)."""
    request = context.get("request")
    keeper = request.__dict__ if request is not None else context.dicts[0]
    if REMEMBERED not in keeper:
        keeper[REMEMBERED] = citations.headings(on=timezone.localdate())
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
