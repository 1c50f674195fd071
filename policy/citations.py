"""Clause numbers as people write them, and the headings that stand behind them.

`parse` is the way back from `policy.numbers.printed`, patient with width, brackets and 第…章.
"""

import re
from datetime import date

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from musashimurayama_isms.japanese import fold
from musashimurayama_isms.prepared import Prepared
from policy.models import Clause, Document, Revision
from policy.models.clause import ClauseQuerySet
from policy.numbers import KATAKANA, printed

DEPTH = 6
DOTTED = re.compile(r"^\d{1,3}(\.\d{1,3})+$")
PRINTED = re.compile(
    r"^第?(?P<chapter>\d{1,2})(?:章第?|-)(?P<section>\d{1,2})"
    r"(?:\((?P<item>\d{1,2})\)(?:(?P<kana>[ア-ン])(?:\((?P<inner>[ア-ン])\)(?P<letter>[a-z])?)?)?)?$"
)
CHAPTER = re.compile(r"^第(\d{1,2})章?$|^(\d{1,2})章$")

Headings = dict[str, str]


def parse(text: str) -> str | None:
    """The dotted number that a text names, or None: "3-5(2)キ(イ)", "３－５（２）キ（イ）", "3.5.2.7.2", "第3章"."""
    word = fold(text).strip("〔〕[]")
    if DOTTED.match(word):
        return _checked([int(part) for part in word.split(".")])
    if chapter := CHAPTER.match(word):
        return _checked([int(chapter[1] or chapter[2])])
    match = PRINTED.match(word)
    return _checked(_parts(match)) if match else None


def parse_address(text: str) -> str | None:
    """Like `parse`, and a bare number is a chapter: "3" is the address of 第3章, but nothing one would search for."""
    return parse(text) or parse(f"第{text}章")


def _parts(match: re.Match[str]) -> list[int]:
    parts = [int(match["chapter"]), int(match["section"])]
    if match["item"]:
        parts.append(int(match["item"]))
    parts += [KATAKANA.find(match[name]) + 1 for name in ("kana", "inner") if match[name]]
    if match["letter"]:
        parts.append(ord(match["letter"]) - ord("a") + 1)
    return parts


def _checked(parts: list[int]) -> str | None:
    if len(parts) > DEPTH or 0 in parts:
        return None
    return ".".join(map(str, parts))


def _numbers(on: date) -> QuerySet:
    """(number, heading, chapters of a part that is 非公開) of the policy in force."""
    return (
        Clause.objects.filter(revision__in=Revision.objects.of_the_policy().in_force(on), revision__document__access=Document.Access.PUBLIC)
        .annotate(shut=FilteredRelation("revision__document__parts", condition=Q(revision__document__parts__access=Document.Access.CLOSED)))
        .order_by()
        .values_list("number", "heading", "shut__chapters")
    )


_HEADINGS = Prepared(_numbers)


def headings(*, on: date) -> Headings:
    """Number → heading of the policy in force on a day, in one query; the chapters of a part that is 非公開 are left out."""
    found: Headings = {}
    hidden: set[str] = set()
    for number, heading, chapters in _HEADINGS(on=on):
        found[number] = heading
        hidden.update(str(chapter) for chapter in chapters or ())
    return {number: heading.replace("*", "") for number, heading in found.items() if number.split(".")[0] not in hidden}


def heading(number: str, *, on: date | None = None, known: Headings | None = None) -> str:
    """The heading of a clause in force today (or `on`), or of the nearest one above that has one; "" for an unknown number.

    `known` is the answer of `headings`, for a caller who asks for many.
    """
    known = headings(on=on or timezone.localdate()) if known is None else known
    return next((known[place] for place in lineage(number) if known.get(place)), "") if number in known else ""


def lineage(number: str) -> list[str]:
    """The number itself and those that contain it, from the inside out."""
    parts = number.split(".")
    return [".".join(parts[:depth]) for depth in range(len(parts), 0, -1)]


def near(number: str, rows: ClauseQuerySet) -> list[Clause]:
    """The clauses nearest to an unknown number: the closest one above it with its children, else the chapters."""
    rows = rows.headings().order_by("position")
    above = rows.filter(number__in=lineage(number)[1:]).last()
    return list(rows.filter(Q(pk=above.pk) | Q(parent=above)) if above else rows.filter(parent=None))


def citation(number: str) -> str:
    """3-5(2)キ(イ) for 3.5.2.7.2; what is no clause number is given back as it came."""
    try:
        return printed(number)
    except ValueError:
        return number
