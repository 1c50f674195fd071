"""Measures outside the portal and their yearly word: the duty, the page by 節, and how each stands on the map."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.reference import Loaded
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.intervals import Interval, in_months
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.duties.models.occurrence_rows import OccurrenceQuerySet
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_bounds, fiscal_year_label
from musashimurayama_isms.parameters.values import value
from policy.mechanisms import Figures
from policy.models import MeasureConfirmation, Obligation
from policy.models.measure_confirmation import measures

DUTY = "measure-confirmation"
MECHANISM = "duty:confirmation"


@transaction.atomic
def load_duty(*, at: datetime | None = None) -> Loaded:
    """Set up the yearly duty of confirming where there is none; part of `load_reference`. The city changes it on its own page."""
    if Duty.objects.filter(code=DUTY).exists():
        return Loaded(DUTY, 0, 1)
    Duty.ensure(
        DUTY,
        at=at or timezone.now(),
        title="対策の年次確認",
        instruction="システムや設備で行う対策が今も行われているかを、対策ごとに確かめます。「ポリシー」の「対策の確認」の画面で答えると済みになります。",
        clauses=["2.7"],
        mechanism=MECHANISM,
        owner=RoleCode.CENTRAL_MANAGER,
        interval=Interval.YEARLY,
        days=in_months(value("duties.measure_confirmation_months")),
        lead_days=60,
    )
    return Loaded(DUTY, 1, 0)


def rounds(at: datetime) -> OccurrenceQuerySet:
    """The rounds of the duty that are due or announced. Whoever records a word locks them first: see `hold_rounds`."""
    return Occurrence.objects.filter(duty__code=DUTY).appeared(on=day_of(at))


def hold_rounds(at: datetime) -> None:
    """Lock what `settle_duty` may complete, before anything is recorded: nothing waits for a row behind the head of the trail."""
    list(rounds(at).open().select_for_update(of=("self",)).order_by("pk"))


def settle_duty(*, by: User, at: datetime) -> None:
    """Once every measure has its word of the year, the open round of the duty is done by whoever said the last one."""
    year = fiscal_year(day_of(at))
    said = MeasureConfirmation.objects.latest(year).values("obligation")
    if measures().exclude(pk__in=said).exists():
        return
    settle(rounds(at), by=by, at=at, note=f"対策{measures().count()}件を確認しました。")


def figures(*, at: datetime) -> Figures:
    """How the measures stand, clause by clause: open without a word this 年度, late where one falls short or the round is overdue."""
    on = day_of(at)
    latest = {row.obligation_id: row for row in MeasureConfirmation.objects.latest(fiscal_year(on))}
    this_year = Occurrence.objects.filter(duty__code=DUTY, due_on__gte=fiscal_year_bounds(fiscal_year(on))[0])
    is_overdue = this_year.overdue(on=on).exists()
    by_clause: dict[str, list[tuple[bool, bool]]] = {}
    for pk, clause in measures().order_by().values_list("pk", "clause"):
        word = latest.get(pk)
        falls_short = word is not None and word.answer not in MeasureConfirmation.GOOD
        by_clause.setdefault(clause, []).append((word is None or falls_short, falls_short or (word is None and is_overdue)))
    url = reverse("policy:measures")
    found = {clause: _figures(rows, url) for clause, rows in by_clause.items()}
    return Figures(sum(row.open for row in found.values()), sum(row.late for row in found.values()), len(latest), url, found)


def _figures(rows: list[tuple[bool, bool]], url: str) -> Figures:
    return Figures(sum(is_open for is_open, _ in rows), sum(is_late for _, is_late in rows), len(rows), url)


@dataclass(frozen=True)
class Measure:
    """A measure with its word of this 年度, and that of the year before as a start."""

    obligation: Obligation
    word: MeasureConfirmation | None
    before: MeasureConfirmation | None

    @property
    def tone(self) -> str:
        """How its word of this year looks."""
        if self.word is None or self.word.answer == MeasureConfirmation.Answer.NONE:
            return "quiet"
        return "done" if self.word.answer in MeasureConfirmation.GOOD else "error"


class MeasurePage:
    """The measures of one 節, or the count of each 節."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at
        self.year = fiscal_year(day_of(at))

    @property
    def year_label(self) -> str:
        return fiscal_year_label(self.year)

    @cached_property
    def may_confirm(self) -> bool:
        return MeasureConfirmation.hat_of(self.user, at=self.at) is not None

    @cached_property
    def all(self) -> list[Measure]:
        words = {row.obligation_id: row for row in MeasureConfirmation.objects.latest(self.year).select_related("confirmed_by")}
        before = {row.obligation_id: row for row in MeasureConfirmation.objects.latest(self.year - 1)}
        rows = measures().with_bearers().order_by("position")
        return [Measure(row, words.get(row.pk), before.get(row.pk)) for row in rows]

    @cached_property
    def sections(self) -> list[tuple[str, int, int, int]]:
        """(節, how many, how many with a word, how many falling short), in the order of the document."""
        found: dict[str, list[int]] = {}
        for measure in self.all:
            counts = found.setdefault(measure.obligation.section, [0, 0, 0])
            counts[0] += 1
            counts[1] += measure.word is not None
            counts[2] += measure.word is not None and measure.word.answer not in MeasureConfirmation.GOOD
        return [(number, *counts) for number, counts in found.items()]

    def of_section(self, number: str) -> list[Measure]:
        return [measure for measure in self.all if measure.obligation.section == number]
