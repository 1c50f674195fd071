"""What waits about accounts: the second word to the dropping of somebody's second factors."""

from collections.abc import Iterator
from datetime import datetime

from musashimurayama_isms.accounts.models import FactorReset, User

from ..desk import Item, waits_if


@waits_if(lambda who: FactorReset.objects.filter(status=FactorReset.Status.ASKED))
def factor_resets(user: User, at: datetime) -> Iterator[Item]:
    """A person without a way in waits, so it is urgent."""
    for row in FactorReset.objects.waiting_for(user, at=at).select_related("person"):
        yield Item(str(row), row, row.asked_at, "同意", due=row.until, is_urgent=True, why="本人に確かめてから答えてください。")
