"""Documents of a section: 実施手順, diagrams, specifications, test results (2.9, 3.8.3.1, 3.10.1.5, 3.10.3.4).

The texts of the policy itself are Document and Revision, a tree of clauses read in from the city's file; these are papers of a
業務担当課, as text or files, and not everybody may read them. What is in force is asked for a day, never stored.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import Clearance
from policy.numbers import printed

from . import document_review
from .document_version import DocumentVersion
from .regulation import Regulation
from .section_document_set import SectionDocumentQuerySet


class SectionDocument(models.Model):
    """One document of a section; its text and files stand in its versions."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure", "実施手順"
        RULE = "rule", "規程・要領"
        NETWORK_DIAGRAM = "network_diagram", "ネットワーク構成図"
        SPECIFICATION = "specification", "システム仕様書"
        DEVELOPMENT = "development", "開発・保守の資料"
        TEST_RESULT = "test_result", "試験結果"
        OTHER = "other", "その他"

    class Confidentiality(models.TextChoices):
        PUBLIC = "public", "公開"
        INTERNAL = "internal", "庁内"
        RESTRICTED = "restricted", "限定"

    ALWAYS_RESTRICTED = (Kind.NETWORK_DIAGRAM, Kind.SPECIFICATION)  # 3.10.1.5

    owner = models.ForeignKey(Department, verbose_name="所管の課", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField("種別", max_length=16, choices=Kind, db_index=True)
    title = models.CharField("文書名", max_length=100)
    confidentiality = models.CharField("公開の範囲", max_length=16, choices=Confidentiality, db_index=True)
    regulations = models.ManyToManyField(Regulation, verbose_name="満たす規程・手順", blank=True, related_name="documents")
    review_on = models.DateField("次の見直し日", null=True, blank=True, db_index=True)
    reviewed_on = models.DateField("最後に見直した日", null=True, blank=True)
    withdrawn_on = models.DateField("廃止日", null=True, blank=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作成した人", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("作成日時")

    objects = SectionDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "課の文書"
        verbose_name_plural = "課の文書"
        ordering = ["owner__position", "kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="procedure") | ~Q(confidentiality="public"),
                name="policy_sectiondocument_procedure_not_public",
                violation_error_message="実施手順は公開できません（2-9）。「庁内」か「限定」を選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("network_diagram", "specification")) | Q(confidentiality="restricted"),
                name="policy_sectiondocument_diagram_restricted",
                violation_error_message="ネットワーク構成図とシステム仕様書は、業務に必要な人だけが読める「限定」にしてください（3-10(1)オ）。",
            ),
        ]
        indexes = [models.Index(fields=["owner", "kind"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("policy:document", args=[self.pk])

    @property
    def is_restricted(self) -> bool:
        return self.confidentiality == self.Confidentiality.RESTRICTED

    @property
    def outside_name(self) -> str:
        """How it is called where the words leave the portal, as in a mail: a restricted one by its kind alone."""
        return self.get_kind_display() if self.is_restricted else f"「{self.title}」"

    @property
    def clauses(self) -> list[str]:
        """The clauses it hangs on by itself; the regulations have their own."""
        return [row.clause for row in self.own_clauses.all()]

    @property
    def citations(self) -> list[str]:
        return [printed(clause) for clause in self.clauses]

    def is_withdrawn(self, on: date) -> bool:
        return self.withdrawn_on is not None and self.withdrawn_on <= on

    # -- people ------------------------------------------------------------------------------------------------------
    def can_write(self, user: User, *, at: datetime, clearance: Clearance | None = None) -> bool:
        """Drafts are written by anybody of the owner section."""
        return not self.is_withdrawn(day_of(at)) and (clearance or Clearance.of(user, at=at)).is_of(self.owner)

    def can_manage(self, user: User, *, at: datetime, clearance: Clearance | None = None) -> bool:
        """Readers, reviews and withdrawal are for the 課長 of the owner section and the 中央電子計算組織管理者."""
        return not self.is_withdrawn(day_of(at)) and (clearance or Clearance.of(user, at=at)).answers_for(self.owner)

    def as_what(self, user: User, *, at: datetime) -> dict[str, Any]:
        """For the trail: the role in which the person acts on this document."""
        return Clearance.of(user, at=at).as_what(self.owner)

    def locked(self) -> "SectionDocument":
        """The row, locked until the transaction ends; every change of the document or its versions starts here."""
        return SectionDocument.objects.select_for_update().get(pk=self.pk)

    # -- acts --------------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(
        cls, *, owner: Department, by: User, at: datetime, clauses: Iterable[str] = (), regulations: Iterable[Regulation] = (), **facts
    ) -> "SectionDocument":
        """A new document of the section with an empty first draft; `facts` are kind, title and confidentiality."""
        if not Clearance.of(by, at=at).is_of(owner):
            raise PermissionDenied("文書を作れるのは、所管の課の職員だけです。")
        document = cls(owner=owner, begun_by=by, begun_at=at, **facts)
        document.full_clean()
        document.save(force_insert=True)
        document._hang_on(clauses, regulations)
        record(
            by, "policy.section_document.begun", document, at=at, **document.as_what(by, at=at), department=owner.code, **document._facts()
        )
        DocumentVersion.objects.create(document=document, number=1, drafted_by=by, drafted_at=at)
        return document

    @transaction.atomic
    def describe(self, *, by: User, at: datetime, clauses: Iterable[str], regulations: Iterable[Regulation], **facts) -> None:
        """Correct what the document is: by the section's staff until a version is approved, afterwards by who answers for it."""
        document = self.locked()
        settled = document.versions.approved().exists()
        if not (document.can_manage(by, at=at) if settled else document.can_write(by, at=at)):
            raise PermissionDenied("文書の情報を直せるのは、所管の課の方だけです。")
        for name, value in facts.items():
            setattr(document, name, value)
        document.full_clean()
        document.save(update_fields=[*facts])
        document._hang_on(clauses, regulations)
        record(by, "policy.section_document.described", document, at=at, **document.as_what(by, at=at), **document._facts())
        self.refresh_from_db()

    def _hang_on(self, clauses: Iterable[str], regulations: Iterable[Regulation]) -> None:
        self.regulations.set(regulations)
        self.own_clauses.all().delete()
        DocumentClause.objects.bulk_create(DocumentClause(document=self, clause=clause) for clause in dict.fromkeys(clauses))

    def _facts(self) -> dict:
        codes = sorted(self.regulations.values_list("code", flat=True))
        return {"kind": self.kind, "confidentiality": self.confidentiality, "regulations": codes}

    @transaction.atomic
    def begin_version(self, *, by: User, at: datetime) -> DocumentVersion:
        """A new draft beginning with the text of the latest approved version; one at a time."""
        document = self.locked()
        if not document.can_write(by, at=at):
            raise PermissionDenied("新しい版を作れるのは、所管の課の職員だけです。")
        if document.versions.unsettled().exists():
            raise InvalidTransition("作成中か承認待ちの版がすでにあります。その版を使ってください。")
        latest = document.versions.order_by("-number").first()
        source = document.versions.approved().order_by("-number").first()
        draft = DocumentVersion.objects.create(
            document=document, number=latest.number + 1, text=source.text if source else "", drafted_by=by, drafted_at=at
        )
        record(by, "policy.document_version.drafted", draft, at=at, **document.as_what(by, at=at), version=draft.number)
        return draft

    def set_review(self, day: date, *, at: datetime) -> None:
        """When it is to be reviewed next, with the duty that reminds of it; the caller holds the lock."""
        self.review_on = day
        self.save(update_fields=["review_on"])
        document_review.plan(self, at=at)

    def can_review(self, user: User, *, at: datetime) -> bool:
        """The 課長 of the owner section, and whoever the duty was handed to."""
        if self.is_withdrawn(day_of(at)):
            return False
        due = document_review.waiting(self)
        return self.owner_id in Clearance.of(user, at=at).officer_of or (due is not None and due.can_complete(user, at=at))

    @transaction.atomic
    def keep_as_is(self, *, review_on: date, by: User, at: datetime) -> None:
        """The review is done and nothing changes (2.12): from now on the next day counts."""
        document, today = self.locked(), day_of(at)
        if not document.can_review(by, at=at):
            raise PermissionDenied("見直しの結果を登録できるのは、所管の課の情報セキュリティ担当者と、任された方だけです。")
        if not document.versions.in_force(today).exists():
            raise InvalidTransition("施行中の版がないため、見直しを登録できません。")
        if review_on <= today:
            raise InvalidTransition("次の見直し日は、今日より後の日にしてください。")
        document.reviewed_on = today
        document.save(update_fields=["reviewed_on"])
        document_review.complete(document, by=by, at=at)
        document.set_review(review_on, at=at)
        record(by, "policy.section_document.reviewed", document, at=at, **document.as_what(by, at=at), review_on=review_on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime) -> None:
        """廃止 from today on: no version is in force any more, the document stays readable for its section."""
        document = self.locked()
        if document.is_withdrawn(day_of(at)):
            raise InvalidTransition("この文書はすでに廃止されています。")
        if not document.can_manage(by, at=at):
            raise PermissionDenied("廃止できるのは、所管の課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        if document.versions.unsettled().exists():
            raise InvalidTransition("作成中か承認待ちの版があります。先に取りやめるか、承認の結果を待ってください。")
        document.withdrawn_on = day_of(at)
        document.save(update_fields=["withdrawn_on"])
        document_review.stop(document, at=at)
        record(by, "policy.section_document.withdrawn", document, at=at, **document.as_what(by, at=at))
        self.refresh_from_db()


class DocumentClause(models.Model):
    """A clause that a document hangs on by itself; by number, so that it survives the revisions of the text."""

    document = models.ForeignKey(SectionDocument, verbose_name="文書", on_delete=models.CASCADE, related_name="own_clauses")
    clause = models.CharField("条項", max_length=32)

    class Meta:
        verbose_name = "文書の条項"
        verbose_name_plural = "文書の条項"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "clause"], name="policy_documentclause_once")]
        indexes = [models.Index(fields=["clause"], name="policy_documentclause_clause")]

    def __str__(self) -> str:
        return printed(self.clause)
