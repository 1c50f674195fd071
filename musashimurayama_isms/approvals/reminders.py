"""Steps that wait too long: first the holders are reminded, then the next one up; permits whose last day is over."""

from datetime import datetime, timedelta

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import closing_after
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value

from .models import Request, Step
from .roster import Roster, names


def remind_overdue(*, at: datetime) -> int:
    """Remind of every step that is due; gives their number. Run as often as you like: each word is sent once (defaults.md).

    The holders hear when the time has come and then daily, the next one up once after `approvals.escalate_working_days`.
    """
    rows = Step.objects.overdue(at=at).select_related("request__type", "request__department__parent", "request__drafter")
    steps, roster = list(rows.prefetch_related("seats__department__parent")), Roster(at)
    daily, escalate = value("approvals.remind_daily"), value("approvals.escalate_working_days")
    for step in steps:
        _remind_holders(step, roster, daily=daily)
        if at >= closing_after(step.started_at, escalate):
            _tell_one_up(step, roster)
    return len(steps)


def _remind_holders(step: Step, roster: Roster, *, daily: bool) -> None:
    days = (roster.at - step.due_at) // timedelta(days=1) if daily else 0
    notify(
        to=names([row for _, row in step.able(roster)]),
        title=f"【期限超過】決定をお願いします：{step.request}",
        body="決定の期限を過ぎています。すぐに決められないときは、コメントで申請した人に知らせてください。",
        url=step.request.get_absolute_url(),
        subject=step.request,
        key=f"approvals.step:{step.pk}:late:{days}",
        at=roster.at,
    )


def _tell_one_up(step: Step, roster: Roster) -> None:
    barred = step.request.barred
    above = [row for seat in step.seats.all() if seat.decision_id is None for row in roster.above(seat.chair, seat.department, barred)]
    notify(
        to=names(above),
        title=f"【期限超過】決定が滞っています：{step.request}",
        body="決定する役割の人に、状況を確かめてください。",
        url=step.request.get_absolute_url(),
        subject=step.request,
        key=f"approvals.step:{step.pk}:up",
        at=roster.at,
    )


def expire_over(*, at: datetime) -> int:
    """End every running permit whose last day is over; gives their number."""
    rows = list(Request.objects.over(on=day_of(at)).for_list())
    for request in rows:
        request.expire(on=day_of(at), at=at)
    return len(rows)
