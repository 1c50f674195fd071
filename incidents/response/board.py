"""The board: open incidents by step, for those who see the city's whole (screens.md 5)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import django_filters
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from incidents.chain import CHAIN, Party
from incidents.models import Incident, IncidentKind, Receipt, Step
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import Department, User

STEP_CHOICES = [(spec.code.value, f"{spec.number} {spec.code.label}") for spec in CHAIN]


def may_open(reach: Reach) -> bool:
    """CISO, 総括管理者, 中央管理者 and the committee's people."""
    return reach.is_wide or Party.COMMITTEE in reach.city


class BoardFilter(django_filters.FilterSet):
    """By the step that waits, what is late, gravity, 部, kind; drills are another list."""

    step = django_filters.ChoiceFilter(label="待っている段階", choices=STEP_CHOICES, empty_label="全て", method="by_step")
    late = django_filters.ChoiceFilter(label="期限", choices=[("true", "超過があるもの")], empty_label="全て", method="by_late")
    is_grave = django_filters.ChoiceFilter(label="重大", choices=[("true", "重大のみ")], empty_label="全て", method="by_gravity")
    division = django_filters.ModelChoiceFilter(
        label="部", queryset=Department.objects.filter(kind=Department.Kind.DIVISION), empty_label="全て", method="by_division"
    )
    kind = django_filters.ModelChoiceFilter(label="種別", queryset=IncidentKind.objects.all(), empty_label="全て")
    drill = django_filters.ChoiceFilter(label="訓練", choices=[("true", "訓練のみ")], empty_label="訓練を除く", method="by_drill")

    class Meta:
        model = Incident
        fields = ["step", "late", "is_grave", "division", "kind", "drill"]

    def __init__(self, *args, at: datetime, **kwargs) -> None:
        self.at = at
        super().__init__(*args, **kwargs)

    def by_step(self, rows, name, value):
        return rows.filter(Exists(Step.objects.pending().filter(incident=OuterRef("pk"), code=value)))

    def by_late(self, rows, name, value):
        return rows.late(at=self.at)

    def by_gravity(self, rows, name, value):
        return rows.filter(is_grave=True)

    def by_division(self, rows, name, value):
        return rows.filter(Q(department=value) | Q(department__parent=value))

    def by_drill(self, rows, name, value):
        return rows

    def filter_queryset(self, queryset):
        """Real incidents unless drills are asked for."""
        return super().filter_queryset(queryset).filter(is_drill=self.form.cleaned_data.get("drill") == "true")


@dataclass(frozen=True)
class Cell:
    """One step of one incident on the board."""

    number: str
    title: str
    state: str  # done · now · late · next · skipped
    word: str


@dataclass(frozen=True)
class Line:
    """One incident: its steps as marks, and the pending ones in words, the earliest due first."""

    incident: Incident
    cells: list[Cell]
    pending: list[Step]
    unread: int


WORDS = {"done": "済", "now": "対応中", "late": "超過", "next": "これから", "skipped": "経由せず"}


@dataclass
class Board:
    """The open incidents that a person sees, those with the earliest term first."""

    rows: QuerySet[Incident]
    filter: BoardFilter
    at: datetime

    @classmethod
    def of(cls, user: User, asked, *, reach: Reach, at: datetime) -> "Board":
        seen = Incident.objects.open().visible_to(user, at=at, reach=reach).with_people()
        waiting = Q(steps__started_at__isnull=False, steps__done_at__isnull=True)
        found = BoardFilter(
            asked, queryset=seen.annotate(first_due=Min("steps__due_at", filter=waiting)).order_by("first_due", "pk"), at=at
        )
        return cls(found.qs, found, at)

    def lines(self, incidents: Iterable[Incident]) -> list[Line]:
        """The lines of one page: two questions, however many there are."""
        shown = list(incidents)
        steps: dict = {}
        for step in Step.objects.filter(incident__in=[row.pk for row in shown]).order_by("position"):
            steps.setdefault(step.incident_id, []).append(step)
        unread: dict = {}
        for pk in Receipt.objects.pending().filter(step__incident__in=[row.pk for row in shown]).values_list("step__incident", flat=True):
            unread[pk] = unread.get(pk, 0) + 1
        return [self._line(row, steps.get(row.pk, []), unread.get(row.pk, 0)) for row in shown]

    def _line(self, incident: Incident, steps: list[Step], unread: int) -> Line:
        for step in steps:
            step.incident = incident
        cells = [Cell(step.spec.number, step.get_code_display(), state := self._state(step), WORDS[state]) for step in steps]
        return Line(incident, cells, sorted((step for step in steps if step.is_pending), key=lambda step: step.due_at), unread)

    def _state(self, step: Step) -> str:
        if step.done_at:
            return "skipped" if step.is_passed_over else "done"
        if step.is_pending:
            return "late" if step.is_overdue(at=self.at) else "now"
        return "next"
