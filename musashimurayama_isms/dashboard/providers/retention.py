"""Disposals of records: for who decides, and for who proposed what may be carried out."""

from collections.abc import Iterator
from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.retention.hands import Hands
from musashimurayama_isms.retention.models import Disposal

from ..desk import Item, waits


@waits
def disposals(user: User, at: datetime) -> Iterator[Item]:
    """Nothing is asked for whoever has nothing to do with disposals."""
    hands = Hands(user, at=at)
    if not hands.enters:
        return
    rows = Disposal.objects.visible_to(user, at=at, hands=hands).for_list().order_by("proposed_at")
    for row in rows.filter(status=Disposal.Status.PROPOSED).exclude(proposed_by=user):
        if hat := row.deciding_hat(user, at=at):
            why = f"{row.count}件の一覧を確かめて、廃棄してよいかを決めます。"
            facts = {"kind": "決定", "why": why, "since": row.proposed_at, "as_role": hat.label}
            yield Item(title=f"{row} {row.label}", url=row.get_absolute_url(), **facts)
    for row in rows.filter(status__in=(Disposal.Status.PERMITTED, Disposal.Status.RUNNING), proposed_by=user):
        why = "別の人の立会いのうえで、廃棄を行います。" if row.status == Disposal.Status.PERMITTED else "廃棄が終わるのを確かめます。"
        yield Item(title=f"{row} {row.label}", url=row.get_absolute_url(), since=row.decided_at, kind="実施", why=why)
