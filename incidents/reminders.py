"""Reminders of acts that are late: first to the holder, later to the next one up (defaults.md, chains.md)."""

from datetime import datetime, timedelta

from incidents.models import Receipt, Step
from incidents.parties import one_up
from musashimurayama_isms.notifications.notices import notify


def remind_overdue(*, at: datetime) -> int:
    """Remind of every overdue step and receipt at `at`; gives their number. Run as often as you like: each word is sent once.

    The holder hears when the time has come and then daily; the next one up hears once the same length of time has
    passed again.
    """
    late = [
        *Step.objects.overdue(at=at).select_related("incident__department__parent"),
        *Receipt.objects.overdue(at=at).select_related("step__incident__department__parent"),
    ]
    for act in late:
        _remind(act, at=at)
    return len(late)


def _remind(act: Step | Receipt, *, at: datetime) -> None:
    is_step = isinstance(act, Step)
    incident = act.incident if is_step else act.step.incident
    begun = act.started_at if is_step else act.sent_at
    what = ("次への伝達" if act.spec.is_word else f"「{act.get_code_display()}」") if is_step else "受領"
    key = f"{act._meta.model_name}:{act.pk}"
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
            to=[actor.person for actor in one_up(party, incident.department, at=at)],
            title=f"【期限超過】インシデント {incident.number} の{what}が行われていません",
            body="担当の方の対応が遅れています。本人に連絡してください。電話で聞いた内容は、画面から代わりに入力できます。",
            url=incident.get_absolute_url(),
            subject=incident,
            urgent=True,
            key=f"{key}:up",
        )
