"""The rules of Department.establish, .rename, .abolish and .take_back."""

import re
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.committee import Seat
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role, RoleCode
from ..models.user import User
from . import lists, people
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
        people.hold_still(old.posts.all(), since - DAY)
        _guard_last(old, since - DAY, at=at)
        _guard_something_changes(old, name, parent, since)
        with lists.fitting():
            made = _make(name=name, code=code, kind=old.kind, parent=parent, since=since, at=at, leaving_out=old)
            made.position, made.phone = old.position, old.phone
            made.save(update_fields=["position", "phone"])
            for post in old.posts.in_force(since).prefetch_related("roles", "seats"):
                _copy(post, made, since)
            moved = _end(old, on=since - DAY, successor=made, by=by, at=at)
        record(by, "accounts.department.renamed", made, at=at, since=since.isoformat(), predecessor=str(old), parent=str(parent or ""))
        people.tell(moved, at=at)
    return made


def abolish(department: Department, *, on: date, successor: Department, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = _open(department)
        people.hold_still(row.posts.all(), on)
        _guard_last(row, on, at=at)
        _guard_successor(row, Department.objects.get(pk=successor.pk), on)
        with lists.fitting():
            moved = _end(row, on=on, successor=successor, by=by, at=at)
        record(by, "accounts.department.abolished", row, at=at, until=on.isoformat(), successor=str(successor))
        people.tell(moved, at=at)


def take_back(department: Department, *, by: User, at: datetime) -> None:
    with transaction.atomic():
        hold(by, at=at)
        row = Department.objects.select_related("successor").get(pk=department.pk)
        if row.until is None or row.until < standing.day_of(at):
            raise InvalidTransition(f"{row}の廃止は取りやめられません。予定がないか、終わりの日を過ぎています。")
        if row.posts.filter(successor__department=row.successor).exists():
            raise InvalidTransition(
                f"{row}は、{row.successor}に変わるために終わります。{row.successor}の「名称・部の変更」のほうを取りやめてください。"
            )
        with lists.fitting():
            revive(row)
        record(by, "accounts.department.abolishment_taken_back", row, at=at)


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
    """The same post, with its roles, its seats on committees and its end where one is planned, in the department that follows."""
    same = {name: getattr(post, name) for name in ("title", "is_single", "is_head", "position", "until")}
    new = Post.objects.create(code=f"{made.code}.{post.code.rpartition('.')[2]}"[-64:], department=made, since=since, **same)
    new.roles.set(post.roles.all())
    for seat in post.seats.in_force(since):
        Seat.objects.create(committee_id=seat.committee_id, post=new, is_chair=seat.is_chair, since=since, until=seat.until)
    Post.objects.filter(pk=post.pk).update(successor=new)


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


def _guard_something_changes(old: Department, name: str, parent: Department | None, since: date) -> None:
    if name == old.name and parent == old.upper_on(since):
        raise InvalidTransition(f"名称も上位の組織も、今の{old.full_name}と同じです。新しい名称か、移る先の部を入力してください。")


def _end(row: Department, *, on: date, successor: Department, by: User, at: datetime) -> list:
    """End the department with its posts and seats; gives the appointments moved at once, where the day is over."""
    posts = [post for post in lock_posts(row) if post.until is None or post.until > on]
    if begun := [f"{post.title} {wareki(post.since)}から" for post in posts if post.since > on]:
        told = f"{row}に、その後から始まる職があります（{'、'.join(begun)}）。"
        raise InvalidTransition(f"{told}先にその職を取りやめるか、日を、職が始まる日の後にしてください。")
    people.guard_people(posts, on, successor, by=by)
    Seat.objects.filter(post__in=posts, since__lte=on).overlapping(on + DAY, None).update(until=on)
    Post.objects.filter(pk__in=[post.pk for post in posts]).update(until=on)
    row.until, row.successor = on, successor
    row.save(update_fields=["until", "successor"])
    return people.move(posts, on, successor.successor_on(on + DAY)) if on < standing.day_of(at) else []


def revive(row: Department, ends: dict[int, date | None] | None = None) -> None:
    """Let the department go on as if its end had not been planned, its posts and seats of that last day too.

    `ends` has the last day of the posts that were to end later anyway. InvalidTransition where another has its name or a role by now.
    """
    ends = ends or {}
    others = Department.objects.filter(name=row.name, kind=row.kind).exclude(pk=row.pk).overlapping(row.until + DAY, None)
    if other := next((one for one in others if one.upper_on(one.since) == row.upper_on(row.until)), None):
        raise InvalidTransition(f"同じところに、{wareki(other.since)}からの別の「{other}」があります。先にそちらを取りやめてください。")
    posts = [post for post in lock_posts(row) if post.until == row.until]
    for post in posts:
        guard_roles(row, list(post.roles.all()), since=row.until + DAY, leaving_out=posts)
    for post in posts:
        Seat.objects.filter(post=post, until=row.until).update(until=ends.get(post.pk))
        Post.objects.filter(pk=post.pk).update(until=ends.get(post.pk), successor=None)
    row.until = row.successor = None
    row.save(update_fields=["until", "successor"])
