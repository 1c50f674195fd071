"""What a planned reorganisation would leave without a post: seen on its page in March, not by a request that waits in April."""

from dataclasses import dataclass
from datetime import date

from ..departments import departments
from ..models.department import Department
from ..models.post import Post
from ..models.role import Role, RoleCode
from .changing import NEEDED_IN_THE_CITY
from .guards import DAY

HEAD = {
    Department.Kind.BODY: RoleCode.DIVISION_OFFICER,
    Department.Kind.DIVISION: RoleCode.DIVISION_OFFICER,
    Department.Kind.SECTION: RoleCode.SECTION_OFFICER,
}


@dataclass(frozen=True)
class Gap:
    """From `on` there is no post with the role: in the whole city, or in the department."""

    on: date
    role: str
    department: Department | None = None


def gaps(today: date) -> list[Gap]:
    """What is missing on the days to come on which something begins or ends, and is not missing today; a fixed number of queries."""
    posts = list(Post.objects.exclude(until__lt=today).prefetch_related("roles"))
    known = [row for row in departments().values() if row.until is None or row.until >= today]
    names = dict(Role.objects.values_list("code", "name"))
    seen = _missing(today, posts, known)
    found = []
    for day in sorted({day for row in [*posts, *known] for day in _days(row) if day > today}):
        new = _missing(day, posts, known) - seen
        seen |= new
        found += [Gap(day, names.get(code, code), departments().get(pk)) for code, pk in sorted(new, key=str)]
    return found


def _days(row: Department | Post) -> list[date]:
    """The days from which things are otherwise because of the row."""
    return [row.since, *([row.until + DAY] if row.until else [])]


def _missing(on: date, posts: list[Post], known: list[Department]) -> set[tuple[str, int | None]]:
    """Role and department, None for the whole city."""
    carried = {(role.code, post.department_id) for post in posts if post.is_in_force(on) for role in post.roles.all()}
    city = {code for code, _ in carried}
    here = {(HEAD[row.kind].value, row.pk) for row in known if row.is_in_force(on)}
    return {(code.value, None) for code in NEEDED_IN_THE_CITY if code not in city} | (here - carried)
