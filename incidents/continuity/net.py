"""緊急連絡網 of a day, made from the appointments: CISO, 総括管理者, 中央管理者, 部長, 課長 with their deputies and numbers (3.4.2.3.8).

Nothing is stored: a personnel list that waits for its day counts from that day on, so the net of 1 April can be printed in March.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.crypto import salted_hmac

from incidents.continuity.people import NET_ROLES
from incidents.models import Contact, OutsideContact
from musashimurayama_isms.accounts.models import Appointment, Department, Deputyship, PersonnelChange, Post, Role, RoleCode, User
from musashimurayama_isms.accounts.personnel.plan import plan
from musashimurayama_isms.parameters.values import value

CITY_ROLES = NET_ROLES[:3]


@dataclass(frozen=True)
class Person:
    """Somebody on the net with the numbers; `user` is missing for who is hired on the day."""

    name: str
    user: User | None = None
    contact: Contact | None = None
    is_deputy: bool = False
    shows_number: bool = False

    @property
    def extension(self) -> str:
        return self.user.extension if self.user else ""

    @property
    def after_hours(self) -> str:
        """Only where the reader may see it."""
        return self.contact.after_hours if self.contact and self.shows_number else ""

    @property
    def has_number(self) -> bool:
        return bool(self.extension or (self.contact and self.contact.after_hours))

    @property
    def words(self) -> str:
        return "|".join((self.name, self.extension, self.after_hours, "代" if self.is_deputy else ""))


@dataclass
class Seat:
    """A role in a post, with who is there on the day and who is named to stand in."""

    role: str
    role_name: str
    post: Post
    people: list[Person] = field(default_factory=list)
    deputies: list[Person] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.role}:{self.post.code}"

    @property
    def is_vacant(self) -> bool:
        return not self.people

    @property
    def everybody(self) -> list[Person]:
        return [*self.people, *self.deputies]

    @property
    def digest(self) -> str:
        return _seal("|".join([self.key, str(self.post), *(person.words for person in self.everybody)]))[:16]


@dataclass
class Group:
    """The head of the city's security, or one 部 with its 課."""

    title: str
    seats: list[Seat] = field(default_factory=list)


