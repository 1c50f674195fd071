"""Masked copies: for a second person to confirm, and sent back to who prepared them."""

from collections.abc import Iterator
from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.disclosure.hands import Hands
from musashimurayama_isms.disclosure.models import Disclosure

from ..desk import Item, waits


@waits
def disclosures(user: User, at: datetime) -> Iterator[Item]:
    """Nothing is asked for whoever has nothing to do with copies."""
    hands = Hands(user, at=at)
    if not hands.enters:
        return
    rows = Disclosure.objects.visible_to(user, at=at, hands=hands).defer("lines", "masked").order_by("created_at")
    confirmed = rows.waiting().exclude(created_by=user).prefetch_related("spans") if hands.confirms else []
    for copy in confirmed:
        if user.pk not in copy.hands():
            why = "黒塗りが足りているか、隠しすぎていないかを確かめます。"
            yield Item(title=f"{copy} {copy.label}", url=copy.get_absolute_url(), since=copy.submitted_at, kind="確認", why=why)
    for copy in rows.filter(status=Disclosure.Status.DRAFT, created_by=user):
        why = "差し戻されました。直して、もう一度確認を依頼します。" if copy.returned_reason else "黒塗りを確かめて、確認を依頼します。"
        yield Item(title=f"{copy} {copy.label}", url=copy.get_absolute_url(), since=copy.created_at, kind="下書き", why=why)
