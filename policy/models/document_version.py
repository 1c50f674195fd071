"""The versions of a section's document: a draft, approved once, in force from its day until the next one's."""

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import OuterRef, Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import Clearance

if TYPE_CHECKING:
    pass


class DocumentVersionQuerySet(models.QuerySet):
    def approved(self) -> Self:
        return self.filter(status=DocumentVersion.Status.APPROVED)

    def unsettled(self) -> Self:
        """Being written or waiting for approval: at most one a document."""
        return self.filter(status__in=(DocumentVersion.Status.DRAFT, DocumentVersion.Status.IN_REVIEW))

    def on_the_way(self, on: date) -> Self:
        """Not yet in force, and meant to be: drafts, those in review, and approved ones whose day is ahead."""
        ahead = Q(status=DocumentVersion.Status.APPROVED, effective_on__gt=on)
        return self.filter(ahead | Q(status__in=(DocumentVersion.Status.DRAFT, DocumentVersion.Status.IN_REVIEW)))

    def submitted(self) -> Self:
        """Sent for approval, whatever came of it."""
        return self.filter(status__in=(DocumentVersion.Status.IN_REVIEW, DocumentVersion.Status.APPROVED))

    def once_in_force(self, on: date) -> Self:
        """Those whose day has come, older ones and those of a withdrawn document too."""
        return self.approved().filter(effective_on__lte=on)

    def in_force(self, on: date) -> Self:
        """The approved version with the latest day that has come; at most one a document, none of a withdrawn one."""
        latest = DocumentVersion.objects.once_in_force(on).filter(document=OuterRef("document")).order_by("-effective_on", "-number")
        return self.filter(pk=models.Subquery(latest.values("pk")[:1])).exclude(document__withdrawn_on__lte=on)

    def unannounced(self, on: date) -> Self:
        """Their day has come and nobody has been told."""
        return self.once_in_force(on).filter(announced_at__isnull=True)

    def visible_to(self, user: User, *, at: datetime, clearance: Clearance | None = None) -> Self:
        """Versions of visible documents: all of the own section's, by duty those sent for approval, else those once in force."""
        clearance = clearance or Clearance.of(user, at=at)
        documents = self.model._meta.get_field("document").related_model.objects
        seen = documents.visible_to(user, at=at, clearance=clearance)
        of_own = Q(document__owner__in=clearance.sections)
        if clearance.reads_all:
            settled = Q(status__in=(DocumentVersion.Status.IN_REVIEW, DocumentVersion.Status.APPROVED))
        else:
            settled = Q(status=DocumentVersion.Status.APPROVED, effective_on__lte=day_of(at))
        return self.filter(of_own | settled, document__in=seen.order_by())


