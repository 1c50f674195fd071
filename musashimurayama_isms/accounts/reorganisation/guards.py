"""What every act of a reorganisation rests on: who may do it, one at a time, on a day that is not long past."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.personnel import may_handle_personnel
from ..models.post import Post
from ..models.role import Role, RoleCode
from ..models.user import User
from ..personnel.plan import OLDEST

DAY = timedelta(days=1)
# 3.4.2: one in the city, or one for each department that has it.
ONCE_IN_THE_CITY = {RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.AUDIT_HEAD, RoleCode.CENTRAL_MANAGER}
ONCE_IN_A_DEPARTMENT = {RoleCode.DIVISION_OFFICER, RoleCode.SECTION_OFFICER, RoleCode.PROMOTER}


def hold(by: User, *, at: datetime) -> None:
    """Let one reorganisation after the other look at the organisation; PermissionDenied for whoever may not do one."""
    if not may_handle_personnel(by, at=at):
        raise PermissionDenied
    list(Department.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def lock_posts(department: Department) -> list[Post]:
    """The posts of a department, held still for this transaction."""
    return list(Post.objects.select_for_update(no_key=True).filter(department=department).order_by("pk"))


def lock_posts_of(departments: Iterable[int]) -> None:
    """The posts of several departments, held still in one order."""
    list(Post.objects.select_for_update(no_key=True).filter(department__in=set(departments)).order_by("pk").values_list("pk"))


def guard_day(day: date, *, at: datetime) -> None:
    """InvalidTransition for a day longer ago than a personnel list may reach back, or absurdly far ahead."""
    today = standing.day_of(at)
    if day < today - OLDEST:
        raise InvalidTransition(f"日は、今日の{OLDEST.days}日前（{wareki(today - OLDEST)}）以後にしてください。")
    if day.year > today.year + 5:
        raise InvalidTransition("日の年を確かめてください。5年より先の日は登録できません。")


def guard_roles(department: Department, roles: list[Role], *, since: date, until: date | None = None, leaving_out: list[Post] = ()) -> None:
    """InvalidTransition where another post of those days has a role that there is once; `leaving_out` are not looked at."""
    others = Post.objects.overlapping(since, until).exclude(pk__in=[post.pk for post in leaving_out]).select_related("department__parent")
    for role in roles:
        having = others.filter(roles=role)
        if role.code in ONCE_IN_A_DEPARTMENT:
            having = having.filter(department=department)
        elif role.code not in ONCE_IN_THE_CITY:
            continue
        if other := having.first():
            raise InvalidTransition(f"役割「{role.name}」は、その日に{other}が持っています。先にその職の廃止を登録してください。")


def guard_post(department: Department, title: str, *, since: date, is_head: bool, leaving_out: Iterable[Post] = ()) -> None:
    """InvalidTransition where the department is not there on the day, or has such a post already."""
    if not department.is_in_force(since):
        raise InvalidTransition(f"{department.full_name}は、{wareki(since)}にはありません。")
    others = department.posts.overlapping(since, department.until).exclude(pk__in=[post.pk for post in leaving_out])
    if others.filter(title=title).exists():
        raise InvalidTransition(f"{department.full_name}には、その日に「{title}」の職がすでにあります。")
    if is_head and (other := others.filter(is_head=True).first()):
        raise InvalidTransition(f"{department.full_name}の長は、その日に{other.title}です。")


def forerunners(department: Department, title: str, post: Post | None = None) -> list[Post]:
    """The posts whose holders go over to the post of that title: those it follows, and the same title at what the department follows."""
    before = Q(department__successor=department, title=title)
    return list(Post.objects.filter(before | Q(successor=post) if post else before).select_related("department__parent"))


def guard_gain(by: User, changes: Iterable[tuple[Post, Iterable[Role]]], *, since: date) -> None:
    """InvalidTransition where the one who enters it would get a role by it: nobody gives a role to himself.

    `changes` are the posts with what their holders would carry from the day; a named deputy acts as the holder does.
    """
    changes = list(changes)
    posts = [post.pk for post, _ in changes]
    mine = set(Appointment.objects.overlapping(since, None).filter(person=by, post__in=posts).values_list("post", flat=True))
    mine |= set(Deputyship.objects.overlapping(since, None).filter(deputy=by, post__in=posts).values_list("post", flat=True))
    for post, roles in changes:
        if post.pk not in mine:
            continue
        had = set(post.roles.all())
        if gained := [role.name for role in roles if role not in had and role.reach != Role.Reach.PERSON]:
            raise InvalidTransition(
                f"{post}には自分が就いているか代理に指名されているため、自分に役割「{'、'.join(gained)}」を加えることになります。"
                "職員課かポータル管理者の、ほかの人が登録してください。"
            )
