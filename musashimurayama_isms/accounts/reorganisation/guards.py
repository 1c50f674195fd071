"""What every act of a reorganisation rests on: who may do it, one at a time, on a day that is not long past."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
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


def guard_post(department: Department, title: str, *, since: date, is_head: bool) -> None:
    """InvalidTransition where the department is not there on the day, or has such a post already."""
    if not department.is_in_force(since):
        raise InvalidTransition(f"{department.full_name}は、{wareki(since)}にはありません。")
    others = department.posts.overlapping(since, department.until)
    if others.filter(title=title).exists():
        raise InvalidTransition(f"{department.full_name}には、その日に「{title}」の職がすでにあります。")
    if is_head and (other := others.filter(is_head=True).first()):
        raise InvalidTransition(f"{department.full_name}の長は、その日に{other.title}です。")
