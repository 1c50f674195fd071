"""The bodies of clause 2.3.1 with their 部 and 課, each with its days, so that a reorganisation rewrites nothing."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone

from .periods import Period, PeriodQuerySet

if TYPE_CHECKING:
    from .user import User


class DepartmentQuerySet(PeriodQuerySet):
    def sections(self) -> Self:
        return self.filter(kind=Department.Kind.SECTION)

    def get_by_natural_key(self, code: str) -> "Department":
        return self.get(code=code)


class Department(Period):
    """A body (行政機関), a division (部) or a section (課); an abolished one points to its successor."""

    class Kind(models.TextChoices):
        BODY = "body", "行政機関"
        DIVISION = "division", "部"
        SECTION = "section", "課"

    code = models.CharField("コード", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    kind = models.CharField("区分", max_length=16, choices=Kind)
    parent = models.ForeignKey("self", verbose_name="上位の組織", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    successor = models.ForeignKey(
        "self", verbose_name="承継先", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    phone = models.CharField("電話番号", max_length=32, blank=True)
    position = models.PositiveIntegerField("並び順", default=0)

    objects = DepartmentQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "組織"
        verbose_name_plural = "組織"
        ordering = ["position", "code"]
        indexes = [models.Index(fields=["position", "code"])]  # lists go through the departments in this order, then through their rows

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("accounts:department", args=[self.pk])

    @property
    def full_name(self) -> str:
        """Body left out, division before section: 企画財政部行政経営課; an abolished division gives way to its successor."""
        parent = self.upper_on(timezone.localdate())
        return f"{parent.name}{self.name}" if parent and parent.kind == self.Kind.DIVISION else self.name

    @property
    def division(self) -> "Department | None":
        """The 部 of this section, or the body itself where it has no 部: such a body names its 総括情報セキュリティ担当者."""
        return self if self.kind != self.Kind.SECTION else self.parent

    def successor_on(self, on: date) -> "Department":
        """The department that answers for this one on a day: itself while in force, else along the successors."""
        current, seen = self, {self.pk}
        while not current.is_in_force(on) and current.successor_id and current.successor_id not in seen:
            current = current.successor
            seen.add(current.pk)
        return current

    def upper_on(self, on: date) -> "Department | None":
        """The department above this one on a day: an abolished 部 leaves its 課 to its successor."""
        if self.parent is None or self.parent.until is None or on <= self.parent.until:
            return self.parent
        from ..departments import departments  # above the models; on a page the picture is asked once, whatever the list

        return departments()[self.parent_id].successor_on(on)

    @classmethod
    def establish(
        cls, *, name: str, code: str, kind: str, parent: "Department | None", since: date, has_posts: bool, by: "User", at: datetime
    ) -> "Department":
        """Plan or enter a new department from a day, with the usual posts of its kind where `has_posts`.

        Here and below: PermissionDenied for whoever may not do personnel changes; InvalidTransition, in words, where the day is
        more than 31 days ago, or the organisation of that day does not allow it.
        """
        from ..reorganisation import departments as acts

        return acts.establish(name=name, code=code, kind=kind, parent=parent, since=since, has_posts=has_posts, by=by, at=at)

    def rename(self, *, name: str, code: str, parent: "Department | None", since: date, by: "User", at: datetime) -> "Department":
        """A new name, or a place below another 部, from a day: a new department with the same posts and seats follows this one.

        The row itself keeps its name, so that what was done under it still says so. The people go over on the day.
        """
        from ..reorganisation import departments as acts

        return acts.rename(self, name=name, code=code, parent=parent, since=since, by=by, at=at)

    def abolish(self, *, on: date, successor: "Department", by: "User", at: datetime) -> None:
        """The last day, and who answers from the day after: one of the same kind, there on that day, not back to this one.

        The posts and seats end too; InvalidTransition names the people who would be left without a post.
        """
        from ..reorganisation import departments as acts

        acts.abolish(self, on=on, successor=successor, by=by, at=at)
        self.refresh_from_db()

    def take_back(self, *, by: "User", at: datetime) -> None:
        """Take back a planned end whose day is not over; posts and seats of that last day go on as well."""
        from ..reorganisation import departments as acts

        acts.take_back(self, by=by, at=at)
        self.refresh_from_db()

    def withdraw(self, *, by: "User", at: datetime) -> None:
        """Take back a department that has not begun, with its posts, seats, namings and what lies below it.

        Those it was to follow go on. InvalidTransition names what stands in the way, such as a personnel list that waits.
        """
        from ..reorganisation import withdrawing as acts

        acts.withdraw(self, by=by, at=at)
