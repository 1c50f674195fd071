"""The columns of a session and what follows from them alone."""

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

from audits.training.questions import Question
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.fiscal import fiscal_year_label

from .training_course import Course


class SessionFacts(models.Model):
    """What a session is: which course, for whom by whom, when, where, with which test."""

    class Status(models.TextChoices):
        DRAFT = "draft", "準備中"
        OPEN = "open", "案内中"
        CLOSED = "closed", "終了"
        CANCELLED = "cancelled", "中止"

    class Form(models.TextChoices):
        GATHERED = "gathered", "集合"
        READING = "reading", "資料閲覧"

    course = models.ForeignKey(Course, verbose_name="研修", on_delete=models.PROTECT, related_name="sessions")
    name = models.CharField("回の名前", max_length=60, help_text="例 第1回、資料閲覧、補講")
    department = models.ForeignKey(
        Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="training_sessions"
    )
    form = models.CharField("形式", max_length=16, choices=Form)
    starts_at = models.DateTimeField("開始日時", null=True, blank=True)
    place = models.CharField("場所", max_length=100, blank=True)
    due_on = models.DateField("受ける期限")
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    self_entry = models.BooleanField("出席した人が自分で出席を記録する", default=False)
    with_fixed_term = models.BooleanField("会計年度任用職員も対象にする", default=True)
    message = models.TextField("案内の言葉", max_length=1000, blank=True)
    questions = models.JSONField("テストの問題", default=list, editable=False)
    pass_mark = models.PositiveSmallIntegerField("合格とする正答の割合（％）", default=80, editable=False)
    tries = models.PositiveSmallIntegerField("受けられる回数", default=3, editable=False)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    follow_up_of = models.ForeignKey(
        "self", verbose_name="補講の元の回", null=True, blank=True, on_delete=models.PROTECT, related_name="follow_ups"
    )
    occurrence = models.ForeignKey(
        Occurrence, verbose_name="定期業務の回", null=True, blank=True, on_delete=models.PROTECT, related_name="training_sessions"
    )
    content_type = models.ForeignKey(ContentType, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, blank=True, editable=False)
    about = GenericForeignKey("content_type", "object_id")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="準備した人", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("準備した日時")
    opened_at = models.DateTimeField("案内した日時", null=True, blank=True)
    closed_at = models.DateTimeField("終えた日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closing_note = models.TextField("振り返り・理由", max_length=2000, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.course.title}（{self.year_label} {self.name}）"

    def get_absolute_url(self) -> str:
        return reverse("audits:training_session", args=[self.pk])

    @property
    def year_label(self) -> str:
        return fiscal_year_label(self.fiscal_year)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_reading(self) -> bool:
        return self.form == self.Form.READING

    @property
    def test(self) -> list[Question]:
        """The questions as they were announced; those of the course before."""
        return [Question(**row) for row in (self.course.questions if self.is_draft else self.questions)]

    @property
    def takes_self_entry(self) -> bool:
        """Whether people say themselves that they have read or were there."""
        return self.is_reading or self.self_entry

    @property
    def materials(self) -> list[StoredFile]:
        """The files to read: those of the session, then those of the course."""
        return [*StoredFile.objects.about(self), *StoredFile.objects.about(self.course)]
