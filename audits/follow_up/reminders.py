"""Reminders of findings: on the day of the plan and of the deed, and each week after it; the audit head hears of what is late."""

from datetime import datetime

from audits.models import CorrectiveAction
from audits.parties import heads
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify


def remind_of_findings(*, at: datetime) -> int:
    """Tell owners and, from the first day that is over, the audit head; gives how many are due. Each word is sent once."""
    on = day_of(at)
    rows = [row for row in CorrectiveAction.objects.open().with_all() if row.due_on is not None and row.due_on <= on]
    for row in rows:
        week = (on - row.due_on).days // 7
        what = "計画" if row.status == row.Status.ORDERED else "対処"
        late = row.is_overdue(on=on)
        key = f"finding:{row.pk}:{row.status}:{row.due_on.isoformat()}:{week}:{'late' if late else 'day'}"
        notify(
            to=[actor.person for actor in row.owners(at=at)],
            title=f"{'【期限超過】' if late else ''}監査の指摘 {row.finding.number} の{what}の期限です",
            body=f"期限は{wareki(row.due_on)}です。",
            url=row.get_absolute_url(),
            subject=row,
            key=key,
            at=at,
        )
        if late:
            notify(
                to=[actor.person for actor in heads(at=at)],
                title=f"【期限超過】監査の指摘 {row.finding.number} の{what}が出ていません",
                body="対処する人に確かめてください。",
                url=row.get_absolute_url(),
                subject=row,
                key=f"{key}:head",
                at=at,
            )
    return len(rows)
