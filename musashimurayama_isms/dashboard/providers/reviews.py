"""Reviews of the policy that wait for who prepares them (3.13.3)."""

from collections.abc import Iterator
from datetime import datetime

from audits.models import PolicyReview
from audits.review.hands import Hands
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits_if

Status = PolicyReview.Status


@waits_if(lambda who: PolicyReview.objects.live())
def reviews(user: User, at: datetime) -> Iterator[Item]:
    """To be put to the committee; its inputs to be decided on; to be closed."""
    rows = list(PolicyReview.objects.live())
    if not rows or not Hands(user, at=at).prepares:
        return
    for review in rows:
        since, why = {
            Status.PREPARING: (review.begun_at, "材料を確かめて、委員会に付議します。"),
            Status.DELIBERATING: (review.put_at, "材料ごとに、審議の内容と取扱いを記録します。"),
            Status.DECIDED: (review.decided_at, "改定の版を結び付け、取扱いがそろったら終了します。"),
        }[Status(review.status)]
        yield Item(title=str(review), leads_to=review, since=since, kind="見直し", why=why)
