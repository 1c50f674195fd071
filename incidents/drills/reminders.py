"""Improvements out of drills that are due or late."""

from datetime import datetime, timedelta

from incidents.models import DrillTask
from incidents.parties import one_up
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify

AHEAD = timedelta(days=7)
WEEK = 7


def remind_of_tasks(*, at: datetime) -> int:
    """A week ahead, then each week it is late; from the second week on the next one up hears as well. Each word is sent once."""
    on = day_of(at)
    rows = DrillTask.objects.open().filter(due_on__lte=on + AHEAD).select_related("department__parent", "drill")
    for task in rows:
        weeks = (on - task.due_on).days // WEEK
        is_late = task.due_on < on
        key = f"incidents.drill_task:{task.pk}"
        notify(
            to=[actor.person for actor in task.able(at=at)],
            title="訓練の改善項目が期限を過ぎています" if is_late else "訓練の改善項目の期限が近づいています",
            body="済んだら、画面で結果を記録してください。",
            url=task.get_absolute_url(),
            subject=task,
            key=f"{key}:late:{weeks}" if is_late else f"{key}:ahead",
            at=at,
        )
        if is_late and weeks >= 1:
            notify(
                to=[actor.person for actor in one_up(task.owner, task.department, at=at)],
                title="訓練の改善項目が進んでいません",
                body="担当の方に確かめてください。",
                url=task.get_absolute_url(),
                subject=task,
                key=f"{key}:up",
                at=at,
            )
    return len(rows)
