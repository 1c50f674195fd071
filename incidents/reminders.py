"""Reminders of acts that are late: first to the holder, later to the next one up (defaults.md, chains.md)."""

from datetime import datetime, timedelta

from django.db.models import Max

from incidents.models import Ending, Receipt, Step
from musashimurayama_isms.notifications.notices import notify


def remind_overdue(*, at: datetime) -> int:
    """Remind of every overdue step and receipt at `at`; gives their number. Run as often as you like: each word is sent once.

    The holder hears when the time has come and then daily; the next one up hears once the same length of time has
    passed again.
    """
    steps = list(Step.objects.overdue(at=at).select_related("incident__department__parent"))
    receipts = list(Receipt.objects.overdue(at=at).select_related("step__incident__department__parent"))
    taken_up = _taken_up({receipt.step.incident_id for receipt in receipts})
    for step in steps:
        _remind(step, begun=step.started_at, at=at)
    for receipt in receipts:
        _remind(receipt, begun=max(receipt.sent_at, taken_up.get(receipt.step.incident_id, receipt.sent_at)), at=at)
    return len(steps) + len(receipts)


def _taken_up(incidents: set) -> dict:
    """Incident → when it was last taken up again: from then on the clocks of its unread words run anew."""
    rows = Ending.objects.filter(incident__in=incidents, kind=Ending.Kind.REOPENED).order_by()
    return dict(rows.values_list("incident").annotate(Max("at")))


def _remind(act: Step | Receipt, *, begun: datetime, at: datetime) -> None:
    """One act that is late; a round with another clock is another word."""
    is_step = isinstance(act, Step)
    incident = act.incident if is_step else act.step.incident
    what = ("次への伝達" if act.spec.is_word else f"「{act.get_code_display()}」") if is_step else "受領"
    key = f"{act._meta.model_name}:{act.pk}:{act.round}:{act.due_at.isoformat()}"
    days = (at - act.due_at) // timedelta(days=1)
    notify(
        to=[actor.person for actor in act.able(at=at)],
        title=f"【期限超過】インシデント {incident.number} の{what}をお願いします",
        body="期限を過ぎています。画面を開いて対応してください。",
        url=incident.get_absolute_url(),
        subject=incident,
        urgent=True,
        key=f"{key}:late:{days}",
    )
    if at >= act.due_at + (act.due_at - begun):
        party = act.sender if is_step else act.party
        notify(
            to=[actor.person for actor in incident.one_up(party, at=at)],
            title=f"【期限超過】インシデント {incident.number} の{what}が行われていません",
            body="担当の方の対応が遅れています。本人に連絡してください。電話で聞いた内容は、画面から代わりに入力できます。",
            url=incident.get_absolute_url(),
            subject=incident,
            urgent=True,
            key=f"{key}:up",
        )