class DocumentVersion(models.Model):
    """One text, with files or without; never changed once it was sent for approval."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        IN_REVIEW = "in_review", "承認待ち"
        APPROVED = "approved", "承認済み"
        DISCARDED = "discarded", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.IN_REVIEW, Status.DISCARDED},
        Status.IN_REVIEW: {Status.APPROVED, Status.DRAFT},
        Status.APPROVED: set(),
        Status.DISCARDED: set(),
    }

    class Phase(models.TextChoices):
        """What people see on a day: an approved version waits, is in force, or was."""

        DRAFT = "draft", "案"
        IN_REVIEW = "in_review", "承認待ち"
        AHEAD = "ahead", "施行待ち"
        IN_FORCE = "in_force", "施行"
        SUPERSEDED = "superseded", "旧版"
        WITHDRAWN = "withdrawn", "廃止"
        DISCARDED = "discarded", "取りやめ"

    document = models.ForeignKey("policy.SectionDocument", verbose_name="文書", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    text = models.TextField("本文", blank=True, max_length=100_000)
    change_note = models.TextField("変更点", blank=True, max_length=2000)
    effective_on = models.DateField("施行日", null=True, blank=True, db_index=True)
    review_on = models.DateField("次の見直し日", null=True, blank=True)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作成した人", on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField("作成日時")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="承認した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField("承認日時", null=True, blank=True)
    announced_at = models.DateTimeField("施行を知らせた日時", null=True, blank=True)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "文書の版"
        verbose_name_plural = "文書の版"
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="policy_documentversion_number_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(status__in=("draft", "in_review")), name="policy_documentversion_one_unsettled"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("in_review", "approved")) | Q(effective_on__isnull=False),
                name="policy_documentversion_sent_has_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved") | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="policy_documentversion_approved_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["document", "status", "effective_on"], name="policy_version_in_force")]

    def __str__(self) -> str:
        return f"{self.document} 第{self.number}版"

    def get_absolute_url(self) -> str:
        return reverse("policy:document_version", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_unsettled(self) -> bool:
        return self.status in (self.Status.DRAFT, self.Status.IN_REVIEW)

    @property
    def files(self) -> models.QuerySet[StoredFile]:
        return StoredFile.objects.about(self)

    def phase(self, on: date, *, newest: "DocumentVersion | None") -> Phase:
        """What the version is on a day; `newest` is the one of its document whose day came last."""
        if self.status != self.Status.APPROVED:
            return self.Phase(self.status)
        if self.effective_on > on:
            return self.Phase.AHEAD
        if self != newest:
            return self.Phase.SUPERSEDED
        return self.Phase.WITHDRAWN if self.document.is_withdrawn(on) else self.Phase.IN_FORCE

    def digest(self) -> str:
        """SHA-256 over text, days and files: what a decision on this version was made on."""
        total = hashlib.sha256(f"{self.text}\0{self.change_note}\0{self.effective_on}\0{self.review_on}".encode())
        for sha256 in self.files.order_by("sha256").values_list("sha256", flat=True):
            total.update(sha256.encode())
        return total.hexdigest()

    # -- transitions -------------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この版は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def locked(self) -> "DocumentVersion":
        """This version, read again under the lock of its document."""
        document = self.document.locked()
        version = DocumentVersion.objects.get(pk=self.pk)
        version.document = document
        return version

    def _guard_writer(self, user: User, *, at: datetime) -> None:
        if not self.document.can_write(user, at=at):
            raise PermissionDenied("案を扱えるのは、所管の課の職員だけです。")

    @transaction.atomic
    def write(self, *, by: User, at: datetime, **fields) -> None:
        """Keep what was typed into a draft: text, change_note, effective_on, review_on. A draft is nobody's act, so the trail is silent."""
        version = self.locked()
        version._guard_writer(by, at=at)
        if not version.is_draft:
            raise InvalidTransition(f"この版は「{version.get_status_display()}」のため、書き直せません。")
        for name, value in fields.items():
            setattr(version, name, value)
        version.save(update_fields=[*fields])
        self.refresh_from_db()

    def guard_ready(self) -> None:
        """InvalidTransition where text and files, or one of the days, are missing."""
        if not self.text.strip() and not self.files.exists():
            raise InvalidTransition("本文かファイルのどちらかを入れてから、承認を求めてください。")
        if self.effective_on is None or self.review_on is None:
            raise InvalidTransition("施行日と次の見直し日を入れてから、承認を求めてください。")

    @transaction.atomic
    def send(self, *, by: User, at: datetime) -> None:
        """The section asks for approval; from now on nothing of it changes. Called by the matter, whose request guards the person."""
        version = self.locked()
        version.move_to(self.Status.IN_REVIEW)
        version.guard_ready()
        version.save(update_fields=["status"])
        changes = {"version": version.number, "effective_on": version.effective_on.isoformat(), "digest": version.digest()}
        record(by, "policy.document_version.sent", version, at=at, **changes)
        self.refresh_from_db()

    @transaction.atomic
    def send_back(self, *, by: User, at: datetime) -> None:
        """The request was returned, refused or taken back: a draft again. Called by the matter, whose decision guards the person."""
        version = self.locked()
        version.move_to(self.Status.DRAFT)
        version.save(update_fields=["status"])
        record(by, "policy.document_version.sent_back", version, at=at, version=version.number)
        self.refresh_from_db()

    @transaction.atomic
    def approve(self, *, by: User, at: datetime) -> None:
        """In force from its day, at the earliest from today and not before the version that was approved before it.

        Called by the matter, whose decision guards the person.
        """
        version = self.locked()
        version.move_to(self.Status.APPROVED)
        former = version.document.versions.approved().aggregate(day=models.Max("effective_on"))["day"]
        version.effective_on = max(filter(None, (version.effective_on, day_of(at), former)))
        version.approved_by, version.approved_at = by, at
        version.save(update_fields=["status", "effective_on", "approved_by", "approved_at"])
        changes = {"version": version.number, "effective_on": version.effective_on.isoformat(), "digest": version.digest()}
        record(by, "policy.document_version.approved", version, at=at, **changes)
        if version.effective_on <= day_of(at):
            version.come_into_force(at=at)
        self.refresh_from_db()

    @transaction.atomic
    def come_into_force(self, *, at: datetime) -> None:
        """Its day has come: the review of the document counts from here, and its readers are told. Once."""
        version = self.locked()
        if version.announced_at or version.status != self.Status.APPROVED or version.effective_on > day_of(at):
            return
        version.announced_at = at
        version.save(update_fields=["announced_at"])
        version.document.set_review(version.review_on, at=at)
        record(None, "policy.document_version.came_into_force", version, at=at, version=version.number)

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Give up a draft; its number stays taken."""
        version = self.locked()
        version.move_to(self.Status.DISCARDED)
        version._guard_writer(by, at=at)
        version.save(update_fields=["status"])
        record(by, "policy.document_version.discarded", version, at=at, version=version.number, **version.document.as_what(by, at=at))
        self.refresh_from_db()
