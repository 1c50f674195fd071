"""The rules of Department.establish, .rename, .abolish, .take_back and .withdraw."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max, ProtectedError

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.committee import Seat
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role, RoleCode
from ..models.user import User
from . import people
from .guards import DAY, guard_day, guard_roles, hold, lock_posts

Kind = Department.Kind
CODE = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$")
UPPER = {Kind.BODY: (), Kind.DIVISION: (Kind.BODY,), Kind.SECTION: (Kind.DIVISION, Kind.BODY)}
USER = RoleCode.TERMINAL_USER
# What a department of each kind begins with: end of the code, title, roles, for one person, the head. As in the reference data.
STANDARD = {
    Kind.BODY: (
        ("head", "事務局長", (RoleCode.DIVISION_OFFICER, RoleCode.SECTION_OFFICER, USER), True, True),
        ("chief", "係長", (USER,), False, False),
        ("staff", "職員", (USER,), False, False),
        ("promoter", "情報化推進員", (RoleCode.PROMOTER,), True, False),
    ),
    Kind.DIVISION: (("head", "部長", (RoleCode.DIVISION_OFFICER, USER), True, True),),
    Kind.SECTION: (
        ("head", "課長", (RoleCode.SECTION_OFFICER, USER), True, True),
        ("assistant", "課長補佐", (USER,), False, False),
        ("chief", "係長", (USER,), False, False),
        ("staff", "職員", (USER,), False, False),
        ("promoter", "情報化推進員", (RoleCode.PROMOTER,), True, False),
    ),
}


def establish(
    *, name: str, code: str, kind: str, parent: Department | None, since: date, has_posts: bool, by: User, at: datetime
) -> Department:
    with transaction.atomic():
        hold(by, at=at)
        made = _make(name=name, code=code, kind=kind, parent=parent, since=since, at=at)
        for number, (end, title, roles, is_single, is_head) in enumerate(STANDARD[made.kind] if has_posts else (), start=1):
            post = Post.objects.create(
                code=f"{code}.{end}", department=made, title=title, is_single=is_single, is_head=is_head, position=number * 10, since=since
            )
            post.roles.set(Role.objects.filter(code__in=roles))
        record(by, "accounts.department.established", made, at=at, since=since.isoformat(), parent=str(parent or ""))
    return made


def rename(old: Department, *, name: str, code: str, parent: Department | None, since: date, by: User, at: datetime) -> Department:
    with transaction.atomic():
        hold(by, at=at)
        old = _open(old)
        _guard_last(old, since - DAY, at=at)
        made = _make(name=name, code=code, kind=old.kind, parent=parent, since=since, at=at, leaving_out=old)
        made.position, made.phone = old.position, old.phone
        made.save(update_fields=["position", "phone"])
        for post in old.posts.in_force(since).prefetch_related("roles", "seats"):
            _copy(post, made, since)
        moved = _end(old, on=since - DAY, successor=made, at=at)
        record(by, "accounts.department.renamed", made, at=at, since=since.isoformat(), predecessor=str(old), parent=str(parent or ""))
        people.tell(moved, at=at)
    return made


def abolish(department: Department, *, on: date, successor: Department, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = _open(department)
        _guard_last(row, on, at=at)
        _guard_successor(row, Department.objects.get(pk=successor.pk), on)
        moved = _end(row, on=on, successor=successor, at=at)
        record(by, "accounts.department.abolished", row, at=at, until=on.isoformat(), successor=str(successor))
        people.tell(moved, at=at)


def take_back(department: Department, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = Department.objects.select_related("successor").get(pk=department.pk)
        if row.until is None or row.until < standing.day_of(at):
            raise InvalidTransition(f"{row}の廃止は取りやめられません。予定がないか、終わりの日を過ぎています。")
        _revive(row)
        record(by, "accounts.department.abolishment_taken_back", row, at=at)


def withdraw(department: Department, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = Department.objects.get(pk=department.pk)
        if row.since <= standing.day_of(at):
            raise InvalidTransition(f"{row}は、すでに始まっています。廃止を登録してください。")
        followed = list(Department.objects.filter(successor=row))
        lock_posts(row)
        try:
            with transaction.atomic():
                Department.objects.filter(successor=row).update(successor=None)
                Seat.objects.filter(post__department=row).delete()
                row.posts.all().delete()
                Department.objects.filter(pk=row.pk).delete()
        except ProtectedError:
            raise InvalidTransition(
                f"{row}は、発令や定期の業務ですでに使われています。取りやめの代わりに、始まる日で終わる廃止を登録してください。"
            ) from None
        for old in followed:
            _revive(old)
        record(by, "accounts.department.withdrawn", row, at=at, since=row.since.isoformat())


def _make(*, name, code, kind, parent, since, at, leaving_out: Department | None = None) -> Department:
    """A new row, after every guard that concerns it alone."""
    guard_day(since, at=at)
    if not CODE.match(code):
        raise InvalidTransition("コードは、半角の小文字の英字、数字とハイフンで、32文字までにしてください。")
    if Department.objects.filter(code=code).exists():
        raise InvalidTransition(f"コード {code} は、すでに使われています。別のコードにしてください。")
    if bool(parent) != bool(UPPER[Kind(kind)]) or (parent and parent.kind not in UPPER[Kind(kind)]):
        raise InvalidTransition("上位の組織は、部には行政機関を、課には部か行政機関を選び、行政機関には選ばないでください。")
    if parent and not (parent.since <= since and parent.until is None):
        raise InvalidTransition(f"{parent}は、{wareki(since)}から後に続く組織ではありません。")
    others = Department.objects.filter(name=name, kind=kind).overlapping(since, None).select_related("parent__successor")
    if any(row.upper_on(since) == parent for row in others if row != leaving_out):
        raise InvalidTransition(f"同じところに「{name}」が、その日にすでにあります。")
    last = Department.objects.filter(parent=parent).aggregate(last=Max("position"))["last"]
    position = (last if last is not None else parent.position if parent else 0) + 1
    return Department.objects.create(name=name, code=code, kind=kind, parent=parent, since=since, position=position)


def _copy(post: Post, made: Department, since: date) -> None:
    """The same post, with its roles and its seats on committees, in the department that follows."""
    same = {name: getattr(post, name) for name in ("title", "is_single", "is_head", "position")}
    new = Post.objects.create(code=f"{made.code}.{post.code.rpartition('.')[2]}"[-64:], department=made, since=since, **same)
    new.roles.set(post.roles.all())
    for seat in post.seats.in_force(since):
        Seat.objects.create(committee_id=seat.committee_id, post=new, is_chair=seat.is_chair, since=since)


def _open(department: Department) -> Department:
    row = Department.objects.select_related("parent").get(pk=department.pk)
    if row.until is not None:
        raise InvalidTransition(f"{row}は、{wareki(row.until)}で終わることになっています。")
    return row


def _guard_last(row: Department, on: date, *, at: datetime) -> None:
    guard_day(on, at=at)
    if on < row.since:
        raise InvalidTransition(f"{row}は{wareki(row.since)}からの組織です。終わりの日は、その日以後にしてください。")


def _guard_successor(row: Department, successor: Department, on: date) -> None:
    if successor.kind != row.kind or successor == row:
        raise InvalidTransition(f"承継先は、別の{row.get_kind_display()}から選んでください。")
    if not successor.is_in_force(on + DAY):
        raise InvalidTransition(f"{successor}は、{wareki(on + DAY)}にはありません。先に新設を登録してください。")
    current, seen = successor, {successor.pk}
    while current.successor_id and current.successor_id not in seen:
        seen.add(current.successor_id)
        current = current.successor
    if row.pk in seen:
        raise InvalidTransition(f"{successor}の仕事は、いずれ{row}が引き継ぐことになっています。承継先を選び直してください。")


def _end(row: Department, *, on: date, successor: Department, at: datetime) -> list:
    """End the department with its posts and seats; gives the appointments moved at once, where the day is over."""
    posts = [post for post in lock_posts(row) if post.until is None or post.until > on]
    if begun := [post.title for post in posts if post.since > on]:
        raise InvalidTransition(f"{row}に、その後から始まる職があります（{'、'.join(begun)}）。先に取りやめてください。")
    people.guard_people(posts, on, successor)
    Seat.objects.filter(post__in=posts, since__lte=on).overlapping(on + DAY, None).update(until=on)
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(until=on)
    row.until, row.successor = on, successor
    row.save(update_fields=["until", "successor"])
    return people.move(row) if on < standing.day_of(at) else []


def _revive(row: Department) -> None:
    """Let the department go on as if its end had not been planned, its posts and seats of that last day too."""
    posts = [post for post in lock_posts(row) if post.until == row.until]
    for post in posts:
        guard_roles(row, list(post.roles.all()), since=row.until + DAY, leaving_out=posts)
    Seat.objects.filter(post__in=posts, until=row.until).update(until=None)
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(until=None)
    row.until = row.successor = None
    row.save(update_fields=["until", "successor"])
