"""やむを得ない場合: a person of the request may decide it all the same, with reason and another's consent (3.4.3.1)."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import has_role
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..roster import Roster

if TYPE_CHECKING:
    from .request import Request

CONSENTING = (RoleCode.DIVISION_OFFICER, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO)


class WaiverQuerySet(models.QuerySet):
    def asked(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def unseen(self) -> Self:
        """Granted, and not yet seen by the CISO."""
        return self.filter(is_granted=True, seen_at__isnull=True)


class Waiver(models.Model):
    """An override of the separation of duties for one version of one request and one person."""

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="waivers")
    version = models.PositiveSmallIntegerField("版")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="決定する人", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField("やむを得ない理由", max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="申し出た人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申出日時")
    is_granted = models.BooleanField("同意", default=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="回答した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_as = models.CharField("回答した人の役割", max_length=200, blank=True)
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    seen_at = models.DateTimeField("CISOの確認日時", null=True, blank=True, db_index=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        verbose_name = "兼務の例外"
        verbose_name_plural = "兼務の例外"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "version", "person"], name="approvals_waiver_once"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | (~Q(answered_by=F("asked_by")) & ~Q(answered_by=F("person"))),
                name="approvals_waiver_by_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.person}の決定"

    @classmethod
    @transaction.atomic
    def ask(cls, request: "Request", person: User, *, reason: str, by: User, at: datetime) -> "Waiver":
        """The applicant asks that `person`, who is of the request, may decide it. InvalidTransition where that makes no sense now."""
        request = request.lock()
        if not request.is_in_review:
            raise InvalidTransition("やむを得ない場合の申出ができるのは、審査中の申請だけです。")
        if by.pk not in (request.applicant_id, request.drafter_id):
            raise PermissionDenied("申し出られるのは、起案者と申請者だけです。")
        if person not in request.separated_holders(at=at):
            raise InvalidTransition(f"{person.name}さんは、この段階の決定者の役割にないか、申請に関わっていません。")
        if request.waivers.filter(version=request.version, person=person).exists():
            raise InvalidTransition(f"{person.name}さんについては、すでに申し出ています。")
        waiver = cls.objects.create(request=request, version=request.version, person=person, reason=reason, asked_by=by, asked_at=at)
        record(by, "approvals.waiver.asked", request, at=at, person=person.name)
        return waiver

    def can_answer(self, user: User, *, at: datetime, roster: Roster | None = None) -> bool:
        """A third person: neither of the request, nor the one who would decide; a 部長 of the line or one of the city's roles."""
        if self.answered_at or user.pk in {self.person_id, self.asked_by_id, *self.request.barred.parties}:
            return False
        roster, section = roster or Roster(at), self.request.department
        return any(row.person.pk == user.pk for code in CONSENTING for row in roster.holders(code, section))

    @transaction.atomic
    def answer(self, *, is_granted: bool, by: User, at: datetime) -> None:
        """Consent, or not. PermissionDenied for whoever is part of it."""
        request = self.request.lock()
        waiver = Waiver.objects.get(pk=self.pk)
        waiver.request = request
        if waiver.answered_at:
            raise InvalidTransition("この申出には、すでに回答があります。")
        if not request.is_in_review or request.version != waiver.version:
            raise InvalidTransition("申請がすでに動いたため、この申出への回答は要らなくなりました。")
        if not waiver.can_answer(by, at=at):
            raise PermissionDenied("同意できるのは、申請にも決定にも関わらない、部長以上の役割の人です。")
        waiver.is_granted, waiver.answered_by, waiver.answered_at = is_granted, by, at
        waiver.save(update_fields=["is_granted", "answered_by", "answered_at"])
        record(by, "approvals.waiver.granted" if is_granted else "approvals.waiver.declined", request, at=at, person=waiver.person.name)

    @transaction.atomic
    def see(self, *, by: User, at: datetime) -> None:
        """The CISO has seen the override."""
        waiver = Waiver.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not waiver.is_granted or waiver.seen_at:
            raise InvalidTransition("この例外は、すでに確認済みです。")
        if not has_role(by, RoleCode.CISO, at=at):
            raise PermissionDenied("確認できるのはCISOだけです。")
        waiver.seen_at = at
        waiver.save(update_fields=["seen_at"])
        record(by, "approvals.waiver.seen", waiver.request, at=at, person=waiver.person.name)
