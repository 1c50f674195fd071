"""Training that a person has still to attend (3.9.2.4)."""

from collections.abc import Iterator
from datetime import datetime

from audits.models import Attendance
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits_if


@waits_if(lambda who: Attendance.objects.waiting_for(who.person))
def training(user: User, at: datetime) -> Iterator[Item]:
    """Announced sessions, and tests that are left."""
    for row in Attendance.objects.waiting_for(user).select_related("session__course"):
        session = row.session
        if row.status == Attendance.Status.ATTENDED:
            why = "テストが残っています。" if row.tries_left else "テストの回数を使い切りました。主催者に相談してください。"
        else:
            why = "資料を読んでください。" if session.is_reading else "集合で行います。日時と場所を確かめてください。"
        yield Item(f"{session.course.title}（{session.name}）", session, row.enrolled_at, "研修", due=row.due_on, why=why)
