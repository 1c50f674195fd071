"""The half-yearly list of incidents to publish: 上半期 (April to September) and 下半期, with what is left out and why not yet."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256

from django.db.models import Prefetch, QuerySet

from incidents.models import Incident, ListIssue, Publication
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import TOKYO, fiscal_year, fiscal_year_label, wareki

FIRST, SECOND = 1, 2
OCTOBER = 10


@dataclass(frozen=True)
class Half:
    """Half a fiscal year."""

    year: int
    part: int

    @classmethod
    def of(cls, day: date) -> "Half":
        """The half in which a day lies."""
        return cls(fiscal_year(day), FIRST if 4 <= day.month < OCTOBER else SECOND)

    @property
    def first_day(self) -> date:
        return date(self.year, 4, 1) if self.part == FIRST else date(self.year, OCTOBER, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 9, 30) if self.part == FIRST else date(self.year + 1, 3, 31)

    @property
    def label(self) -> str:
        """令和8年度上半期"""
        return f"{fiscal_year_label(self.year)}{'上半期' if self.part == FIRST else '下半期'}"

    @property
    def before(self) -> "Half":
        return Half(self.year, FIRST) if self.part == SECOND else Half(self.year - 1, SECOND)

    @property
    def after(self) -> "Half":
        return Half(self.year, SECOND) if self.part == FIRST else Half(self.year + 1, FIRST)

    def bounds(self) -> tuple[datetime, datetime]:
        """The first moment of the half and the first one after it."""
        start, end = self.first_day, self.last_day + timedelta(days=1)
        return datetime.combine(start, time(), tzinfo=TOKYO), datetime.combine(end, time(), tzinfo=TOKYO)


LEFT_OUT = (Incident.Status.DRAFT, Incident.Status.DISCARDED, Incident.Status.MISTAKEN, Incident.Status.MERGED)


def incidents_in(half: Half) -> QuerySet[Incident]:
    """What truly happened in a half: no drill, no mistake, nothing merged into another, and nothing that was narrowed."""
    start, end = half.bounds()
    rows = Incident.objects.submitted().real().exclude(status__in=LEFT_OUT).filter(bypasses_chief=False)
    return rows.filter(noticed_at__gte=start, noticed_at__lt=end)


class HalfYearList:
    """The list of one half: what is to be published, what still waits for a decision, and what was published before."""

    def __init__(self, half: Half) -> None:
        self.half = half

    @cached_property
    def rows(self) -> list[Incident]:
        """Incidents with a decision to publish them; `row.decision` is the decision."""
        published = Publication.objects.in_force().exclude(way=Publication.Way.NOT)
        rows = (
            incidents_in(self.half)
            .filter(publications__in=published)
            .select_related("kind", "department__parent")
            .prefetch_related(Prefetch("publications", queryset=published, to_attr="decisions"))
            .order_by("noticed_at", "pk")
        )
        found = list(rows)
        for row in found:
            row.decision = row.decisions[0]
        return found

    @cached_property
    def undecided(self) -> list[Incident]:
        """Incidents of the half whose publication nobody has decided yet."""
        rows = incidents_in(self.half).exclude(publications__in=Publication.objects.in_force())
        return list(rows.select_related("kind", "department__parent").order_by("noticed_at", "pk"))

    @cached_property
    def kept_back(self) -> int:
        """How many were decided not to be published."""
        return incidents_in(self.half).filter(publications__in=Publication.objects.in_force().filter(way=Publication.Way.NOT)).count()

    @cached_property
    def text(self) -> str:
        """The list as text, to be copied into the city's website."""
        parts = [f"情報セキュリティインシデントの発生状況（{self.half.label}）"]
        parts += [self._entry(place, row) for place, row in enumerate(self.rows, 1)]
        return "\n\n".join(parts if self.rows else [*parts, "この期間に公表する事案はありません。"]) + "\n"

    def _entry(self, place: int, row: Incident) -> str:
        decision = row.decision
        once = f"\n　（{wareki(decision.published_on)}に個別に公表済み）" if decision.published_on else ""
        head = f"{place}　{wareki(day_of(row.noticed_at))}　{row.department.full_name}　{row.kind.name}"
        return f"{head}\n{decision.text}{once}"

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @cached_property
    def issues(self) -> list[ListIssue]:
        """The records of what was published, the latest first."""
        return list(ListIssue.objects.filter(fiscal_year=self.half.year, part=self.half.part).select_related("by"))

    @property
    def has_changed(self) -> bool:
        """Whether the list differs from what was published last."""
        return bool(self.issues) and self.issues[0].digest != self.digest
