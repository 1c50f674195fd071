"""A document of the policy's family and its revisions: one in force at a time."""

import json
from collections.abc import Collection
from datetime import date, datetime
from hashlib import sha256
from typing import Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.hands import Hands

from .adoption import Adoption

NEEDS_A_DECISION = "ポリシーの改定には、義務の見直しと情報化推進委員会の議決が必要です。版の画面から審議にかけてください。"


class Document(models.Model):
    """基本方針 and 対策基準 together are the policy; 実施手順 stand beside it (2.9)."""

    class Kind(models.TextChoices):
        POLICY = "policy", "情報セキュリティポリシー"
        BASIC = "basic", "基本方針"
        STANDARD = "standard", "対策基準"
        PROCEDURE = "procedure", "実施手順"

    class Access(models.TextChoices):
        PUBLIC = "public", "公開"
        CLOSED = "closed", "非公開"

    code = models.SlugField("コード", max_length=64, unique=True)
    title = models.CharField("文書名", max_length=200)
    kind = models.CharField("種別", max_length=16, choices=Kind)
    access = models.CharField("公開・非公開", max_length=16, choices=Access, default=Access.CLOSED)
    owner = models.ForeignKey("accounts.Department", verbose_name="所管", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    makers = models.ManyToManyField("accounts.Department", verbose_name="策定主体", blank=True, related_name="+")
    part_of = models.ForeignKey("self", verbose_name="含まれる文書", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    chapters = models.JSONField("章", default=list, blank=True, help_text="この文書に当たる章の番号")

    class Meta:
        verbose_name = "文書"
        verbose_name_plural = "文書"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class RevisionQuerySet(models.QuerySet):
    def in_force(self, on: date) -> Self:
        """The published revision with the latest 施行日 that has come; at most one a document, an outline only where there is no text."""
        latest = Revision.objects.filter(document=models.OuterRef("document"), status=Revision.Status.PUBLISHED, effective_on__lte=on)
        return self.filter(pk=models.Subquery(latest.order_by("is_outline", "-effective_on", "-pk").values("pk")[:1]))

    def of_the_policy(self) -> Self:
        """Revisions of the policy itself, not of the 実施手順 that stand beside it."""
        return self.filter(document__kind=Document.Kind.POLICY, document__part_of=None)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Published revisions of public documents for everybody, drafts of the policy for who prepares or decides on them (policy.hands).

        Administrators of the portal see all, 非公開 (2.9) too.
        """
        if is_staff_of_portal(user, at=at):
            return self.all()
        return self.public(Hands.of(user, at=at).states)

    def public(self, unpublished: Collection[str] = ()) -> Self:
        """What everybody may read, and the texts of the policy that stand in one of the `unpublished` states."""
        read = Q(status=Revision.Status.PUBLISHED, document__access=Document.Access.PUBLIC)
        if not unpublished:
            return self.filter(read)
        return self.filter(read | Q(status__in=unpublished, document__kind=Document.Kind.POLICY, document__part_of=None))

    def texts(self) -> Self:
        """Published texts; an outline is none."""
        return self.filter(status=Revision.Status.PUBLISHED, is_outline=False)

    def due(self, *, on: date) -> Self:
        """Texts of the policy whose 施行日 has come, and whose day is still to be made: obligations carried over, staff asked."""
        return self.of_the_policy().texts().filter(effective_on__lte=on, applied_at=None)


class Revision(Adoption, models.Model):
    """One text of a document: a draft until it is published, then never changed again.

    The first text of an installation is published by an administrator. Every later one is a change of the policy: it is
    decided on by the committee and the CISO (2.12, 3.13.3; policy.revision_requests) and changes nothing while they look at it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        IN_REVIEW = "review", "審議中"
        PUBLISHED = "published", "施行"
        DISCARDED = "discarded", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.IN_REVIEW, Status.PUBLISHED, Status.DISCARDED},
        Status.IN_REVIEW: {Status.PUBLISHED, Status.DRAFT},
        Status.PUBLISHED: set(),
        Status.DISCARDED: set(),
    }

    document = models.ForeignKey(Document, verbose_name="文書", on_delete=models.PROTECT, related_name="revisions")
    name = models.CharField("版", max_length=100, help_text="例 令和4年8月改定")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT)
    effective_on = models.DateField("施行日", null=True, blank=True)
    source_name = models.CharField("読み込んだファイル", max_length=200, blank=True)
    source_digest = models.CharField("ファイルのSHA-256", max_length=64, blank=True)
    is_outline = models.BooleanField("見出しのみ", default=False, help_text="本文がまだ読み込まれていない、見出しだけの版")
    report = models.JSONField("読み込みの報告", default=dict, blank=True)
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    published_at = models.DateTimeField("公布日時", null=True, blank=True)
    base = models.ForeignKey(
        "self", verbose_name="比べた版", null=True, blank=True, on_delete=models.PROTECT, related_name="drafts", editable=False
    )
    text_digest = models.CharField("本文のSHA-256", max_length=64, blank=True, editable=False)
    applied_at = models.DateTimeField("施行の処理日時", null=True, blank=True, editable=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "版"
        verbose_name_plural = "版"
        ordering = ["-effective_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "effective_on"],
                condition=Q(status="published", is_outline=False),
                name="policy_revision_one_text_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(effective_on__isnull=False, published_at__isnull=False),
                name="policy_revision_published_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}（{self.name}）"

    def get_absolute_url(self) -> str:
        return reverse("policy:revision", args=[self.pk])

    @property
    def is_first_text(self) -> bool:
        """Whether no other text of the document was ever published: nothing changes, something begins."""
        return not self.document.revisions.texts().exclude(pk=self.pk).exists()

    def can_publish(self, user: User, *, at: datetime) -> bool:
        """Whether the person may put this draft in force without a decision: an administrator, the first text alone."""
        return self.status == self.Status.DRAFT and is_staff_of_portal(user, at=at) and self.is_first_text

    def digest(self) -> str:
        """SHA-256 over the numbers and words of all clauses: what somebody has read who has read this text."""
        rows = self.clauses.order_by("position").values_list("number", "heading", "text", "tables")
        return sha256(json.dumps(list(rows), ensure_ascii=False).encode()).hexdigest()

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この版は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def locked(self) -> "Revision":
        """This revision, read again under its lock and that of its document."""
        document = Document.objects.select_for_update().get(pk=self.document_id)
        revision = Revision.objects.select_for_update().get(pk=self.pk)
        revision.document = document
        return revision

    @transaction.atomic
    def publish(self, *, by: User | None, effective_on: date, at: datetime) -> None:
        """Put the first text in force from `effective_on`; the text never changes again.

        `by` is an administrator of the portal, or None for the operator at the server's command line. Raises
        InvalidTransition for a revision that is no draft or that needs a decision, PermissionDenied for anybody else.
        """
        revision = self.locked()
        revision.move_to(self.Status.PUBLISHED)
        if by is not None and not is_staff_of_portal(by, at=at):
            raise PermissionDenied("版を施行できるのはポータルの管理者だけです。")
        if not revision.is_outline and revision.document.kind == Document.Kind.POLICY and not revision.is_first_text:
            raise InvalidTransition(NEEDS_A_DECISION)
        revision.applied_at = at  # nothing to carry over
        revision.put_in_force(by, effective_on, at=at, role=RoleCode.ADMINISTRATOR.label if by else "")
        self.refresh_from_db()

    def put_in_force(self, by: User | None, effective_on: date, *, at: datetime, role: str) -> None:
        """Write down that the text is published; the caller holds the lock and has moved the state. One text a day."""
        same_day = self.document.revisions.texts().filter(effective_on=effective_on).exclude(pk=self.pk)
        if not self.is_outline and same_day.exists():
            raise InvalidTransition(f"{effective_on:%Y-%m-%d}に施行する版がすでにあります。別の施行日を指定してください。")
        self.effective_on, self.published_at, self.text_digest = effective_on, at, self.digest()
        self.save(update_fields=["status", "effective_on", "published_at", "text_digest", "applied_at"])
        changes = {"effective_on": effective_on.isoformat(), "digest": self.source_digest, "text_digest": self.text_digest}
        record(by, "policy.revision.published", self, role=role, at=at, **changes)
