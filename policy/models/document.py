"""A document of the policy's family and its revisions: one in force at a time."""

from datetime import date, datetime
from typing import Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


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
        """Published revisions of public documents for everybody; drafts and 非公開 (2.9) for administrators of the portal."""
        return self.all() if is_staff_of_portal(user, at=at) else self.public()

    def public(self) -> Self:
        """What everybody may read."""
        return self.filter(status=Revision.Status.PUBLISHED, document__access=Document.Access.PUBLIC)


class Revision(models.Model):
    """One text of a document: a draft until it is published, then never changed again."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        PUBLISHED = "published", "施行"

    TRANSITIONS = {Status.DRAFT: {Status.PUBLISHED}, Status.PUBLISHED: set()}

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
                condition=Q(status="draft") | Q(effective_on__isnull=False, published_at__isnull=False),
                name="policy_revision_published_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}（{self.name}）"

    def get_absolute_url(self) -> str:
        return reverse("policy:revision", args=[self.pk])

    def can_publish(self, user: User, *, at: datetime) -> bool:
        """Whether the person may put this draft in force: an administrator of the portal."""
        return self.status == self.Status.DRAFT and is_staff_of_portal(user, at=at)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この版は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    @transaction.atomic
    def publish(self, *, by: User | None, effective_on: date, at: datetime) -> None:
        """Put the draft in force from `effective_on`; the text never changes again.

        `by` is an administrator of the portal, or None for the operator at the server's command line. Raises
        InvalidTransition for a revision that is no draft or a day that another text has, PermissionDenied for anybody else.
        """
        document = Document.objects.select_for_update().get(pk=self.document_id)
        revision = Revision.objects.select_for_update().get(pk=self.pk)
        revision.move_to(self.Status.PUBLISHED)
        if by is not None and not is_staff_of_portal(by, at=at):
            raise PermissionDenied("版を施行できるのはポータルの管理者だけです。")
        same_day = document.revisions.filter(status=self.Status.PUBLISHED, is_outline=False, effective_on=effective_on)
        if not revision.is_outline and same_day.exists():
            raise InvalidTransition(f"{effective_on:%Y-%m-%d}に施行する版がすでにあります。別の施行日を指定してください。")
        revision.effective_on, revision.published_at = effective_on, at
        revision.save(update_fields=["status", "effective_on", "published_at"])
        record(
            by,
            "policy.revision.published",
            revision,
            role=RoleCode.ADMINISTRATOR.label if by else "",
            at=at,
            effective_on=effective_on.isoformat(),
            digest=revision.source_digest,
        )
        self.refresh_from_db()
