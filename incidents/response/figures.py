"""The live figures of what the response keeps (policy.mechanisms); drills are left out."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import AttackFinding, Incident, NetworkCut, ResponseTask, Step
from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures


def _steps(*codes: StepCode, at: datetime) -> Figures:
    rows = Step.objects.filter(code__in=codes, incident__is_drill=False)
    return Figures(open=rows.pending().count(), late=rows.overdue(at=at).count(), total=rows.count(), url=reverse("incidents:board"))


def meeting(*, at: datetime) -> Figures:
    """Step 5: judgements that wait."""
    return _steps(StepCode.TRIAGE, at=at)


def measures(*, at: datetime) -> Figures:
    """Step 6."""
    return _steps(StepCode.MEASURES, at=at)


def cause(*, at: datetime) -> Figures:
    """Step 8."""
    return _steps(StepCode.CAUSE, at=at)


def recurrence(*, at: datetime) -> Figures:
    """Steps 9 and 10, and the measures that came of them."""
    steps, today = _steps(StepCode.PREVENTION, StepCode.CONFIRMATION, at=at), day_of(at)
    rows = ResponseTask.objects.filter(kind__in=(ResponseTask.Kind.PREVENTION, ResponseTask.Kind.INSTRUCTION), incident__is_drill=False)
    return Figures(
        open=steps.open + rows.running().count() + rows.unchecked().count(),
        late=steps.late + rows.overdue(on=today).count(),
        total=steps.total + rows.count(),
        url=steps.url,
    )


def _open(rows: QuerySet, incidents: QuerySet[Incident]) -> int:
    return rows.filter(incident__in=incidents.open()).values("incident").distinct().count()


def attack(*, at: datetime) -> Figures:
    """7b: incidents with an attack found."""
    real, rows = Incident.objects.real(), AttackFinding.objects.filter(incident__is_drill=False)
    return Figures(open=_open(rows, real), total=rows.values("incident").distinct().count(), url=reverse("incidents:board"))


def network_cut(*, at: datetime) -> Figures:
    """7c: cuts not yet told to everybody whom the policy names, or not restored."""
    rows = NetworkCut.objects.filter(incident__is_drill=False)
    untold = rows.filter(general_told_at__isnull=True) | rows.filter(council_told_at__isnull=True) | rows.filter(restored_at__isnull=True)
    return Figures(open=untold.distinct().count(), total=rows.count(), url=reverse("incidents:board"))


KEEPERS = {
    "report:meeting": meeting,
    "report:measures": measures,
    "report:attack": attack,
    "report:external-network-cut": network_cut,
    "report:cause": cause,
    "report:recurrence": recurrence,
}
