"""The rules of Department.withdraw and Post.withdraw: what was planned goes with all that was planned for it, or nothing goes."""

from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.committee import Seat
from ..models.department import Department
from ..models.post import Post
from ..models.user import User
from . import lists
from .departments import revive
from .guards import DAY, guard_post, guard_roles, hold, lock_posts_of
from .withdrawal import Withdrawal, of_department, of_post


def withdraw(department: Department, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = Department.objects.get(pk=department.pk)
        found = of_department(row, user=by, at=at)
        _carry_out(found, by=by, at=at)


def withdraw_post(post: Post, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = Post.objects.select_related("department__parent").get(pk=post.pk)
        found = of_post(row, user=by, at=at)
        _carry_out(found, by=by, at=at)


def _carry_out(found: Withdrawal, *, by: User, at: datetime) -> None:
    if found.obstacles:
        told = "".join(f"{one.words}。" for one in found.obstacles[:3])
        raise InvalidTransition(f"{found.thing}は、まだ取りやめられません。{told}取りやめの画面で、順に片づけてください。")
    lock_posts_of({post.department_id for post in found.posts} | {row.department_id for row in found.posts_going_on})
    with lists.fitting():
        ends = dict(Post.objects.filter(successor__in=found.posts).values_list("pk", "successor__until"))
        _delete(found)
        for department in found.departments_going_on:
            revive(department, ends)
        for post in found.posts_going_on:
            _revive_post(post, ends)
    _tell(found, by=by, at=at)


def _delete(found: Withdrawal) -> None:
    keys = [post.pk for post in found.posts]
    try:
        with transaction.atomic():
            Post.objects.filter(successor__in=keys).update(successor=None)
            Department.objects.filter(successor__in=found.departments).update(successor=None)
            for model in (Seat, Deputyship, Appointment):
                model.objects.filter(post__in=keys).delete()
            Post.objects.filter(pk__in=keys).delete()
            for department in found.departments:  # what lies below first
                Department.objects.filter(pk=department.pk).delete()
    except ProtectedError:
        raise InvalidTransition(f"{found.thing}は、いま使われたところです。取りやめの画面を開き直してください。") from None


def _revive_post(post: Post, ends: dict) -> None:
    """Let the post that was to be changed go on as it is; its seats of that last day too."""
    guard_post(post.department, post.title, since=post.until + DAY, is_head=post.is_head, leaving_out=[post])
    guard_roles(post.department, list(post.roles.all()), since=post.until + DAY, leaving_out=[post])
    Seat.objects.filter(post=post, until=post.until).update(until=ends.get(post.pk))
    Post.objects.filter(pk=post.pk).update(until=ends.get(post.pk), successor=None)


def _tell(found: Withdrawal, *, by: User, at: datetime) -> None:
    for department in found.departments:
        record(by, "accounts.department.withdrawn", department, at=at, since=department.since.isoformat())
    if not found.departments:
        for post in found.posts:
            record(by, "accounts.post.withdrawn", post, at=at, since=post.since.isoformat())
    for row in found.appointments:
        record(by, "accounts.appointment.withdrawn", row.person, at=at, post=str(row.post), since=row.since.isoformat())
    for row in found.deputyships:
        record(by, "accounts.deputyship.ended", row.deputy, at=at, post=str(row.post), since=row.since.isoformat())
