"""予備調査: questions out of the obligations of the section, answered by several of its staff, submitted by its officer."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import OnceShown

PHASES = (Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK)


class QuestionnaireQuerySet(OnceShown):
    def waiting(self) -> Self:
        return self.filter(status=Questionnaire.Status.SENT)

    def overdue(self, *, on: date) -> Self:
        return self.waiting().filter(due_on__lt=on)


class Questionnaire(models.Model):
    """The preliminary survey of one audit."""

    class Status(models.TextChoices):
        DRAFT = "draft", "作成中"
        SENT = "sent", "回答待ち"
        SUBMITTED = "submitted", "回答済み"

    TRANSITIONS = {Status.DRAFT: {Status.SENT}, Status.SENT: {Status.SUBMITTED}, Status.SUBMITTED: {Status.SENT}}
    SHOWN = (Status.SENT, Status.SUBMITTED)

    engagement = models.OneToOneField(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="questionnaire")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT)
    due_on = models.DateField("回答の期限", null=True, blank=True)
    message = models.TextField("課へのことば", blank=True, max_length=1000)
    sent_by = by_whom("送った人", null=True)
    sent_at = at_when("送付日時")
    submitted_by = by_whom("提出した人", null=True)
    submitted_at = at_when("提出日時")
    returned_reason = models.CharField("戻した理由", max_length=500, blank=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = "予備調査"
        verbose_name_plural = "予備調査"
        indexes = [models.Index(fields=["status", "due_on"])]

    def __str__(self) -> str:
        return f"{self.engagement} 予備調査"

    def get_absolute_url(self) -> str:
        return reverse("audits:survey", args=[self.engagement_id])

    @property
    def is_submitted(self) -> bool:
        return self.status == self.Status.SUBMITTED

    def can_answer(self, user: User, *, at: datetime) -> bool:
        """The staff of the section, from the sending until it is submitted."""
        is_asked = self.status == self.Status.SENT and self.engagement.phase in PHASES
        return is_asked and self.engagement.place(user, at=at).is_of_section

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"予備調査は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _again(self, engagement: Engagement) -> "Questionnaire":
        row = Questionnaire.objects.get(pk=self.pk)
        row.engagement = engagement
        return row

    @transaction.atomic
    def send(self, *, due_on: date, message: str = "", by: User, at: datetime) -> None:
        """Send the questions to the section. ValidationError for a day that has passed; InvalidTransition without a question."""
        engagement = self.engagement.written_by(by, at=at, phases=PHASES)
        row = self._again(engagement)
        row.move_to(self.Status.SENT)
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限が過ぎています。今日以後の日にしてください。"})
        if not row.questions.exists():
            raise InvalidTransition("質問がありません。監査項目から質問を作ってください。")
        row.due_on, row.message, row.sent_by, row.sent_at = due_on, message, by, at
        row.save()
        engagement.announce(at=at)
        record(by, "audits.questionnaire.sent", engagement, at=at, count=row.questions.count(), due_on=due_on)
        self.refresh_from_db()

    @transaction.atomic
    def submit(self, *, by: User, at: datetime) -> None:
        """提出: by the 情報セキュリティ担当者. InvalidTransition while a question is not answered."""
        engagement = self.engagement.answered_by(by, at=at, phases=PHASES, as_officer=True)
        row = self._again(engagement)
        row.move_to(self.Status.SUBMITTED)
        if left := row.questions.unanswered().count():
            raise InvalidTransition(f"答えていない質問が{left}問あります。分からないときは「分からない」を選んでください。")
        row.submitted_by, row.submitted_at = by, at
        row.save(update_fields=["status", "submitted_by", "submitted_at"])
        record(by, "audits.questionnaire.submitted", engagement, at=at, count=row.questions.count())
        self.refresh_from_db()

    @transaction.atomic
    def give_back(self, *, reason: str, due_on: date, by: User, at: datetime) -> None:
        """Ask the section again, with the reason; the answers stay."""
        engagement = self.engagement.written_by(by, at=at, phases=PHASES)
        row = self._again(engagement)
        row.move_to(self.Status.SENT)
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限が過ぎています。今日以後の日にしてください。"})
        row.returned_reason, row.due_on = reason, due_on
        row.save(update_fields=["status", "returned_reason", "due_on"])
        record(by, "audits.questionnaire.returned", engagement, at=at, due_on=due_on)
        self.refresh_from_db()


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        """Its files are as visible as the survey."""
        return self.filter(questionnaire__in=Questionnaire.objects.visible_to(user, at=at).values("pk"))

    def unanswered(self) -> Self:
        return self.filter(answer="")


class Question(models.Model):
    """One question, as it was asked."""

    class Answer(models.TextChoices):
        YES = "yes", "はい"
        PARTLY = "partly", "一部"
        NO = "no", "いいえ"
        NOT_APPLICABLE = "na", "対象外"
        UNKNOWN = "unknown", "分からない"

    questionnaire = models.ForeignKey(Questionnaire, verbose_name="予備調査", on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField("番号")
    obligation = models.CharField("義務の番号", max_length=40, blank=True)
    clause = models.CharField("条項", max_length=32)
    question = models.CharField("質問", max_length=300)
    evidence = models.CharField("資料の例", max_length=300, blank=True)
    answer = models.CharField("答え", max_length=8, choices=Answer, blank=True)
    words = models.TextField("説明", blank=True, max_length=2000)
    answered_by = by_whom("答えた人", null=True)
    answered_at = at_when("答えた日時")

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = "予備調査の質問"
        verbose_name_plural = "予備調査の質問"
        ordering = ["questionnaire", "position"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "position"], name="audits_question_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="audits_question_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"質問{self.position}"

    def get_absolute_url(self) -> str:
        return f"{self.questionnaire.get_absolute_url()}#question-{self.pk}"

    @transaction.atomic
    def respond(self, answer: str, *, words: str = "", uploads: Iterable[File] = (), by: User, at: datetime) -> None:
        """Write an answer as it stands; several of the section may, the last one is named.

        InvalidTransition once it is submitted or its phases are over; PermissionDenied for others than the section's staff.
        """
        engagement = self.questionnaire.engagement.answered_by(by, at=at, phases=PHASES)
        if Questionnaire.objects.get(pk=self.questionnaire_id).status != Questionnaire.Status.SENT:
            raise InvalidTransition("予備調査の回答は提出されています。")
        row = Question.objects.get(pk=self.pk)
        files = [attach(row, upload, by=by) for upload in uploads]
        if (row.answer, row.words) == (answer, words) and not files:
            return
        was, row.answer, row.words, row.answered_by, row.answered_at = row.answer, answer, words, by, at
        row.save(update_fields=["answer", "words", "answered_by", "answered_at"])
        if was != answer:
            record(by, "audits.question.answered", engagement, at=at, item=row.position, answer=row.get_answer_display())
        self.refresh_from_db()
