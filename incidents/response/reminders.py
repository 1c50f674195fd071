"""Reminders of measures and of the checks of their effect: first the owner, later the next one up; each word once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from incidents.handling import people
from incidents.models import Incident, IncidentGrant, ResponseTask
from incidents.models.response_task import CHECKERS
from incidents.parties import Actor
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.trail.record import record

DAYS_BEFORE = 3
WEEK = 7


def remind_of_tasks(*, at: datetime) -> int:
    """Remind of every measure that is due soon or late, and of every check of effect; gives their number.

    The owner hears three days before, on the day after, and weekly; the next one up after a week. Run it as often as you
    like, and as late: what was missed is sent at the next run.
    """
    today = day_of(at)
    soon = today + timedelta(days=DAYS_BEFORE)
    rows = ResponseTask.objects.exclude(incident__status__in=("mistaken", "draft", "discarded"))
    rows = rows.select_related("incident__department__parent", "department__parent", "handed_to")
    running, unchecked = rows.running().filter(due_on__lte=soon), rows.unchecked().filter(check_on__lte=soon)
    for task in running:
        _remind(task, "実施", task.able(at=at), task.one_up(at=at), late=(today - task.due_on).days)
    for task in unchecked:
        checkers = [actor for actor in people(task.incident, CHECKERS, at=at) if task.checker(actor.person, at=at)]
        above = task.incident.one_up("COMMITTEE", at=at)
        _remind(task, "効果の確認", checkers, above, late=(today - task.check_on).days)
    return len(running) + len(unchecked)


def _remind(task: ResponseTask, what: str, who: Iterable[Actor], above: Iterable[Actor], *, late: int) -> None:
    number, day = task.incident.number, task.waits_until
    key = f"incidents.task:{task.pk}:{task.status}:{day}"
    to = [actor.person for actor in who]
    common = {"url": task.get_absolute_url(), "subject": task.incident}
    if late <= 0:
        title = f"インシデント {number} の措置の{what}の期限が近づいています"
        notify(to=to, title=title, body="画面を開いて、期限までに記録してください。", key=f"{key}:soon", **common)
        return
    title = f"【期限超過】インシデント {number} の措置の{what}をお願いします"
    notify(to=to, title=title, body="期限を過ぎています。済んだ日に記録してください。", key=f"{key}:late:{(late - 1) // WEEK}", **common)
    if late > WEEK:
        title = f"【期限超過】インシデント {number} の措置の{what}が行われていません"
        body = "担当の方の対応が遅れています。事情を確かめてください。"
        notify(to=[actor.person for actor in above], title=title, body=body, key=f"{key}:up", **common)


@transaction.atomic
def end_grants(*, at: datetime) -> int:
    """Take away what members of meetings may read no longer; one entry for all of them. Gives their number."""
    over = IncidentGrant.objects.open().filter(until__lt=day_of(at))
    incidents = Incident.objects.select_for_update(no_key=True).filter(pk__in=set(over.values_list("incident", flat=True))).order_by("pk")
    locked = [incident.pk for incident in incidents]
    rows = list(over.filter(incident__in=locked).select_related("incident", "person"))  # asked again: a new call may have prolonged one
    for grant in rows:
        grant.end(at=at)
    if rows:
        record(None, "incidents.grants.ended", None, at=at, count=len(rows))
    return len(rows)
