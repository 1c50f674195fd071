"""What the response leaves open before an incident may be closed without a written reason (3.9.3.3)."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from incidents.models import CustodyMove, Incident, IncidentMeeting, ResponseTask, Triage
from incidents.open_points import OpenPoint, leaves_open
from musashimurayama_isms.accounts.standing import day_of

MEETING_OF = {Triage.Outcome.SECURITY: IncidentMeeting.Kind.SECURITY, Triage.Outcome.EMERGENCY: IncidentMeeting.Kind.EMERGENCY}


def _page(incident: Incident) -> str:
    return reverse("incidents:response", args=[incident.pk])


@leaves_open
def meetings(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """The meeting that was judged necessary and has not met; one called that has neither met nor been cancelled."""
    now = incident.triages.last()
    kind = MEETING_OF.get(Triage.Outcome(now.outcome)) if now else None
    rows = list(incident.meetings.all())
    if kind and not any(row.kind == kind and row.status == IncidentMeeting.Status.HELD for row in rows):
        yield OpenPoint(f"{IncidentMeeting.Kind(kind).label}の開催が記録されていません", _page(incident))
    for row in rows:
        if row.is_called and row.kind != kind:
            yield OpenPoint(f"招集した{row.get_kind_display()}の開催が記録されていません", _page(incident))


@leaves_open
def tasks(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Measures not done, of this report and of those merged into it; a check of effect only where its day has passed.

    The check lies months ahead by nature and is tracked on after the closing, so that it does not hold everything open.
    """
    rows = ResponseTask.objects.filter(incident__in=[incident.pk, *incident.merged_reports.values_list("pk", flat=True)])
    for task in rows.filter(status__in=(ResponseTask.Status.DRAFT, ResponseTask.Status.OPEN)):
        yield OpenPoint(f"{task.get_kind_display()}「{task.words[:40]}」が済んでいません", task.get_absolute_url())
    for task in rows.unchecked().filter(check_on__lt=day_of(at)):
        yield OpenPoint(f"{task.get_kind_display()}「{task.words[:40]}」の効果が確かめられていません", task.get_absolute_url())


@leaves_open
def stops(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Systems still stopped, networks still cut or not told of."""
    for row in incident.measures.filter(is_stop=True, restored_at__isnull=True).select_related("system"):
        yield OpenPoint(f"停止したシステム{f'「{row.system.name}」' if row.system else ''}が復旧していません", _page(incident))
    for cut in incident.cuts.all():
        if not cut.general_told_at:
            yield OpenPoint(f"「{cut.network}」の遮断を総括管理者に報告していません", _page(incident))
        if not cut.council_told_at:
            yield OpenPoint(f"「{cut.network}」の遮断を個人情報保護審議会に報告していません", _page(incident))
        if not cut.restored_at:
            yield OpenPoint(f"「{cut.network}」が遮断されたままです", _page(incident))


@leaves_open
def attack(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """What the policy asks for in an attack and is not written down yet."""
    finding = incident.attack_findings.last()
    for word in finding.missing if finding else []:
        yield OpenPoint(f"攻撃について、{word}が記録されていません", _page(incident))


@leaves_open
def evidence(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Pieces lent and not back; said without their names, which not everybody may read."""
    last = {}
    for move in CustodyMove.objects.filter(evidence__incident=incident).order_by("pk"):
        last[move.evidence_id] = move
    count = sum(move.kind == CustodyMove.Kind.LENT for move in last.values())
    if count:
        yield OpenPoint(f"貸し出した証拠{count}件が返却されていません", _page(incident))


@leaves_open
def spoken(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """Spoken words that their speaker has not confirmed, or says were not so."""
    waiting = incident.oral_entries.unconfirmed().count()
    if waiting:
        yield OpenPoint(f"口頭の記録{waiting}件を本人が確認していません", incident.get_absolute_url())
