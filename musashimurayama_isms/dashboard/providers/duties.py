"""What comes round."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.parties import OF_A_DIVISION, OF_A_SECTION, ONE_UP

from ..desk import Item, waits_if
from ..whom import Whom

OF_THE_CITY = {above for above in ONE_UP.values() if above not in OF_A_SECTION | OF_A_DIVISION}


def _theirs(who: Whom) -> Q:
    """By a hat, by name, or because it has come up to the person from a place below where nobody is (duties.parties.ONE_UP)."""
    of_the_line = who.near() & who.wears(RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER)
    return who.as_party("duty__owner", "department") | Q(handed_to=who.person) | of_the_line | who.wears(*OF_THE_CITY)


@waits_if(lambda who: Occurrence.objects.open().appeared(on=who.on).filter(_theirs(who)))
def duties(user: User, at: datetime) -> Iterator[Item]:
    """What comes round and is to be done now, by role or because it was handed over: the earliest due first."""
    for row in Occurrence.objects.waiting_for(user, at=at).with_all():
        yield Item(
            title=str(row),
            leads_to=row,
            since=row.appeared_at,
            kind="定期業務",
            due=row.due_on,
            as_role=row.duty.get_owner_display(),
            why=row.department_name,
        )
