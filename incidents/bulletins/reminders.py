"""Words to those who have not read a bulletin, and a number to their chief: once a version each (3.10.4.3.6)."""

from collections import Counter
from datetime import datetime

from django.db.models import Exists, OuterRef

from incidents.models import Bulletin
from musashimurayama_isms.accounts.models import Department, RoleCode
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.fiscal import add_working_days
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value


def remind_unread(*, at: datetime) -> int:
    """Remind of every standing bulletin whose days to read are over; gives their number. Each word is sent once."""
    on, days = day_of(at), value("incidents.bulletin_remind_working_days")
    rows = [row for row in Bulletin.objects.standing(on=on) if on >= add_working_days(day_of(row.asked_at), days)]
    for row in rows:
        _remind(row, at=at)
    return len(rows)


def _remind(bulletin: Bulletin, *, at: datetime) -> None:
    key = f"bulletin:{bulletin.pk}:{bulletin.asked_since}"
    people = bulletin.people(on=day_of(at)).filter(read_at__isnull=True)
    told = Notification.objects.filter(recipient=OuterRef("pk"), key=f"{key}:unread")
    if not people.filter(~Exists(told)).exists():
        return  # the words of this version are written
    unread = list(people)
    notify(
        to=unread,
        title=f"まだ読んでいない注意喚起があります：{bulletin.title}",
        body="内容を読み、「読みました」を押してください。",
        url=bulletin.get_absolute_url(),
        subject=bulletin,
        key=f"{key}:unread",
        at=at,
    )
    counts = Counter(person.department for person in unread)
    for department in Department.objects.filter(pk__in=counts).select_related("parent"):
        notify(
            to=[row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=department)],
            title=f"注意喚起 {bulletin.number} を読んでいない職員が{counts[department.pk]}人います（{department.full_name}）",
            body="休みなどの事情もあります。必要なときは声をかけてください。",
            url=bulletin.get_absolute_url(),
            subject=bulletin,
            key=f"{key}:count:{department.pk}",
            at=at,
        )
