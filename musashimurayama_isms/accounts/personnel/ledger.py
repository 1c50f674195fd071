"""The organisation as the plan of a personnel list needs it, read once in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.post import Post
from ..models.user import User


@dataclass(frozen=True)
class Ledger:
    """Persons by staff number, user names in use, departments, posts, appointments and deputyships."""

    persons: dict[str, User]
    usernames: set[str]
    departments: list[Department]
    posts: dict[int, list[Post]]
    by_person: dict[int, list[Appointment]]
    by_post: dict[int, list[Appointment]]
    deputyships: dict[int, list[Deputyship]]

    @classmethod
    def read(cls, staff_numbers: set[str], usernames: set[str]) -> "Ledger":
        persons = {user.staff_number: user for user in User.objects.filter(staff_number__in=staff_numbers - {""})}
        wanted = Q(person__in=[user.pk for user in persons.values()]) | Q(post__is_single=True)
        rows = list(Appointment.objects.filter(wanted).select_related("person", "post__department__parent").order_by("since", "pk"))
        deputyships = Deputyship.objects.filter(deputy__in=[user.pk for user in persons.values()])
        return cls(
            persons=persons,
            usernames=set(User.objects.filter(username__in=usernames - {""}).values_list("username", flat=True)),
            departments=list(Department.objects.select_related("parent")),
            posts=_grouped(Post.objects.select_related("department__parent").order_by("position", "code"), "department_id"),
            by_person=_grouped(rows, "person_id"),
            by_post=_by_post(rows),
            deputyships=_grouped(deputyships.select_related("post__department__parent"), "deputy_id"),
        )

    def departments_called(self, name: str, *, on: date) -> list[Department]:
        """Departments in force by code, by name, or by name with the 部 in front."""
        return [one for one in self.departments if name and name in (one.code, one.name, one.full_name) and one.is_in_force(on)]

    def post_called(self, department: Department, title: str, *, on: date) -> Post | None:
        """The post of the department with exactly this title."""
        return next((post for post in self.posts.get(department.pk, []) if post.title == title and post.is_in_force(on)), None)

    def held_by(self, person: User, *, since: date) -> list[Appointment]:
        """What the person holds on the day or later."""
        return [row for row in self.by_person.get(person.pk, []) if row.until is None or row.until >= since]

    def appointments_to(self, post: int) -> list[Appointment]:
        """Every appointment to a post for one person, past ones too."""
        return self.by_post.get(post, [])

    def deputyships_of(self, person: User, *, beyond: date) -> list[Deputyship]:
        """Where the person is named as deputy from the day or earlier to after it."""
        rows = self.deputyships.get(person.pk, [])
        return [row for row in rows if row.since <= beyond and (row.until is None or row.until > beyond)]


def _by_post(rows: list[Appointment]) -> dict[int, list[Appointment]]:
    """The appointments to each post; those beyond the end of a post that another follows count for that one, where they go over."""
    found = _grouped(rows, "post_id")
    for row in rows:
        if row.post.successor_id and row.post.until and (row.until is None or row.until > row.post.until):
            found.setdefault(row.post.successor_id, []).append(row)
    return found


def _grouped(rows: Iterable, name: str) -> dict[int, list]:
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return dict(found)
