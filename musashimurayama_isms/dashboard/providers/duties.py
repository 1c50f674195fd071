"""What comes round."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence

from ..desk import Item, waits

DUTIES_ON_DESK = 10


@waits
def duties(user: User, at: datetime) -> Iterator[Item]:
    """What comes round and is to be done now, by role or because it was handed over: the earliest due, and how many more."""
    rows = list(Occurrence.objects.waiting_for(user, at=at).with_all())
    for row in rows[:DUTIES_ON_DESK]:
        yield Item(
            title=str(row),
            url=row.get_absolute_url(),
            since=row.appeared_at,
            kind="定期業務",
            due=row.due_on,
            as_role=row.duty.get_owner_display(),
            why=row.department_name,
        )
    if more := rows[DUTIES_ON_DESK:]:
        url = reverse("duties:tab", args=["mine"])
        title, since = f"ほかの定期業務 {len(more)}件", more[0].appeared_at
        yield Item(title, url, since, "定期業務", due=more[0].due_on, why="一覧で確かめてください。")
