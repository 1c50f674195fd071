"""A person's own appointments of a day with the roles of their posts: one short question, asked once a page.

Everything about who somebody is rests on it: the hats, the line below the name in the frame, the sections whose registers are open.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, QuerySet

from musashimurayama_isms.prepared import Prepared

from .memory import once
from .models import Absence, Appointment, Deputyship, Post, Role, StandingDeputy, User


def _appointments(person: int, on: date) -> QuerySet[Appointment]:
    """A row for each role of each post held: `carried` is the role, `serves` whether the person counts as one who is there at all.

    `has_named` and `has_ruled` say whether anybody has named the person as a deputy, or the policy names the role as one.
    """
    serving = Appointment.objects.serving(on).filter(pk=OuterRef("pk"))
    return (
        Appointment.objects.in_force(on)
        .filter(person=person)
        .annotate(
            carried=F("post__roles__pk"),
            serves=Exists(serving),
            has_named=Exists(Deputyship.objects.in_force(on).filter(deputy=OuterRef("person"))),
            has_ruled=Exists(StandingDeputy.objects.filter(deputy_role=OuterRef("post__roles"))),
        )
        .select_related("post__department__parent")
        .order_by("post__position", "pk", "post__roles__position")
    )


def _empty(on: date, at: datetime) -> QuerySet[Post]:
    """The posts in force where nobody is."""
    return Post.objects.in_force(on).exclude(Exists(someone_there(on, at))).order_by()


def _empty_where_named(person: int, on: date, at: datetime) -> QuerySet:
    named = Deputyship.objects.in_force(on).filter(deputy=person, deputy__in=User.objects.serving(on))
    return _empty(on, at).filter(pk__in=named.values("post")).values_list("pk", flat=True)


def someone_there(on: date, at: datetime) -> QuerySet[Appointment]:
    """Appointments to the post of the outer query whose person is serving and not away."""
    absent = Absence.objects.at(at).filter(person=OuterRef("person"))
    return Appointment.objects.in_force(on).serving(on).filter(~Exists(absent), post=OuterRef("pk"))


_APPOINTMENTS = Prepared(_appointments)
_EMPTY_WHERE_NAMED = Prepared(_empty_where_named)
_EMPTY_OF_ROLE = Prepared(lambda role, on, at: _empty(on, at).filter(roles=role).values_list("pk", flat=True))
_ROLES = Prepared(lambda: Role.objects.all())
_RULES = Prepared(lambda: StandingDeputy.objects.order_by("pk"))


class Own:
    """What a person is on a day: the appointments, by rank of the post, and the roles of each post."""

    def __init__(self, user: User, on: date) -> None:
        self.person = user.pk
        rows = _APPOINTMENTS(person=user.pk, on=on)
        self.appointments = list({row.pk: row for row in reversed(rows)}.values())[::-1]
        self.serving = [row for row in self.appointments if row.serves]
        known = roles() if any(row.carried for row in rows) else {}
        self._roles: dict[int, list[Role]] = {}
        for row in rows:
            if row.carried is not None:
                self._roles.setdefault(row.pk, []).append(known[row.carried])
        self.is_named = not rows or any(row.has_named for row in rows)  # one without a post may have been named
        self.is_ruled = any(row.has_ruled for row in rows)

    def roles_of(self, appointment: Appointment) -> list[Role]:
        """The roles that the post of an own appointment carries, in their order."""
        return self._roles.get(appointment.pk, [])


def own(user: User, *, on: date) -> Own:
    """What the person is on the day; asked once a page."""
    return once(("own", user.pk, on), lambda: Own(user, on))


def roles() -> dict[int, Role]:
    """All roles by their key, asked once a page."""
    return once("roles", lambda: {role.pk: role for role in _ROLES()})


def rules() -> list[StandingDeputy]:
    """Who stands in for whom by the policy itself, asked once a page."""
    return once("rules", _RULES)


def empty_posts_for(here: Own, roles: Iterable[Role], *, on: date, at: datetime) -> set[int]:
    """The keys of the posts where nobody is and whose deputy the person is: named, or by the policy for one of the own `roles`."""
    found = set(_EMPTY_WHERE_NAMED(person=here.person, on=on, at=at)) if here.is_named else set()
    held = {role.pk for role in roles} if here.is_ruled else ()
    for role in {rule.role_id for rule in rules() if rule.deputy_role_id in held} if held else ():
        found.update(_EMPTY_OF_ROLE(role=role, on=on, at=at))
    return found


def with_roles(rows: Iterable[Appointment], here: Own) -> list[tuple[Appointment, Role]]:
    """Each appointment with each role of its post."""
    return [(row, role) for row in rows for role in here.roles_of(row)]
