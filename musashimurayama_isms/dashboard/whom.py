"""About whom the desk asks whether anything waits at all: values of one prepared question (prepared.Presence).

Wider than the reach that any floor works with: every hat counts, whatever for, every department that ever was or stands below an
own one. A condition must never leave out what its provider would give, so it narrows by these and never by less.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Self

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.lookups import In

from assets.models import ServiceManager
from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.models import Appointment, Committee, RoleCode, Seat, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.seats import is_of_a_committee
from musashimurayama_isms.accounts.standing import day_of, standings

COMMITTEE = "COMMITTEE"  # how the chain, the duties and the requests call what is the committee's
OF_A_PLACE = (RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER, RoleCode.PROMOTER)


@dataclass(frozen=True)
class Whom:
    """A person by key, the moment and its day, the codes of all hats, the departments behind them."""

    person: int
    at: datetime
    on: date
    roles: tuple[str, ...]
    places: tuple[int, ...]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> Self:
        """The person at a moment; asks for nothing that a page has not asked already."""
        on, hats = day_of(at), standings(user, at=at)
        roles = {str(hat.role.code) for hat in hats}
        roles |= {COMMITTEE} if is_of_a_committee(user, on=on) else set()
        roles |= {str(RoleCode.ADMINISTRATOR)} if user.is_superuser else set()
        places = {hat.department.pk for hat in hats} | {row.post.department_id for row in own(user, on=on).appointments}
        return cls(user.pk, at, on, tuple(sorted(roles)), tuple(sorted(_with_theirs(places))))

    def wears(self, *codes: str) -> Q:
        """All rows where the person wears one of these hats, none where not: to be said in SQL, which stays the same for everybody."""
        return reduce(or_, (Q(In(Value(str(code), CharField()), self.roles)) for code in codes))

    def near(self, department: str = "department") -> Q:
        """Rows of the departments of the person."""
        return Q(**{f"{department}__in": self.places})

    def as_party(self, party: str, department: str) -> Q:
        """Rows whose party wears a hat of the person: for 課 and 部 those of the own departments."""
        return Q(**{f"{party}__in": self.roles}) & (~Q(**{f"{party}__in": OF_A_PLACE}) | self.near(department))

    def committees(self) -> QuerySet[Committee]:
        """Those on which the person sits or whose secretariat is among the own departments."""
        posts = Appointment.objects.in_force(self.on).filter(person=self.person).values("post")
        seats = Seat.objects.in_force(self.on).filter(post__in=posts).values("committee")
        return Committee.objects.filter(Q(pk__in=seats) | self.near("secretariat")).values("pk")

    def manages(self, party: str, incident: str) -> Q:
        """Rows for who answers for the service or the account of an incident (incidents.parties.Reach.managed)."""
        services = ServiceManager.objects.open().filter(person=self.person).values("service")
        own = Q(**{f"{incident}__service__in": services}) | Q(**{f"{incident}__account__owner": self.person})
        return Q(**{party: RoleCode.SERVICE_MANAGER}) & (own | self.wears(RoleCode.SERVICE_MANAGER))


def _with_theirs(places: set[int]) -> set[int]:
    """The departments, all that they follow, and all below, however deep."""
    found, known = set(places), departments().items()
    while newest := {pk for pk, row in known if row.successor_id in found or row.parent_id in found} - found:
        found |= newest
    return found
