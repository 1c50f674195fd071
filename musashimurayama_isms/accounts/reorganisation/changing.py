"""The rules of Post.change: other roles, another title, other committees from a day, as a new post that follows the old one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.appointment import Appointment
from ..models.committee import Committee, Seat
from ..models.post import Post
from ..models.role import Role, RoleCode
from ..models.user import User
from . import lists, people
from .guards import DAY, ONCE_IN_A_DEPARTMENT, forerunners, guard_day, guard_gain, guard_post, guard_roles, hold
from .posts import free_code, locked

# What the policy or the running of the portal needs somebody for: one in the city at least, or one in the department that had it.
# The 外部サービス管理者 is not among them: that post is made when the first one is named.
NEEDED_IN_THE_CITY = {
    *(RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.AUDIT_HEAD, RoleCode.CENTRAL_MANAGER),
    *(RoleCode.AUDITOR, RoleCode.PERMIT_AUTHORITY, RoleCode.PERSONNEL, RoleCode.ADMINISTRATOR),
}


class LeavesVacant(InvalidTransition):
    """A role that must be held would have nobody: the one who enters it has to say that this is meant."""


def change(
    post: Post,
    *,
    title: str,
    roles: Iterable[Role],
    committees: Iterable[Committee],
    since: date,
    leaves_vacant: bool,
    by: User,
    at: datetime,
) -> Post:
    roles, committees = list(roles), list(committees)
    with transaction.atomic():
        hold(by, at=at)
        people.hold_still([post], since - DAY)
        row = locked(post)
        had = list(row.roles.all())
        _guard_day(row, since, at=at)
        _guard_something_changes(row, title, had, roles, committees, since)
        guard_post(row.department, title, since=since, is_head=row.is_head, leaving_out=[row])
        added = [role for role in roles if role not in had]
        guard_roles(row.department, added, since=since, leaving_out=[row])
        guard_gain(by, [(one, added) for one in (row, *forerunners(row.department, row.title, row))], since=since)
        if not leaves_vacant:
            _guard_needed(row, [role for role in had if role not in roles], since)
        with lists.fitting():
            made = _follow(row, since) if row.since < since else row
            made.title = title
            made.save(update_fields=["title"])
            made.roles.set(roles)
            _seat(made, row, committees, since)
            moved = people.move([row], since - DAY) if made != row and since <= standing.day_of(at) else []
        record(by, "accounts.post.changed", made, at=at, since=since.isoformat(), old_post=str(row), roles=[role.name for role in roles])
        people.tell(moved, at=at)
    return made


def _guard_day(row: Post, since: date, *, at: datetime) -> None:
    guard_day(since, at=at)
    if row.until is not None:
        raise InvalidTransition(f"{row}は、{wareki(row.until)}で終わることになっています。先に、その廃止か変更を取りやめてください。")
    if since < row.since:
        raise InvalidTransition(f"{row}は{wareki(row.since)}からの職です。変わる日は、その日以後にしてください。")
    if since == row.since and row.since <= standing.day_of(at):
        raise InvalidTransition(f"{row}は{wareki(row.since)}に始まっています。変わる日は、その翌日以後にしてください。")
    if later := [one for one in people.staying([row], since - DAY) if one.since >= since > row.since]:
        names = "、".join(f"{one.person.name}さん（{wareki(one.since)}から）" for one in later[:5])
        raise InvalidTransition(f"変わる日以後に始まる発令があります: {names}。変わる日を、その翌日以後にしてください。")


def _guard_something_changes(row: Post, title: str, had: list[Role], roles: list[Role], committees: list[Committee], since: date) -> None:
    seated = set(Seat.objects.in_force(since).filter(post=row).values_list("committee", flat=True))
    if title == row.title and set(roles) == set(had) and {one.pk for one in committees} == seated:
        raise InvalidTransition("変わるところがありません。職名、役割、委員会のどれかを変えてください。")


def _guard_needed(row: Post, removed: list[Role], since: date) -> None:
    if names := [role.name for role in removed if _is_left_vacant(row, role, since)]:
        raise LeavesVacant(
            f"役割「{'、'.join(names)}」を持つ人が、{wareki(since)}からいなくなります。"
            "先に、この役割を持つ別の職を作るか変え、就く人を決めてください。あとで決めるときは、下の確認に印を付けて登録します。"
        )


def _is_left_vacant(row: Post, role: Role, since: date) -> bool:
    """Whether nobody else has the role on the day, where somebody has to."""
    others = Post.objects.in_force(since).filter(roles=role).exclude(pk=row.pk)
    if role.code in ONCE_IN_A_DEPARTMENT:
        others = others.filter(department=row.department)
    elif role.code not in NEEDED_IN_THE_CITY:
        return False
    held = Q(post__in=others) | Q(post__successor__in=others)  # those of a post that changes go over on the day
    return not Appointment.objects.in_force(since).serving(since).filter(held).exists()


def _follow(row: Post, since: date) -> Post:
    """A new post from the day, as the old one is, which ends the day before."""
    facts = {name: getattr(row, name) for name in ("title", "is_single", "is_head", "position")}
    made = Post.objects.create(code=free_code(row.department), department=row.department, since=since, **facts)
    row.until, row.successor = since - DAY, made
    row.save(update_fields=["until", "successor"])
    return made


def _seat(made: Post, row: Post, committees: list[Committee], since: date) -> None:
    """The seats from the day: a chair stays one. What the old post has ends with it."""
    seats = {seat.committee_id: seat for seat in Seat.objects.in_force(since).filter(post=row)}
    if made != row:
        Seat.objects.filter(post=row, since__lt=since).overlapping(since, None).update(until=since - DAY)
    else:
        Seat.objects.filter(post=row).delete()  # none of them has begun
    for committee in committees:
        seat = seats.get(committee.pk)
        Seat.objects.create(
            committee=committee, post=made, since=since, is_chair=bool(seat and seat.is_chair), until=seat.until if seat else None
        )
