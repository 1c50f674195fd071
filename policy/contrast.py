"""The 新旧対照表 as pages and papers show it: 改正後 beside 改正前, the changed words underlined on both sides."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.safestring import SafeString

from policy.citations import lineage
from policy.comparison import ChangeKind
from policy.models import Clause, ClauseChange, Revision
from policy.models.change import GONE_BEFORE, ClauseChangeQuerySet, closed_chapters
from policy.numbers import printed
from policy.visits import Visit
from policy.wording import Piece, drawn, wording

PER_PAGE = 50
EVERYTHING = "all"
TAGS = {"old": "del", "new": "ins"}


@dataclass(frozen=True)
class Column:
    """One side of a line, ready to be drawn; None stands for 新設 and 削除."""

    citation: SafeString
    heading: SafeString
    text: SafeString
    tables: SafeString
    url: str


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    change: ClauseChange
    new: Column | None
    old: Column | None


@dataclass(frozen=True)
class Mention:
    """A changed clause in a short list: which, under which heading, and where to see it."""

    change: ClauseChange
    heading: str
    url: str


@dataclass(frozen=True)
class Section:
    """A 節 with its lines."""

    number: str
    heading: str
    lines: list[Line] = field(default_factory=list)


def rows_of(tables: Iterable) -> str:
    """The tables of a clause as lines of text: cells are compared as words are."""
    return "\n".join("　".join(str(cell) for cell in row) for table in tables for row in table)


def parts_of(clause: Clause) -> tuple[str, str, str, str]:
    """What a column shows of a clause: number, heading, text, tables."""
    return (printed(clause.number), clause.heading.replace("*", ""), clause.text, rows_of(clause.tables))


def line_of(change: ClauseChange, urls: Mapping[str, str]) -> Line:
    """A line with its changed words; `urls` are the beginnings of the addresses of both texts' clauses."""
    sides = {side: parts_of(clause) for side in ("new", "old") if (clause := getattr(change, side))}
    if len(sides) == 2:
        contrasts = [wording(old, new) for old, new in zip(sides["old"][1:], sides["new"][1:], strict=True)]
        is_renumbered = change.old_number != change.new_number
        pieces = {side: [[Piece(sides[side][0], is_renumbered)], *(getattr(each, side) for each in contrasts)] for side in sides}
    else:
        pieces = {side: [[Piece(part, bool(part))] for part in parts] for side, parts in sides.items()}
    return Line(change, **{side: _column(side, change, pieces.get(side), urls) for side in ("new", "old")})


def _column(side: str, change: ClauseChange, pieces: list[list[Piece]] | None, urls: Mapping[str, str]) -> Column | None:
    if pieces is None:
        return None
    url = urls[side].replace("NUMBER", getattr(change, f"{side}_number"))
    return Column(*(drawn(part, TAGS[side]) for part in pieces), url=url)


