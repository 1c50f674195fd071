"""Who may read one report person by person: called to a meeting about it, with a reason and an end."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from guardian.shortcuts import assign_perm, remove_perm

from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department

if TYPE_CHECKING:
    from .incident import Incident

VIEW = "incidents.view_incident"


class IncidentGrantQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Not ended by anybody, whether or not their day has passed."""
        return self.filter(ended_at__isnull=True)

    def asleep(self, *, on: date) -> Self:
        """Over by their day, or given to a person who has left the section since: a transfer asks for a new call."""
        still_there = Appointment.objects.in_force(on).filter(person=OuterRef("person"), post__department=OuterRef("section"))
        return self.filter(Q(until__lt=on) | (Q(section__isnull=False) & ~Exists(still_there)))


class IncidentGrant(models.Model):
    """閲覧の許可: one person reads one report, why, and until when; a permission of django-guardian that can end."""

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(
        Department, verbose_name="許可したときの所属", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("理由", max_length=200)
    until = models.DateField("終了日")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="許可した人", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("許可日時")
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)

    objects = IncidentGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "報告の閲覧の許可"
        verbose_name_plural = "報告の閲覧の許可"
        ordering = ["until", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "person"], condition=Q(ended_at__isnull=True), name="incidents_incidentgrant_one_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident}（{self.person}）"

    @classmethod
    def give(cls, incident: "Incident", person: User, *, reason: str, until: date, by: User, at: datetime) -> "IncidentGrant":
        """Let a person read a report until a day; given again it lasts longer, and wakes where the person is now.

        The caller holds the incident's lock, has guarded who may give, and records it.
        """
        section = main_department(person, on=day_of(at))
        grant = cls.objects.open().filter(incident=incident, person=person).first()
        if grant is None:
            assign_perm(VIEW, person, incident)
            return cls.objects.create(
                incident=incident, person=person, section=section, reason=reason, until=until, granted_by=by, granted_at=at
            )
        grant.section, grant.reason, grant.until = section, reason, max(until, grant.until)
        grant.save(update_fields=["section", "reason", "until"])
        return grant

    def end(self, *, at: datetime) -> None:
        """Take the permission away; the caller holds the incident's lock and records it."""
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        remove_perm(VIEW, self.person, self.incident)
