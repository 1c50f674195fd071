"""Incidents and their neighbours. Of each only what all who see the row may read is searched."""

from typing import Any

from django.db.models import Q, QuerySet

from assets.registers import RegisterReach
from incidents.inquiries.parties import InquiryReach
from incidents.models import Bulletin, ComplianceProblem, Consultation, Drill, Incident, Inquiry, Violation, Vulnerability
from incidents.parties import Reach

from ..asking import Asker
from ..numbers import of_incident, of_year, written_in
from ..source import Rows


def _seen(model: Any):
    return lambda asker: model.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of)).with_people()


def _violations(asker: Asker) -> QuerySet[Violation]:
    """Whose whole file one reads, and what one has reported: the person named never reads the report, so does not find it."""
    handled = Violation.objects.handled_by(asker.user, at=asker.at, reach=asker.as_(Reach.of)).order_by()
    return Violation.objects.filter(Q(pk__in=handled.values("pk")) | Q(reporter=asker.user)).with_people()


def _bulletins(asker: Asker) -> QuerySet[Bulletin]:
    """Once each, in one order: what reaches a person twice is one row."""
    seen = Bulletin.objects.visible_to(asker.user, at=asker.at).order_by()
    return Bulletin.objects.filter(pk__in=seen.values("pk"))


def _place(row: Any) -> str:
    return f"{row.department.full_name}　{row.get_status_display()}"


SOURCES = [
    Rows(
        "incidents",
        "インシデント",
        "alert",
        Incident,
        seen=lambda asker: _seen(Incident)(asker).exclude(status=Incident.Status.DISCARDED),
        words=lambda row: (row.number, row.kind.name, row.summary, row.place, row.information, row.action_taken),
        title=lambda row: f"{row.mark}{row} {row.kind.name}",
        line=_place,
        number=of_incident,
    ),
    Rows(
        "violations",
        "違反の記録",
        "alert",
        Violation,
        seen=_violations,
        words=lambda row: (row.number, row.what),
        line=_place,
        number=of_year,
    ),
    Rows(
        "compliance",
        "遵守状況の問題",
        "alert",
        ComplianceProblem,
        seen=_seen(ComplianceProblem),
        words=lambda row: (row.number, row.title, row.text),
        title=lambda row: f"{row} {row.title}",
        line=_place,
        number=of_year,
    ),
    Rows(
        "consultations",
        "相談",
        "help",
        Consultation,
        seen=_seen(Consultation),
        words=lambda row: (row.number, row.title, row.get_topic_display()),
        title=lambda row: f"{row} {row.title}",
        line=_place,
        number=of_year,
    ),
    Rows(
        "bulletins",
        "注意喚起",
        "info",
        Bulletin,
        seen=_bulletins,
        words=lambda row: (row.title, row.number),
        title=lambda row: f"{row.number} {row.title}",
        line=lambda row: row.get_status_display(),
        number=written_in("number"),
        column="search",
    ),
    Rows(
        "vulnerabilities",
        "脆弱性",
        "info",
        Vulnerability,
        seen=lambda asker: Vulnerability.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(RegisterReach.of)),
        words=lambda row: (row.title, row.identifiers, row.product, row.description, row.measures),
        title=lambda row: f"{row.number} {row.title}",
        line=lambda row: row.get_status_display(),
        number=written_in("number"),
        column="search",
    ),
    Rows(
        "inquiries",
        "横展開の照会",
        "info",
        Inquiry,
        seen=lambda asker: Inquiry.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(InquiryReach.of)),
        words=lambda row: (row.title, row.text, row.question),
        title=lambda row: f"{row.number} {row.title}",
        line=lambda row: row.get_status_display(),
        number=written_in("number"),
        column="search",
    ),
    Rows(
        "drills",
        "訓練",
        "calendar",
        Drill,
        seen=lambda asker: Drill.objects.visible_to(asker.user, at=asker.at),
        words=lambda row: (row.title, row.goals),
        line=lambda row: row.get_status_display(),
    ),
]
