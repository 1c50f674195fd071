"""The live figures of the reports beside the chain (policy.mechanisms): by kind of incident, and of the other forms."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from incidents.models import CardStop, ComplianceProblem, Consultation, Incident, Violation
from incidents.violations.kinds import SPECS
from policy.mechanisms import Figures

# Mechanism → the kind of incident that keeps it.
KINDS = {
    "report:ic-card": "ic_card",
    "report:password": "password",
    "report:missent-mail": "missent",
    "report:malware": "malware",
    "report:defacement": "defacement",
    "report:fault": "failure",
    "report:cable-damage": "cable",
    "report:external-service-incident": "external_service",
}
VIOLATIONS = tuple(dict.fromkeys(spec.mechanism for spec in SPECS.values()))


def of_kinds(*, at: datetime) -> Mapping[str, Figures]:
    """Incidents of each kind, drills left out, in one question; a card that nobody has stopped counts as late (3.9.4.1.2)."""
    is_open = Q(status__in=Incident.OPEN)
    unstopped = is_open & Q(kind__code="ic_card") & ~Q(pk__in=CardStop.objects.values("incident"))
    rows = Incident.objects.submitted().real().order_by().values("kind__code")
    counted = {
        row["kind__code"]: row
        for row in rows.annotate(open=Count("pk", filter=is_open), late=Count("pk", filter=unstopped), total=Count("pk"))
    }
    none = {"open": 0, "late": 0, "total": 0}
    found = {mechanism: counted.get(code, none) for mechanism, code in KINDS.items()}
    url = reverse("incidents:rooms")
    return {mechanism: Figures(row["open"], row["late"], row["total"], url) for mechanism, row in found.items()}


def of_violations(*, at: datetime) -> Mapping[str, Figures]:
    """Violations of each mechanism, in one question."""
    is_open, is_late = Q(status__in=Violation.OPEN), Q(status__in=Violation.TIMED, due_at__lte=at)
    rows = Violation.objects.order_by().values("kind")
    counted = {
        row["kind"]: row for row in rows.annotate(open=Count("pk", filter=is_open), late=Count("pk", filter=is_late), total=Count("pk"))
    }
    url = reverse("incidents:violations")
    return {mechanism: _sum([counted[code] for code in _codes(mechanism) if code in counted], url) for mechanism in VIOLATIONS}


def _codes(mechanism: str) -> list[str]:
    return [str(spec.code) for spec in SPECS.values() if spec.mechanism == mechanism]


def _sum(rows: list[dict], url: str) -> Figures:
    return Figures(*(sum(row[name] for row in rows) for name in ("open", "late", "total")), url)


def _counts(rows, url_name: str, *, at: datetime) -> Figures:
    return Figures(rows.open().count(), rows.overdue(at=at).count(), rows.count(), reverse(url_name))


def all_violations(*, at: datetime) -> Figures:
    """The record of violations as a whole."""
    return _counts(Violation.objects.all(), "incidents:violations", at=at)


def consultations(*, at: datetime) -> Figures:
    """Questions that wait for an answer; all that were asked."""
    rows = Consultation.objects.all()
    return Figures(rows.unanswered().count(), rows.overdue(at=at).count(), rows.count(), reverse("incidents:consultations"))


def compliance(*, at: datetime) -> Figures:
    return _counts(ComplianceProblem.objects.all(), "incidents:compliance_list", at=at)


KEEPERS: dict[str, Callable[..., Figures]] = {
    "report:consultation": consultations,
    "report:compliance": compliance,
    "ledger:violation": all_violations,
}
