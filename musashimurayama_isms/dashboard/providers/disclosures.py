"""Masked copies: for a second person to confirm, and sent back to who prepared them."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.disclosure.hands import Hands
from musashimurayama_isms.disclosure.models import Disclosure

from ..desk import Item, waits_if


@waits_if(lambda who: Disclosure.objects.filter(_to_confirm(who.person) | _to_finish(who.person)))
def disclosures(user: User, at: datetime) -> Iterator[Item]:
    """Nothing is asked for whoever has nothing to do with copies."""
    hands = Hands(user, at=at)
    if not hands.enters:
        return
    asked = _to_finish(user.pk) | _to_confirm(user.pk) if hands.confirms else _to_finish(user.pk)
    rows = Disclosure.objects.visible_to(user, at=at, hands=hands).filter(asked).defer("lines", "masked").order_by("created_at")
    for copy in rows.prefetch_related("spans"):
        if copy.status == Disclosure.Status.DRAFT:
            why = "差し戻されました。直して、もう一度確認を依頼します。" if copy.returned_reason else "黒塗りを確かめて、確認を依頼します。"
            yield Item(title=f"{copy} {copy.label}", leads_to=copy, since=copy.created_at, kind="下書き", why=why)
        elif user.pk not in copy.hands():
            why = "黒塗りが足りているか、隠しすぎていないかを確かめます。"
            yield Item(title=f"{copy} {copy.label}", leads_to=copy, since=copy.submitted_at, kind="確認", why=why)


def _to_confirm(person: int) -> Q:
    return Q(status=Disclosure.Status.SUBMITTED) & ~Q(created_by=person)


def _to_finish(person: int) -> Q:
    return Q(status=Disclosure.Status.DRAFT, created_by=person)
