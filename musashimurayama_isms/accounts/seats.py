"""Who works for a committee on a day: members by their posts, the secretariat by its section. Asked once a page."""

from dataclasses import dataclass
from datetime import date

from musashimurayama_isms.prepared import Prepared

from .memory import once
from .models import Appointment, Committee, Post, Seat, User
from .own import own


@dataclass(frozen=True)
class Sitting:
    """A committee with its people of a day."""

    committee: Committee
    secretaries: tuple[User, ...]
    members: tuple[User, ...]


_COMMITTEES = Prepared(lambda: Committee.objects.select_related("secretariat__parent", "secretariat__successor"))
_SECRETARIES = Prepared(
    lambda department, on: User.objects.filter(
        is_active=True,
        pk__in=Appointment.objects.in_force(on)
        .filter(post__in=Post.objects.in_force(on).filter(department=department).values("pk"))
        .values("person"),
    )
)
_MEMBERS = Prepared(
    lambda committee, on: User.objects.filter(
        is_active=True,
        pk__in=Appointment.objects.in_force(on)
        .filter(post__in=Seat.objects.in_force(on).filter(committee=committee).values("post"))
        .values("person"),
    )
)
_SEATS = Prepared(lambda on: Seat.objects.in_force(on).order_by().values_list("committee", "post").distinct())


def committees() -> list[Committee]:
    """All committees with their secretariat, asked once a page."""
    return once("committees", _COMMITTEES)


def sitting(code: str, *, on: date) -> Sitting | None:
    """The people of a committee, in the order of names; None before the reference data are loaded."""
    return once(("sitting", code, on), lambda: _sitting(code, on))


def _sitting(code: str, on: date) -> Sitting | None:
    committee = next((row for row in committees() if row.code == code), None)
    if committee is None:
        return None
    section = committee.secretariat.successor_on(on)
    return Sitting(committee, tuple(_SECRETARIES(department=section.pk, on=on)), tuple(_MEMBERS(committee=committee.pk, on=on)))


def committees_of(user: User, *, on: date) -> set[str]:
    """The codes of the committees on which the person sits on the day, or to whose secretariat the person belongs."""
    held = own(user, on=on).appointments
    if not user.is_active or not held:
        return set()
    sections = {row.post.department_id for row in held if row.post.is_in_force(on)}
    found = {row.code for row in committees() if row.secretariat.successor_on(on).pk in sections}
    posts = {row.post_id for row in held}
    sat_on = {committee for committee, post in once(("seats", on), lambda: _SEATS(on=on)) if post in posts}
    return found | {row.code for row in committees() if row.pk in sat_on}


def is_of_a_committee(user: User, *, on: date) -> bool:
    """Whether the person sits on any committee on the day, or belongs to the secretariat of one."""
    return bool(committees_of(user, on=on))
