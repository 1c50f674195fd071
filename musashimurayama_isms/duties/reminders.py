"""Reminders of what falls due and of what is late: first to the holder, then to the one above (2.11, defaults.md).

Each word has a key, so that it is sent once however often this runs, and a run that was missed is made up for by the next.
"""

from datetime import date, datetime, timedelta

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values

from .models import Occurrence
from .parties import Parties


def remind(*, at: datetime) -> int:
    """Remind of every occurrence whose time it is; gives their number. Run as often as you like: each word is sent once."""
    values, today, parties = Values(), day_of(at), Parties(at)
    soon = today + timedelta(days=values["duties.remind_days_before"])
    rows = list(Occurrence.objects.open().filter(due_on__lte=soon, duty__is_active=True).with_all())
    for row in rows:
        _remind_holder(row, parties, every=values["duties.remind_every_days"], today=today)
        if today >= row.due_on + timedelta(days=values["duties.escalate_after_days"]):
            _tell_one_up(row, parties)
    return len(rows)


def _remind_holder(row: Occurrence, parties: Parties, *, every: int, today: date) -> None:
    stage, title = _stage(row, every=every, today=today)
    holders = [holder.person for holder in row.able(at=parties.at, parties=parties)]
    hand = row.in_hands_of(at=parties.at)
    notify(
        to=[*holders, hand] if hand else holders,
        title=f"{title}：{row}",
        body=f"期限は{wareki(row.due_on)}です。終わっているときは、画面で実施を記録してください。",
        url=row.get_absolute_url(),
        subject=row,
        key=f"duty:{row.pk}:{row.due_on}:{stage}",
        at=parties.at,
    )


def _stage(row: Occurrence, *, every: int, today: date) -> tuple[str, str]:
    """Which word it is time for: before, on the day, or the n-th after it."""
    late = (today - row.due_on).days
    if late < 0:
        return "before", "期限が近づいています"
    if late == 0:
        return "day", "今日が期限です"
    return f"late-{(late - 1) // every}", "期限を過ぎています"


def _tell_one_up(row: Occurrence, parties: Parties) -> None:
    notify(
        to=[holder.person for holder in row.one_up(at=parties.at, parties=parties)],
        title=f"行われていない業務があります：{row}",
        body=f"期限の{wareki(row.due_on)}を過ぎても実施の記録がありません。担当の方に確かめてください。",
        url=row.get_absolute_url(),
        subject=row,
        key=f"duty:{row.pk}:{row.due_on}:up",
        at=parties.at,
    )
