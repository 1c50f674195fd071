"""What the portal says by itself about the net: confirm your number, your paper is old; and what it forgets."""

from datetime import date, datetime

from django.urls import reverse

from incidents.continuity.net import Net
from incidents.continuity.people import may_hold_number, standing_in_net
from incidents.models import Contact, NetRecord
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import notify


def keep_net(*, at: datetime) -> int:
    """Forget numbers of those who left the net, remind the others; gives how many were reminded. Each word is sent once."""
    forget(at=at)
    return remind_of_numbers(at=at) + remind_of_papers(at=at)


def forget(*, at: datetime) -> int:
    """Delete the numbers of persons who stand in the net no more, neither as holder nor as deputy."""
    doubtful = Contact.objects.exclude(person__in=standing_in_net(at=at)).select_related("person")
    gone = [row for row in doubtful if not may_hold_number(row.person, at=at)]
    for contact in gone:
        contact.forget(at=at)
    return len(gone)


def remind_of_numbers(*, at: datetime) -> int:
    """Whoever has not said for half a year (a parameter) that the own numbers are right; once a month until it is done."""
    on = day_of(at)
    people = [row.user for row in Net(on, with_numbers=False).unconfirmed if row.user]
    notify(
        to=people,
        title="緊急連絡網の自分の番号を確かめてください",
        body="内線と時間外の電話が正しいかを確かめ、「この番号で正しい」を押してください。",
        url=reverse("incidents:my_number"),
        key=f"incidents.contact:{on:%Y-%m}",
        at=at,
    )
    return len(people)


def remind_of_papers(*, at: datetime) -> int:
    """Whoever holds a paper of the net that is no longer right; once a paper. Only the latest of each kind counts."""
    on, nets = day_of(at), {}
    latest = NetRecord.objects.latest_papers().filter(by__in=User.objects.serving(on)).select_related("by")
    stale = [row for row in latest if _net_of(row, on, nets).changes_since(row.seats)]
    for row in stale:
        notify(
            to=row.by,
            title=f"印刷した{row.get_kind_display()}が古くなりました",
            body="印刷した後に緊急連絡網が変わりました。新しいものを印刷し、古いものは細断してください。",
            url=reverse("incidents:net"),
            key=f"incidents.net_record:{row.pk}",
            at=at,
        )
    return len(stale)


def _net_of(row: NetRecord, on: date, nets: dict[tuple[date, bool], Net]) -> Net:
    """The net that a paper is held against: of today, or of its own later day; each is made once."""
    key = (max(row.on, on), row.with_numbers)
    if key not in nets:
        nets[key] = Net(key[0], with_numbers=key[1])
    return nets[key]
