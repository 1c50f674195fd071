"""Disposals of records: for who decides, and for who proposed what may be carried out."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.retention.hands import DECIDING, Hands
from musashimurayama_isms.retention.models import Disposal

from ..desk import Item, waits_if

ABOVE = {code for codes in DECIDING.values() for code in codes} - {RoleCode.SECTION_OFFICER}


@waits_if(lambda who: Disposal.objects.filter(_to_decide(who.person) & (who.near() | who.wears(*ABOVE)) | _to_carry_out(who.person)))
def disposals(user: User, at: datetime) -> Iterator[Item]:
    """Nothing is asked for whoever has nothing to do with disposals."""
    hands = Hands(user, at=at)
    if not hands.enters:
        return
    rows = Disposal.objects.visible_to(user, at=at, hands=hands).filter(_to_decide(user.pk) | _to_carry_out(user.pk))
    for row in rows.for_list().order_by("proposed_at"):
        if row.proposed_by_id == user.pk:
            why = "別の人の立会いのうえで、廃棄を行います。" if row.status == Disposal.Status.PERMITTED else "廃棄が終わるのを確かめます。"
            yield Item(title=f"{row} {row.label}", leads_to=row, since=row.decided_at, kind="実施", why=why)
        elif hat := row.deciding_hat(user, at=at):
            why = f"{row.count}件の一覧を確かめて、廃棄してよいかを決めます。"
            facts = {"kind": "決定", "why": why, "since": row.proposed_at, "as_role": hat.label}
            yield Item(title=f"{row} {row.label}", leads_to=row, **facts)


def _to_decide(person: int) -> Q:
    return Q(status=Disposal.Status.PROPOSED) & ~Q(proposed_by=person)


def _to_carry_out(person: int) -> Q:
    return Q(status__in=(Disposal.Status.PERMITTED, Disposal.Status.RUNNING), proposed_by=person)
