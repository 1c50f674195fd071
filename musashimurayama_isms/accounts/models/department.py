"""The bodies of clause 2.3.1 with their 部 and 課, each with its days, so that a reorganisation rewrites nothing."""

from datetime import date
from typing import Self

from django.db import models
from django.urls import reverse

from .periods import Period, PeriodQuerySet


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
        """Body left out, division before section: 企画財政部行政経営課."""
        parent = self.parent
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
