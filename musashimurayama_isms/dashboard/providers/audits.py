"""What the audits want from a person."""

from collections.abc import Iterator
from datetime import datetime

from audits.models import Engagement
from audits.waiting import waiting_for
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits_if


@waits_if(lambda person, on: Engagement.objects.open())
def audits(user: User, at: datetime) -> Iterator[Item]:
    """Requests to audit, days to settle, surveys, papers, evidence, reports (3.13.1)."""
    for row in waiting_for(user, at=at):
        yield Item(
            title=row.words,
            url=row.url,
            since=row.since,
            kind="監査",
            due=row.due,
            why=f"{row.engagement.number} {row.engagement.what}",
        )
