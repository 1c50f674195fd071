"""A post (職) of a department: it carries the roles, the person comes and goes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from .department import Department
from .periods import Period, PeriodQuerySet
from .role import Role

if TYPE_CHECKING:
    from .committee import Committee
    from .user import User


class PostQuerySet(PeriodQuerySet):
    def carrying(self, role_code: str) -> Self:
        return self.filter(roles__code=role_code)

    def get_by_natural_key(self, code: str) -> "Post":
        return self.get(code=code)


class Post(Period):
    """A post such as 行政経営課長, or 行政経営課 職員 for those without a title of their own."""

    code = models.CharField("コード", max_length=64, unique=True)
    department = models.ForeignKey(Department, verbose_name="組織", on_delete=models.PROTECT, related_name="posts")
    title = models.CharField("職名", max_length=100)
    roles = models.ManyToManyField(Role, verbose_name="役割", blank=True, related_name="posts")
    is_single = models.BooleanField("一人だけの職", default=False)
    is_head = models.BooleanField("組織の長", default=False)
    position = models.PositiveIntegerField("並び順", default=100)
    successor = models.ForeignKey(
        "self", verbose_name="後の職", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )

    objects = PostQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "職"
        verbose_name_plural = "職"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.department.full_name} {self.title}"

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def successor_on(self, on: date) -> "Post":
        """The post that goes on for this one on a day: itself while in force, else along those that follow it."""
        current, seen = self, {self.pk}
        while not current.is_in_force(on) and current.successor_id and current.successor_id not in seen:
            current = current.successor
            seen.add(current.pk)
        return current

    @classmethod
    def establish(
        cls,
        department: Department,
        *,
        title: str,
        roles: Iterable[Role],
        since: date,
        position: int = 100,
        is_single: bool = False,
        is_head: bool = False,
        committees: "Iterable[Committee]" = (),
        by: "User",
        at: datetime,
    ) -> "Post":
        """A new post from a day with its roles and its seats on committees; guarded like `Department.establish`.

        InvalidTransition where the department has such a title or a head already, or another post a role that there is once.
        """
        from ..reorganisation import posts as acts

        facts = {"position": position, "is_single": is_single, "is_head": is_head, "committees": committees}
        return acts.establish(department, title=title, roles=roles, since=since, by=by, at=at, **facts)

    def change(
        self,
        *,
        title: str,
        roles: Iterable[Role],
        committees: "Iterable[Committee]",
        since: date,
        leaves_vacant: bool = False,
        by: "User",
        at: datetime,
    ) -> "Post":
        """Other roles, another title or other committees from a day: a new post follows this one, and its holders go over on the day.

        A post that begins on that very day and has not begun is changed itself. Beside the guards of `establish`, InvalidTransition
        where `by` would get a role by it, and where a role that must be held is left without a holder, unless `leaves_vacant`.
        """
        from ..reorganisation import changing as acts

        facts = {"committees": committees, "since": since, "leaves_vacant": leaves_vacant}
        return acts.change(self, title=title, roles=roles, by=by, at=at, **facts)

    def withdraw(self, *, by: "User", at: datetime) -> None:
        """Take back a post, or a change of one, that has not begun, with its seats and namings; the post it was to follow goes on."""
        from ..reorganisation import withdrawing as acts

        acts.withdraw_post(self, by=by, at=at)

    def abolish(self, *, on: date, by: "User", at: datetime) -> None:
        """The last day of the post and of its seats; InvalidTransition names whoever would still hold it."""
        from ..reorganisation import posts as acts

        acts.abolish(self, on=on, by=by, at=at)
        self.refresh_from_db()

    def take_back(self, *, by: "User", at: datetime) -> None:
        """Take back a planned end whose day is not over."""
        from ..reorganisation import posts as acts

        acts.take_back(self, by=by, at=at)
        self.refresh_from_db()
