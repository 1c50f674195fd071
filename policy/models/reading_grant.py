"""Who may read a document that is not for everybody: sections and persons by name, with a reason and an end."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import F, Q
from guardian.shortcuts import assign_perm, remove_perm

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import Clearance, homes_of

if TYPE_CHECKING:
    from .section_document import SectionDocument

VIEW = "policy.view_sectiondocument"


class ReadingGrantQuerySet(models.QuerySet):
    def in_force(self, on: date) -> Self:
        """Begun, not over, not ended by anybody. Whether the person has moved since is asked by `of_person` and `is_asleep`."""
        return self.filter(since__lte=on, until__gte=on, ended_at__isnull=True)

    def of_person(self, user: User, clearance: Clearance) -> Self:
        """Those to the person that still hold: given, or confirmed, where the main post is now."""
        at_home = Q(section__in=clearance.home) if clearance.home else Q(section__isnull=True)
        return self.filter(at_home, person=user)

    def run_out(self, on: date) -> Self:
        """Over by their day, with the permission still to be taken away."""
        return self.filter(until__lt=on, ended_at__isnull=True)


class ReadingGrant(models.Model):
    """閲覧の許可: a person or a section may read one document, why, and until when.

    A grant to a person is a permission of django-guardian too, and holds for the section in which the person was then: after
    a transfer it sleeps until somebody confirms it anew.
    """

    document = models.ForeignKey("policy.SectionDocument", verbose_name="文書", on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="職員", null=True, blank=True, on_delete=models.PROTECT, related_name="reading_grants"
    )
    department = models.ForeignKey(Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey(
        Department, verbose_name="許可したときの所属", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("理由", max_length=200)
    since = models.DateField("開始日")
    until = models.DateField("終了日")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="許可した人", on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("許可日時")
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)

    objects = ReadingGrantQuerySet.as_manager()

    class Meta:
        verbose_name = "閲覧の許可"
        verbose_name_plural = "閲覧の許可"
        ordering = ["until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, department__isnull=False) | Q(person__isnull=False, department__isnull=True),
                name="policy_readinggrant_person_or_section",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="policy_readinggrant_period_in_order"),
            models.UniqueConstraint(
                fields=["document", "person"],
                condition=Q(ended_at__isnull=True, person__isnull=False),
                name="policy_readinggrant_one_a_person",
            ),
            models.UniqueConstraint(
                fields=["document", "department"],
                condition=Q(ended_at__isnull=True, department__isnull=False),
                name="policy_readinggrant_one_a_section",
            ),
        ]
        indexes = [models.Index(fields=["document", "ended_at", "until"])]

    def __str__(self) -> str:
        return f"{self.document}（{self.reader_name}）"

    @property
    def reader_name(self) -> str:
        return self.person.name if self.person else self.department.full_name

    def is_asleep(self, on: date, *, homes: Mapping[int, frozenset[int]] | None = None) -> bool:
        """Given to a person who has moved since; nobody has confirmed it yet. `homes` where the caller has asked for many."""
        if self.person_id is None or self.ended_at is not None:
            return False
        home = (homes_of([self.person_id], on=on) if homes is None else homes).get(self.person_id, frozenset())
        return self.section_id not in home if home else self.section_id is not None

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def give(
        cls,
        document: "SectionDocument",
        *,
        reason: str,
        until: date,
        by: User,
        at: datetime,
        person: User | None = None,
        department: Department | None = None,
    ) -> "ReadingGrant":
        """Name a reader, from today until a day. Raises InvalidTransition where the reader has a grant already or the day has passed."""
        document, today = document.locked(), day_of(at)
        _guard(document, by, at=at)
        if until < today:
            raise InvalidTransition("終了日は、今日以後の日にしてください。")
        if document.grants.filter(person=person, department=department, ended_at__isnull=True).exists():
            raise InvalidTransition("この方（課）には、すでに閲覧を許可しています。期間を変えるときは、先に今の許可を終えてください。")
        section = main_department(person, on=today) if person else None
        grant = cls.objects.create(
            document=document,
            person=person,
            department=department,
            section=section,
            reason=reason,
            since=today,
            until=until,
            granted_by=by,
            granted_at=at,
        )
        if person:
            assign_perm(VIEW, person, document)
        _record(by, "policy.reading_grant.given", grant, at=at)
        return grant

    @transaction.atomic
    def end(self, *, by: User, at: datetime) -> None:
        """The reader may read no longer, from now on."""
        grant = self._open()
        _guard(grant.document, by, at=at)
        grant.close(at=at)
        _record(by, "policy.reading_grant.ended", grant, at=at)

    def close(self, *, at: datetime) -> None:
        """Mark as ended and take the permission away; the caller records it."""
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        if self.person:
            remove_perm(VIEW, self.person, self.document)

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """The person has moved and needs the document all the same: the grant wakes, for where the person is now."""
        grant = self._open()
        _guard(grant.document, by, at=at)
        if not grant.is_asleep(day_of(at)):
            raise InvalidTransition("この許可は、確認し直す必要がありません。")
        grant.section = main_department(grant.person, on=day_of(at))
        grant.save(update_fields=["section"])
        _record(by, "policy.reading_grant.confirmed", grant, at=at)

    def _open(self) -> "ReadingGrant":
        document = self.document.locked()
        grant = ReadingGrant.objects.select_related("person", "department").get(pk=self.pk)
        grant.document = document
        if grant.ended_at is not None:
            raise InvalidTransition("この許可はすでに終わっています。最新の状況を表示しました。")
        return grant


def _guard(document: "SectionDocument", user: User, *, at: datetime) -> None:
    if not document.can_manage(user, at=at):
        raise PermissionDenied("閲覧を許可できるのは、所管の課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")


def _record(by: User, verb: str, grant: ReadingGrant, *, at: datetime) -> None:
    changes = {"reader": grant.reader_name, "until": grant.until.isoformat()}
    record(by, verb, grant.document, at=at, **changes, **grant.document.as_what(by, at=at))
