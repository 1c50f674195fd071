"""Numbered sample staff until every section has its chief and the city its number of people, in their posts for all the years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle

from musashimurayama_isms.accounts.models import Appointment, Department, Post, User

MODEL = "shimin-ka"  # the section whose sample persons lead the specimens


@dataclass(frozen=True)
class Place:
    """A department that keeps a register, with its people."""

    department: Department
    head: User
    division_head: User | None
    staff: list[User]


def engage(count: int, *, since: date) -> None:
    """Bring the staff up to `count` persons: first the vacant posts of chiefs, then the staff of the sections in turn.

    The posts of chiefs are filled whatever the count. All sample staff, the named ones too, hold their posts from `since`.
    """
    Appointment.objects.filter(person__is_sample=True).update(since=since)
    people = _people(User.objects.count() + 1)
    rows = [_appointment(next(people), post, since) for post in _vacant()]
    sections = list(Post.objects.in_force(since).filter(code__endswith=".staff").order_by("department__position", "code"))
    missing = max(len(sections) * 2, count - User.objects.count() - len(rows))  # two for each section, to report and to apply
    rows += [_appointment(next(people), post, since) for post, _ in zip(cycle(sections), range(missing), strict=False)]
    User.objects.bulk_create([row.person for row in rows], batch_size=1_000)
    Appointment.objects.bulk_create(rows, batch_size=1_000)


def _people(first: int) -> Iterator[User]:
    number = first
    while True:
        name, kana = f"見本 職員{number:04d}", f"ミホン ショクイン{number:04d}"
        user = User(username=f"s{number:04d}", staff_number=f"S{number:04d}", name=name, kana=kana, is_sample=True)
        user.set_unusable_password()  # one looks around with the named sample persons
        yield user
        number += 1


def _appointment(person: User, post: Post, since: date) -> Appointment:
    return Appointment(person=person, post=post, since=since)


def _vacant() -> list[Post]:
    """The posts of chiefs that nobody holds."""
    return list(Post.objects.filter(is_head=True, appointments__isnull=True).order_by("position", "code"))


def places() -> list[Place]:
    """Every department with a chief and staff of its own, in the order of the organisation."""
    held: dict[int, list[Appointment]] = {}
    for row in Appointment.objects.filter(kind=Appointment.Kind.MAIN).select_related("person", "post").order_by("pk"):
        held.setdefault(row.post.department_id, []).append(row)
    found = []
    for department in Department.objects.select_related("parent").filter(pk__in=held):
        head = next((row.person for row in held[department.pk] if row.post.is_head), None)
        staff = [row.person for row in held[department.pk] if row.post.code.endswith(".staff")]
        above = next((row.person for row in held.get(department.parent_id, []) if row.post.is_head), None)
        if head and staff:
            found.append(Place(department, head, above, staff))
    return found


def like_the_model(found: list[Place]) -> list[Place]:
    """The places whose chief and 部長 wear the same hats as those of the model section: there an act runs as it ran in the specimen."""
    hats: dict[int, set[str]] = {}
    for person, code in Appointment.objects.values_list("person", "post__roles__code"):
        hats.setdefault(person, set()).add(code)
    model = next(place for place in found if place.department.code == MODEL)

    def worn(place: Place) -> tuple[set[str], set[str]] | None:
        return place.division_head and (hats[place.head.pk], hats[place.division_head.pk])

    return [place for place in found if worn(place) == worn(model)]
