"""What the persons of the tests do in step 7: judge, send, decide about publishing."""

from datetime import datetime, timedelta

from django.utils import timezone

from incidents.models import Assessment, AuthorityReport, Incident, Publication, Sending, TriggerQuestion

NOTHING_FOUND = "no"


def assess(
    incident: Incident, by, *, at: datetime, people_count: int | None = 0, known_at: datetime | None = None, **answers: str
) -> Assessment:
    """Answer every question with no, but for those that are named."""
    questions = TriggerQuestion.objects.filter(is_active=True, threshold__isnull=True)
    given = {row.code: NOTHING_FOUND for row in questions} | answers
    seen = incident.assessments.count()
    known_at = known_at or incident.noticed_at
    reason = "" if known_at == incident.noticed_at else "窓口の職員が先に知っていた"
    return Assessment.record(
        incident, answers=given, people_count=people_count, known_at=known_at, known_reason=reason, seen=seen, by=by, at=at
    )


def report_to(incident: Incident, code: str, stage: str = "") -> AuthorityReport:
    """The report to one authority."""
    rows = AuthorityReport.objects.filter(incident=incident, stage__authority__code=code).with_facts()
    return rows.get(stage__code=stage) if stage else rows.get()


def send(report: AuthorityReport, by, *, at: datetime, **fields) -> Sending:
    """Record that the sheet as it stands was sent a minute ago."""
    fields.setdefault("way", Sending.ways(report)[0])
    fields.setdefault("sent_at", at - timedelta(minutes=1))
    return Sending.record(report, seen=AuthorityReport.objects.get(pk=report.pk).sheet.digest, by=by, at=at, **fields)


def propose(incident: Incident, by, *, at: datetime | None = None, way: str = Publication.Way.HALF_YEARLY, **fields) -> Publication:
    """A proposal with its reason."""
    fields.setdefault("grounds", [Publication.Ground.SLIGHT])
    fields.setdefault("reason", "影響が小さいため")
    fields.setdefault("text", "メールを違う相手に送りました。相手に削除していただきました。")
    return Publication.propose(incident, by=by, at=at or timezone.now(), way=way, **fields)