class Net:
    """The whole net of a day as one reader sees it; a fixed number of queries, plus two for each list that waits."""

    def __init__(self, on: date, *, with_numbers: bool) -> None:
        self.on, self.with_numbers = on, with_numbers

    # -- what is asked of the database -----------------------------------------------------------------------------
    @cached_property
    def _posts(self) -> list[Post]:
        rows = Post.objects.in_force(self.on).filter(roles__code__in=NET_ROLES).select_related("department__parent")
        return list(rows.prefetch_related("roles").distinct().order_by("department__position", "position", "code"))

    @cached_property
    def waiting_changes(self) -> list[PersonnelChange]:
        """Personnel lists that are to be applied by the day and are not yet."""
        return list(PersonnelChange.objects.due(self.on).prefetch_related("lines"))

    @cached_property
    def _drafts(self) -> list:
        drafts = [draft for change in self.waiting_changes for draft in plan(list(change.lines.all()), effective_on=change.effective_on)]
        return [draft for draft in drafts if not draft.problems]

    @cached_property
    def _in_posts(self) -> dict[int, list[tuple[str, User | None]]]:
        """Post → who is there: today's appointments as they will stand on the day."""
        ended = {row.pk for draft in self._drafts for row, last in draft.ends if last < self.on}
        leaving = {draft.person.pk for draft in self._drafts if draft.left_on and draft.left_on < self.on}
        rows = Appointment.objects.in_force(self.on).serving(self.on).filter(post__in=[post.pk for post in self._posts])
        found: dict[int, list[tuple[str, User | None]]] = defaultdict(list)
        for row in rows.select_related("person").order_by("pk"):
            if row.pk not in ended and row.person_id not in leaving:
                found[row.post_id].append((row.person.name, row.person))
        for draft in self._drafts:
            if draft.begin and draft.on <= self.on:
                found[draft.post.pk].append((draft.name, draft.person))
        return found

    @cached_property
    def _deputies(self) -> dict[int, list[User]]:
        ended = {row.pk for draft in self._drafts for row, last in draft.deputies if last < self.on}
        serving = User.objects.serving(self.on)
        rows = Deputyship.objects.in_force(self.on).filter(post__in=[post.pk for post in self._posts], deputy__in=serving)
        found: dict[int, list[User]] = defaultdict(list)
        for row in rows.select_related("deputy").order_by("pk"):
            if row.pk not in ended:
                found[row.post_id].append(row.deputy)
        return found

    @cached_property
    def _contacts(self) -> dict[int, Contact]:
        return {row.person_id: row for row in Contact.objects.all()}

    @cached_property
    def outside(self) -> list[OutsideContact]:
        """Whom outside the city hall one rings (3.10.5.1.5)."""
        return list(OutsideContact.objects.in_use())

    # -- the net ---------------------------------------------------------------------------------------------------
    def _person(self, name: str, user: User | None, *, is_deputy: bool = False) -> Person:
        contact = self._contacts.get(user.pk) if user else None
        return Person(name, user, contact, is_deputy, self.with_numbers)

    def _seat(self, post: Post, role: Role) -> Seat:
        people = [self._person(name, user) for name, user in self._in_posts[post.pk]]
        deputies = [self._person(user.name, user, is_deputy=True) for user in self._deputies[post.pk]]
        return Seat(role.code, role.name, post, people, deputies)

    @cached_property
    def seats(self) -> list[Seat]:
        """Every role of the net in every post that carries it: the city's roles first, then each 部 and its 課."""
        rows = [(post, role) for post in self._posts for role in post.roles.all() if role.code in NET_ROLES]
        return [self._seat(post, role) for post, role in sorted(rows, key=_place)]

    @cached_property
    def groups(self) -> list[Group]:
        city = Group("全庁の責任者", [seat for seat in self.seats if seat.role in CITY_ROLES])
        found: dict[int, Group] = {}
        for seat in self.seats:
            if seat.role not in CITY_ROLES:
                division = seat.post.department.division or seat.post.department
                found.setdefault(division.pk, Group(division.name)).seats.append(seat)
        return [city, *found.values()]

    # -- stale or not ----------------------------------------------------------------------------------------------
    @cached_property
    def seat_digests(self) -> dict[str, str]:
        """Seat → what it says, as a digest; the key of the portal is in it, so that a number cannot be guessed from it."""
        rows = {seat.key: seat.digest for seat in self.seats}
        return rows | {f"outside:{row.code}": _seal("|".join((row.name, row.phone, row.after_hours)))[:16] for row in self.outside}

    @cached_property
    def digest(self) -> str:
        return _seal("|".join(f"{key}={digest}" for key, digest in sorted(self.seat_digests.items())))

    @property
    def code(self) -> str:
        """What is printed on the paper: short enough to be typed and compared."""
        return f"{self.digest[:4]}-{self.digest[4:8]}".upper()

    def changes_since(self, seats: dict[str, str]) -> list[str]:
        """Where this net differs from the one with these digests: the posts, in words."""
        names = {seat.key: str(seat.post) for seat in self.seats} | {f"outside:{row.code}": row.name for row in self.outside}
        new = [names[key] for key, digest in self.seat_digests.items() if seats.get(key) != digest]
        gone = [key for key in seats if key not in self.seat_digests]
        return list(dict.fromkeys(new)) + ([f"なくなった職・連絡先 {len(gone)}件"] if gone else [])

    # -- what is wrong with it -------------------------------------------------------------------------------------
    @cached_property
    def vacant(self) -> list[Seat]:
        return [seat for seat in self.seats if seat.is_vacant]

    @property
    def vacant_posts(self) -> list[str]:
        """Each empty post once, whatever roles it carries."""
        return list(dict.fromkeys(str(seat.post) for seat in self.vacant))

    @cached_property
    def people(self) -> list[Person]:
        """Everybody on the net once, deputies too."""
        found: dict[object, Person] = {}
        for seat in self.seats:
            for person in seat.everybody:
                found.setdefault(person.user.pk if person.user else person.name, person)
        return list(found.values())

    @cached_property
    def without_number(self) -> list[Person]:
        return [person for person in self.people if not person.has_number]

    @cached_property
    def months(self) -> int:
        """For how many months a person's word counts."""
        return value("incidents.contact_confirm_months")

    @cached_property
    def unconfirmed(self) -> list[Person]:
        """Who never said that the numbers are right, or not lately."""
        return [row for row in self.people if row.contact is None or row.contact.is_stale(on=self.on, months=self.months)]

    @cached_property
    def outside_without_number(self) -> list[OutsideContact]:
        return [row for row in self.outside if not (row.phone or row.after_hours)]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "vacant": len(self.vacant_posts),
            "without_number": len(self.without_number),
            "unconfirmed": len(self.unconfirmed),
            "outside_without_number": len(self.outside_without_number),
        }

    @property
    def open_points(self) -> int:
        return sum(self.counts.values())

    # -- one person's line -----------------------------------------------------------------------------------------
    def line_of(self, department: Department | None) -> list[Seat]:
        """Whom somebody of this department rings, the nearest first: the own 課, the own 部, then up to the CISO."""
        division = department.division if department else None
        own = [
            seat for seat in self.seats if seat.role == RoleCode.SECTION_OFFICER and department and seat.post.department_id == department.pk
        ]
        head = [
            seat for seat in self.seats if seat.role == RoleCode.DIVISION_OFFICER and division and seat.post.department_id == division.pk
        ]
        return [*own, *head, *reversed([seat for seat in self.seats if seat.role in CITY_ROLES])]


def _place(row: tuple[Post, Role]) -> tuple:
    """The order of the net: the roles of the city in their order, the rest by 部, its head before its 課."""
    post, role = row
    rank = NET_ROLES.index(RoleCode(role.code))
    if role.code in CITY_ROLES:
        return (rank, 0, 0, 0, post.pk)
    division = post.department.division or post.department
    return (len(CITY_ROLES), division.position, rank, post.department.position, post.pk)


def _seal(text: str) -> str:
    return salted_hmac("incidents.continuity.net", text, algorithm="sha256").hexdigest()
