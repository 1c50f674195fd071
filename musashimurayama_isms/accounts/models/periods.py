"""What everything dated in the organisation shares: the first and the last day it is in force."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q


class PeriodQuerySet(models.QuerySet):
    """Questions about days; a missing `until` means: until further notice."""

    def in_force(self, on: date) -> Self:
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)

    def overlapping(self, since: date, until: date | None) -> Self:
        rows = self.filter(Q(until__isnull=True) | Q(until__gte=since))
        return rows if until is None else rows.filter(since__lte=until)


class Period(models.Model):
    """A row in force from `since` to `until`, both days included."""

    since = models.DateField("開始日")
    until = models.DateField("終了日", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="%(app_label)s_%(class)s_period_in_order",
                violation_error_message="終了日は開始日以後の日にしてください。",
            )
        ]

    def is_in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)

    def clean(self) -> None:
        if self.until and self.since and self.until < self.since:
            raise ValidationError({"until": "終了日は開始日以後の日にしてください。"})
