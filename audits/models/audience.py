"""Whom a session is for (3.9.2.4): groups that add up; who belongs to them on a day is computed."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.fiscal import wareki


class Audience(models.Model):
    """One group of those for whom a session is held."""

    class Group(models.TextChoices):
        EVERYONE = "everyone", "全職員"
        ROLE = "role", "役割"
        DEPARTMENT = "department", "所属"
        NEW_STAFF = "new_staff", "この日以後に着任した職員"
        MISSED = "missed", "前の回を受けていない職員"

    NEEDS = {Group.ROLE: "role", Group.DEPARTMENT: "department", Group.NEW_STAFF: "joined_since"}

    session = models.ForeignKey("audits.TrainingSession", verbose_name="回", on_delete=models.CASCADE, related_name="audiences")
    group = models.CharField("対象", max_length=16, choices=Group)
    role = models.CharField("役割", max_length=32, choices=RoleCode, blank=True)
    department = models.ForeignKey(Department, verbose_name="所属", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    joined_since = models.DateField("着任日", null=True, blank=True)

    class Meta:
        verbose_name = "対象"
        verbose_name_plural = "対象"
        ordering = ["pk"]

    def __str__(self) -> str:
        if self.group == self.Group.ROLE:
            return self.get_role_display()
        if self.group == self.Group.DEPARTMENT:
            return self.department.full_name
        if self.group == self.Group.NEW_STAFF:
            return f"{wareki(self.joined_since)}以後に着任した職員"
        return self.get_group_display()

    def clean(self) -> None:
        """ValidationError where the group does not say whom it means."""
        needed = self.NEEDS.get(self.group)
        if needed and not getattr(self, needed):
            raise ValidationError({needed: f"{self._meta.get_field(needed).verbose_name}を選んでください。"})

    def members(self, *, on: date) -> Q:
        """The condition that a person of `staff` belongs to the group on a day."""
        held = Appointment.objects.in_force(on).filter(person=OuterRef("pk"))
        if self.group == self.Group.ROLE:
            return Q(Exists(held.filter(post__roles__code=self.role)))
        if self.group == self.Group.DEPARTMENT:
            return Q(Exists(held.filter(Q(post__department=self.department) | Q(post__department__parent=self.department))))
        if self.group == self.Group.NEW_STAFF:
            return Q(joined_on__gte=self.joined_since)
        if self.group == self.Group.MISSED:
            missed = self.session.follow_up_of.attendances.missing() if self.session.follow_up_of else None
            return Q(pk__in=missed.values("person") if missed is not None else ())
        return Q()


def staff(*, on: date) -> QuerySet[User]:
    """Everybody with a post on the day but persons from outside, each with `department` (of the main post) and `joined_on`."""
    mine = Appointment.objects.in_force(on).filter(person=OuterRef("pk"))
    rank = Case(When(kind=Appointment.Kind.MAIN, then=Value(0)), default=Value(1), output_field=IntegerField())
    first = Appointment.objects.filter(person=OuterRef("pk")).order_by("since").values("since")[:1]
    return (
        User.objects.serving(on)
        .exclude(kind=User.Kind.OUTSIDE)
        .filter(Exists(mine))
        .annotate(department=Subquery(mine.order_by(rank, "pk").values("post__department")[:1]), joined_on=Subquery(first))
        .order_by("kana", "name", "pk")
    )


def people(audiences: list[Audience], *, on: date, with_fixed_term: bool) -> QuerySet[User]:
    """Everyone who belongs to one of the groups on the day; nobody where there is no group."""
    wanted = Q(pk__in=())
    for audience in audiences:
        wanted |= audience.members(on=on)
    if any(audience.group == Audience.Group.EVERYONE for audience in audiences):
        wanted = Q()
    found = staff(on=on)
    return (found if with_fixed_term else found.exclude(kind=User.Kind.FIXED_TERM)).filter(wanted)
