"""Reports to authorities before their day, on it and after it: the holder first, then the next one up. Late-safe, each word once."""

from datetime import date, datetime, timedelta

from django.db import transaction

from incidents.models import AuthorityReport, Incident
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values

from .notices import page, words

BEFORE = "incidents.authority_remind_before"


def open_missing(*, at: datetime) -> int:
    """Incidents that have no reports yet, because they are older than this room: their reports begin now. Gives their number."""
    rows = Incident.objects.open().filter(authority_reports__isnull=True)
    for incident in rows:
        with transaction.atomic():
            AuthorityReport.follow(incident.lock(), at=at)
    return len(rows)


def remind(*, at: datetime) -> int:
    """Remind of every open report that has a day; gives how many are past it. Run as often as you like."""
    today, days = day_of(at), Values()[BEFORE]
    rows = list(
        AuthorityReport.objects.live().filter(due_on__isnull=False, due_on__lte=today + timedelta(days=max(days, default=0))).with_facts()
    )
    for report in rows:
        _remind(report, days, today=today, at=at)
    return sum(report.is_overdue(on=today) for report in rows)


def _remind(report: AuthorityReport, days: list[int], *, today: date, at: datetime) -> None:
    left = (report.due_on - today).days
    reached = [day for day in days if left <= day]
    if left > 0 and reached:
        _tell_holder(report, f"まであと{left}日です", f"before:{min(reached)}", urgent=False, at=at)
    elif left == 0:
        _tell_holder(report, "は今日までです", "today", urgent=True, at=at)
    elif left < 0:
        _tell_holder(report, f"が{-left}日過ぎています", f"late:{-left}", urgent=True, at=at)
    if today > (report.latest_on or report.due_on):
        _tell_one_up(report, at=at)


def _tell_holder(report: AuthorityReport, state: str, step: str, *, urgent: bool, at: datetime) -> None:
    notify(
        to=[actor.person for actor in report.able(at=at)],
        title=words(report.incident, f"{report.stage}の期限{state}"),
        body="画面を開き、送付を記録するか、要否を判断してください。",
        url=report.get_absolute_url(),
        subject=report.incident,
        urgent=urgent,
        key=f"authority:{report.pk}:{report.due_on}:{step}",
        at=at,
    )


def _tell_one_up(report: AuthorityReport, *, at: datetime) -> None:
    """Once, when even the last day has passed."""
    notify(
        to=[actor.person for actor in report.incident.one_up(report.holder, at=at)],
        title=words(report.incident, f"{report.stage}が期限までに送られていません"),
        body="担当の方に連絡し、送付したか、遅れている理由は何かを確かめてください。",
        url=page(report.incident),
        subject=report.incident,
        urgent=True,
        key=f"authority:{report.pk}:{report.due_on}:up",
        at=at,
    )