class Contrast:
    """The table of one text, narrowed by `wanted`: kind and section, each a code or "" for everything that tells something."""

    def __init__(self, visit: Visit, wanted: Mapping[str, str] | None = None, *, page: str | None = None) -> None:
        self.visit = visit
        self.revision: Revision | None = visit.revision
        self.wanted = dict(wanted or {})
        self._page = page

    @property
    def base(self) -> Revision | None:
        return self.revision.base if self.revision else None

    @property
    def query(self) -> str:
        """The filter as the address line keeps it."""
        return urlencode(self.wanted)

    @cached_property
    def all_changes(self) -> ClauseChangeQuerySet:
        """Every line that the person may see."""
        rows = ClauseChange.objects.filter(revision=self.revision)
        return rows if self.visit.sees_all else rows.without(closed_chapters(self.revision.document))

    @property
    def changes(self) -> ClauseChangeQuerySet:
        """The lines asked for, in the order of the table."""
        kind, section = self.wanted.get("kind", ""), self.wanted.get("section", "")
        rows = self.all_changes if kind == EVERYTHING else self.all_changes.filter(kind=kind) if kind else self.all_changes.telling()
        return (rows.filter(section=section) if section else rows).order_by("position").with_texts()

    @cached_property
    def counts(self) -> list[tuple[ChangeKind, int]]:
        """How many clauses of each kind there are; what only moved along with the clause above it is not counted."""
        counted = Counter(kind for kind, along in self._kinds if not (along and kind == ChangeKind.MOVED))
        return [(kind, counted[kind]) for kind in ChangeKind]

    @property
    def moved_along(self) -> int:
        return sum(along for kind, along in self._kinds if kind == ChangeKind.MOVED)

    @cached_property
    def _kinds(self) -> list[tuple[str, bool]]:
        return list(self.all_changes.order_by().values_list("kind", "with_parent"))

    @cached_property
    def reworded(self) -> list[Mention]:
        """What a member of staff should read: new words and what is gone, the first of them."""
        rows = self.all_changes.exclude(kind__in=[ChangeKind.UNCHANGED, ChangeKind.MOVED]).order_by("position")[:PER_PAGE]
        url = reverse("policy:comparison", args=[self.revision.pk])
        return [Mention(row, self._heading_of(row), f"{url}?section={row.section}#c-{row.number}") for row in rows]

    def _heading_of(self, change: ClauseChange) -> str:
        """The nearest heading in the text that the clause stands in."""
        number, known = (change.new_number, self._headings[0]) if change.new_number else (change.old_number, self._headings[1])
        return next((known[place] for place in lineage(number) if known.get(place)), "")

    @cached_property
    def _headings(self) -> tuple[dict[str, str], dict[str, str]]:
        """Number → heading of the new and of the old text."""
        found: dict[int, dict[str, str]] = {self.revision.pk: {}, self.revision.base_id: {}}
        rows = Clause.objects.filter(revision__in=list(found)).order_by().values_list("revision", "number", "heading")
        for revision, number, heading in rows:
            found[revision][number] = heading.replace("*", "")
        return found[self.revision.pk], found[self.revision.base_id]

    @cached_property
    def page_obj(self) -> Page:
        return Paginator(self.changes, PER_PAGE).get_page(self._page)

    @property
    def sections(self) -> list[Section]:
        """The lines of this page by 節."""
        return self._by_section(self.page_obj.object_list)

    @property
    def whole(self) -> list[Section]:
        """All lines asked for by 節: the paper."""
        return self._by_section(self.changes)

    def _by_section(self, changes: Iterable[ClauseChange]) -> list[Section]:
        urls = {"new": self._url(self.revision), "old": self._url(self.base)}
        groups = groupby(changes, key=lambda change: change.section)
        return [Section(number, self.title_of(number), [line_of(change, urls) for change in rows]) for number, rows in groups]

    def _url(self, revision: Revision | None) -> str:
        if revision is None:
            return ""
        return reverse("policy:revision_clause", args=[revision.pk, "NUMBER"])

    def title_of(self, section: str) -> str:
        """How a 節 is called above its lines: 3-5 情報資産の分類と管理方法."""
        return self._titles.get(section, section)

    @cached_property
    def choices_of_section(self) -> list[tuple[str, str]]:
        """The 節 in which something changed, for the filter."""
        found = dict.fromkeys(self.all_changes.telling().order_by("position").values_list("section", flat=True))
        return [(section, self.title_of(section)) for section in found]

    @cached_property
    def _titles(self) -> dict[str, str]:
        """The chapters and 節 of both texts; those that only the old one has under their own name."""
        rows = Clause.objects.filter(revision__in=[self.revision.pk, self.revision.base_id]).headings().order_by("position")
        titles: dict[str, str] = {}
        for row in rows:
            if row.depth <= 2:
                is_new = row.revision_id == self.revision.pk
                name = f"{row.citation}　{row.heading.replace('*', '')}"
                titles[row.number if is_new else f"{GONE_BEFORE}{row.number}"] = name if is_new else f"（改正前）{name}"
        return titles
