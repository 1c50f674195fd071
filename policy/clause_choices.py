"""The clauses that one can ask not to follow, as a form offers them: by 節, each with what it obliges to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from musashimurayama_isms.accounts.models import User
from policy.citations import citation, headings, lineage
from policy.citations import heading as heading_of
from policy.coverage import CHAPTERS
from policy.models import Clause, Obligation
from policy.visits import Operator, Visit

Choice = tuple[str, str]
LONGEST = 90  # letters of a choice


def clause_choices(user: User | None, *, at: datetime) -> list[tuple[str, list[Choice]]]:
    """The 節 of the revision in force with their clauses: those that oblige somebody, and those that contain such.

    Two queries. A whole 節 is no choice unless it obliges by itself: whoever leaves out so much should say what.
    """
    visit = Visit(user, at=at) if user else Operator(at=at)
    duties = _duties(visit.obligations)
    asked = {place for number in duties for place in lineage(number)}
    sections: dict[str, tuple[str, list[Choice]]] = {}
    for clause in visit.clauses.headings():
        if clause.depth == 2 and clause.number.split(".")[0] in CHAPTERS:
            sections[clause.number] = (_words(clause, []), [])
        own = duties.get(clause.number, [])
        if clause.number in asked and (own if clause.depth == 2 else clause.depth > 2):
            sections[".".join(clause.number.split(".")[:2])][1].append((clause.number, _words(clause, own)))
    return [(title, choices) for title, choices in sections.values() if choices]


def _duties(rows: Iterable[Obligation]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, summary in rows.order_by("position").values_list("clause", "summary"):
        found.setdefault(number, []).append(summary)
    return found


def _words(clause: Clause, duties: list[str]) -> str:
    """3-5(2)キ(イ) 運搬　運ぶ前に許可を受けます。"""
    words = "　".join(part for part in (clause.heading.replace("*", ""), "／".join(duties)) if part)
    return f"{clause.citation} {words[:LONGEST]}{'…' if len(words) > LONGEST else ''}"


@dataclass(frozen=True)
class ClauseLine:
    """A clause that is left out, as a page shows it."""

    number: str
    heading: str
    url: str
    duties: list[str]

    @property
    def citation(self) -> str:
        return citation(self.number)


def clause_lines(numbers: Iterable[str], *, on: date) -> list[ClauseLine]:
    """Clauses with headings and what they oblige to, in the order given; two queries."""
    numbers, known = list(numbers), headings(on=on)
    duties = _duties(Obligation.objects.in_force().public().filter(clause__in=numbers))
    return [
        ClauseLine(number, heading_of(number, known=known), reverse("policy:clause", args=[number]), duties.get(number, []))
        for number in numbers
    ]


def as_html(numbers: Iterable[str], *, on: date) -> SafeString:
    """The clauses as a list of chips with their duties."""
    rows = [(line.url, line.citation, line.heading, "／".join(line.duties)) for line in clause_lines(numbers, on=on)]
    chip = '<li><a class="clause-chip" href="{}">{}</a> {}<br>{}</li>'
    return format_html("<ul>{}</ul>", format_html_join("", chip, rows))
