"""What comes round."""

from collections.abc import Iterator
from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence

from ..desk import Item, waits


@waits
def duties(user: User, at: datetime) -> Iterator[Item]:
    """What comes round and is to be done now, by role or because it was handed over: the earliest due first."""
    for row in Occurrence.objects.waiting_for(user, at=at).with_all():
        yield Item(
            title=str(row),
            url=row.get_absolute_url(),
            since=row.appeared_at,
            kind="定期業務",
            due=row.due_on,
            as_role=row.duty.get_owner_display(),
            why=row.department_name,
        )
