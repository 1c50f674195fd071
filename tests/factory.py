"""Plain functions that build what a test lacks; every row is a real one, through the models' own doors."""

from datetime import date, datetime, timedelta
from itertools import count

from django.utils import timezone

from assets.classification import AssetClass
from assets.models import Asset
from musashimurayama_isms.accounts.models import Absence, Appointment, Department, Deputyship, Post, Role, RoleCode, User
from musashimurayama_isms.approvals.models import RequestType, Route

LONG_AGO = date(2020, 4, 1)
_numbers = count(1)


def make_user(username: str = "", **fields) -> User:
    """A member of staff with no post."""
    number = next(_numbers)
    fields.setdefault("name", f"試験 太郎{number}")
    fields.setdefault("staff_number", f"9{number:05d}")
    return User.objects.create_user(username or f"person{number}", **fields)


def make_department(
    name: str = "", *, parent: Department | None = None, kind: str = Department.Kind.SECTION, since: date = LONG_AGO, **fields
):
    """A section of its own, or under `parent`."""
    number = next(_numbers)
    fields.setdefault("code", f"department-{number}")
    return Department.objects.create(name=name or f"試験{number}課", parent=parent, kind=kind, since=since, **fields)


def make_role(code: str) -> Role:
    """The role with this code: the reference row where loaded, else one made for the test."""
    reach = {
        RoleCode.DIVISION_OFFICER: Role.Reach.DIVISION,
        RoleCode.SECTION_OFFICER: Role.Reach.SECTION,
        RoleCode.PROMOTER: Role.Reach.SECTION,
        RoleCode.TERMINAL_USER: Role.Reach.PERSON,
    }.get(code, Role.Reach.CITY)
    return Role.objects.get_or_create(code=code, defaults={"name": RoleCode(code).label, "reach": reach})[0]


def make_post(department: Department, title: str = "職員", *roles: str, since: date = LONG_AGO, **fields) -> Post:
    """A post of a department carrying the roles with these codes."""
    fields.setdefault("code", f"post-{next(_numbers)}")
    post = Post.objects.create(department=department, title=title, since=since, **fields)
    post.roles.set([make_role(code) for code in roles])
    return post


def make_appointment(person: User, post: Post | str, *, since: date = LONG_AGO, until: date | None = None, **fields) -> Appointment:
    """The person in the post (or in the post with this code) from `since`."""
    if isinstance(post, str):
        post = Post.objects.get(code=post)
    return Appointment.objects.create(person=person, post=post, since=since, until=until, **fields)


def make_absence(person: User, *, starts_at: datetime, hours: float = 4, **fields) -> Absence:
    """The person is away for some hours."""
    return Absence.objects.create(person=person, starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **fields)


def make_deputyship(post: Post | str, deputy: User, *, since: date = LONG_AGO, until: date | None = None, **fields) -> Deputyship:
    """A deputy named for the post."""
    if isinstance(post, str):
        post = Post.objects.get(code=post)
    fields.setdefault("named_by", deputy)
    return Deputyship.objects.create(post=post, deputy=deputy, since=since, until=until, **fields)


def make_request_type(code: str, *steps: tuple[str, list[str]], applicants=(RoleCode.TERMINAL_USER,), **fields) -> RequestType:
    """A type of request with its route in force: `steps` are (mode, chairs). What its requests do is the matter with this code."""
    fields.setdefault("name", f"試験の申請{next(_numbers)}")
    type_ = RequestType.objects.create(code=code, applicants=list(applicants), clauses=["3.4.3.1"], **fields)
    Route.make(type_, list(steps), status=Route.Status.IN_FORCE)
    return type_


def make_asset(department: Department, *, by: User, at: datetime | None = None, **fields) -> Asset:
    """An asset of the section, registered by one of its staff: 分類Ⅱ, electronic, nothing personal."""
    given = {"name": f"試験の情報{next(_numbers)}", "kind": Asset.Kind.DATA, "asset_class": AssetClass.II, "place": "共有フォルダ"} | fields
    return Asset.register(department, by=by, at=at or timezone.now(), **given)
