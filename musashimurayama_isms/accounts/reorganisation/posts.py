"""The rules of Post.establish, .abolish and .take_back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.committee import Committee, Seat
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role
from ..models.user import User
from . import lists
from .guards import DAY, forerunners, guard_day, guard_gain, guard_post, guard_roles, hold, lock_posts
from .people import guard_people


def establish(
    department: Department,
    *,
    title: str,
    roles: Iterable[Role],
    since: date,
    position: int,
    is_single: bool,
    is_head: bool,
    committees: Iterable[Committee],
    by: User,
    at: datetime,
) -> Post:
    roles = list(roles)
    with transaction.atomic():
        hold(by, at=at)
        row = Department.objects.select_related("parent").get(pk=department.pk)
        guard_day(since, at=at)
        guard_post(row, title, since=since, is_head=is_head)
        guard_roles(row, roles, since=since, until=row.until)
        guard_gain(by, [(post, roles) for post in forerunners(row, title)], since=since)
        facts = {"is_single": is_single, "is_head": is_head, "position": position, "since": since, "until": row.until}
        made = Post.objects.create(code=free_code(row), department=row, title=title, **facts)
        made.roles.set(roles)
        Seat.objects.bulk_create(Seat(committee=committee, post=made, since=since, until=row.until) for committee in committees)
        record(by, "accounts.post.established", made, at=at, since=since.isoformat(), roles=[role.name for role in roles])
    return made


def abolish(post: Post, *, on: date, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = locked(post)
        guard_day(on, at=at)
        if row.until is not None:
            raise InvalidTransition(f"{row}は、{wareki(row.until)}で終わることになっています。")
        if on < row.since:
            raise InvalidTransition(f"{row}は{wareki(row.since)}からの職です。終わりの日は、その日以後にしてください。")
        guard_people([row], on, by=by)
        with lists.fitting():
            Seat.objects.filter(post=row, since__lte=on).overlapping(on + DAY, None).update(until=on)
            row.until = on
            row.save(update_fields=["until"])
        record(by, "accounts.post.abolished", row, at=at, until=on.isoformat())


def take_back(post: Post, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = locked(post)
        if row.until is None or row.until < standing.day_of(at):
            raise InvalidTransition(f"{row}の廃止は取りやめられません。予定がないか、終わりの日を過ぎています。")
        if row.department.until is not None:
            raise InvalidTransition(f"{row.department}が終わるためです。組織の廃止のほうを取りやめてください。")
        if row.successor_id is not None:
            raise InvalidTransition(f"{row}は、役割や職名が変わるために終わります。「職の変更」のほうを取りやめてください。")
        guard_post(row.department, row.title, since=row.until + DAY, is_head=row.is_head)
        guard_roles(row.department, list(row.roles.all()), since=row.until + DAY, leaving_out=[row])
        Seat.objects.filter(post=row, until=row.until).update(until=None)
        with lists.fitting():
            row.until = None
            row.save(update_fields=["until"])
        record(by, "accounts.post.abolishment_taken_back", row, at=at)


def locked(post: Post) -> Post:
    """The post as it is now, with all of its department held still."""
    lock_posts(post.department)
    return Post.objects.select_related("department__parent").get(pk=post.pk)


def free_code(department: Department) -> str:
    """The next code of the department: its own, and a number."""
    number = department.posts.count() + 1
    while Post.objects.filter(code=f"{department.code}.{number}").exists():
        number += 1
    return f"{department.code}.{number}"
