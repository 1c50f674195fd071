"""Reminders of consultations that wait too long: first whoever answers, later the next one up. Each word is sent once."""

from datetime import datetime, timedelta

from incidents.chain import ONE_UP, Party
from incidents.models import Consultation
from incidents.parties import able
from musashimurayama_isms.fiscal import closing_after
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value


def remind_overdue(*, at: datetime) -> int:
    """Remind of every consultation without an answer past its time; gives their number. Run as often as you like."""
    rows = list(Consultation.objects.overdue(at=at).with_people())
    days = value("incidents.consultation_working_days")
    for row in rows:
        late = (at - row.due_at) // timedelta(days=1)
        key = f"consultation:{row.pk}:{row.due_at:%Y%m%d}"
        notify(
            to=[actor.person for actor in row.answering(at=at)],
            title=f"【期限超過】{row} に回答をお願いします",
            body="期限を過ぎています。すぐに答えられないときは、いつ答えられるかを書いてください。",
            url=row.get_absolute_url(),
            subject=row,
            key=f"{key}:late:{late}",
            at=at,
        )
        if at >= closing_after(row.due_at, days):
            above = able(ONE_UP[Party.CENTRAL_MANAGER], row.department, at=at, without=(row.asker_id,))
            notify(
                to=[actor.person for actor in above],
                title=f"【期限超過】{row} に回答がありません",
                body="中央電子計算組織管理者に、状況を確かめてください。相談の内容は、相談した人と回答する人だけが見られます。",
                url="",
                subject=row,
                key=f"{key}:up",
                at=at,
            )
    return len(rows)
