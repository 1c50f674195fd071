"""A checked list (3.12): the questions of one stage about a service or a contract, each answered with its evidence."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from assets.criteria import LEADS, Stage, criteria
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


class ChecklistQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def at_stage(self, *stages: str) -> Self:
        return self.filter(stage__in=stages)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As visible as what it is about."""
        of = {name: self.model._meta.get_field(name).related_model.objects.visible_to(user, at=at) for name in ("service", "contract")}
        return self.filter(Q(service__in=of["service"].values("pk")) | Q(contract__in=of["contract"].values("pk")))

    def with_tally(self) -> Self:
        """`answered`, `unmet` and `total` of each list, in the same query."""
        return self.annotate(
            total=Count("items"),
            answered=Count("items", filter=Q(items__is_complete=True)),
            unmet=Count("items", filter=Q(items__answer=ChecklistItem.Answer.UNMET)),
        )


class Checklist(models.Model):
    """The questions of one stage, open until the stage is over."""

    stage = models.CharField("段階", max_length=20, choices=Stage)
    service = models.ForeignKey(
        "assets.ExternalService", verbose_name="外部サービス", null=True, blank=True, on_delete=models.PROTECT, related_name="checklists"
    )
    contract = models.ForeignKey(
        "assets.Contract", verbose_name="委託契約", null=True, blank=True, on_delete=models.PROTECT, related_name="checklists"
    )
    begun_at = models.DateTimeField("始めた日時")
    closed_at = models.DateTimeField("終えた日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = "確認表"
        verbose_name_plural = "確認表"
        ordering = ["begun_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True, contract__isnull=False) | Q(service__isnull=False, contract__isnull=True),
                name="assets_checklist_of_one",
            ),
            models.UniqueConstraint(
                fields=["service", "stage"], condition=Q(closed_at__isnull=True), name="assets_checklist_one_open_a_service"
            ),
            models.UniqueConstraint(
                fields=["contract", "stage"], condition=Q(closed_at__isnull=True), name="assets_checklist_one_open_a_contract"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}（{self.subject}）"

    def get_absolute_url(self) -> str:
        return reverse("assets:checklist", args=[self.pk])

    @property
    def subject(self) -> models.Model:
        return self.service or self.contract

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def lead(self) -> str:
        return LEADS[Stage(self.stage)]

    def can_answer(self, user: User, *, at: datetime) -> bool:
        """Whoever the service or the contract lets answer this stage now."""
        return self.is_open and self.subject.can_answer(self, user, at=at)

    # -- in the transaction of the service's or the contract's own act -----------------------------------------------
    @classmethod
    def begin(cls, stage: str, subject: models.Model, *, at: datetime) -> "Checklist":
        """Open the list of a stage with its questions; the one that is open already is given back."""
        about = {subject.CHECKED_AS: subject}
        found, is_new = cls.objects.get_or_create(stage=stage, closed_at=None, **about, defaults={"begun_at": at})
        if is_new:
            rows = enumerate(criteria(stage), 1)
            ChecklistItem.objects.bulk_create(
                ChecklistItem(checklist=found, position=place, clause=row.clause, question=row.question, hint=row.hint, must=row.must)
                for place, row in rows
            )
        return found

    def guard_complete(self) -> None:
        """InvalidTransition naming what is still to be answered, or to be met."""
        words = self.get_stage_display()
        if missing := self.items.filter(is_complete=False).count():
            raise InvalidTransition(f"「{words}」に、答えていない項目が{missing}件あります。先にすべて答えてください。")
        if unmet := self.items.filter(must=True, answer=ChecklistItem.Answer.UNMET).count():
            raise InvalidTransition(f"「{words}」に、満たさない項目が{unmet}件あります。満たすようにしてから進めてください。")

    @staticmethod
    def leave_open(subject: models.Model, *, at: datetime) -> None:
        """What was not answered to the end is over with the stage it belonged to; nobody stands for it."""
        Checklist.objects.open().filter(**{subject.CHECKED_AS: subject}).update(closed_at=at)

    def close(self, *, by: User, at: datetime) -> None:
        """The stage is over: nothing of the list changes any more. The caller records the act this belongs to."""
        Checklist.objects.select_for_update(no_key=True).get(pk=self.pk)
        self.guard_complete()
        self.closed_at, self.closed_by = at, by
        self.save(update_fields=["closed_at", "closed_by"])


class ChecklistItemQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Its files are as visible as the list."""
        return self.filter(checklist__in=Checklist.objects.visible_to(user, at=at).values("pk"))

    def unmet(self) -> Self:
        return self.filter(answer=ChecklistItem.Answer.UNMET)


class ChecklistItem(models.Model):
    """One question, as it was asked, with its answer."""

    class Answer(models.TextChoices):
        MET = "met", "満たす"
        UNMET = "unmet", "満たさない"
        NOT_APPLICABLE = "na", "該当しない"

    checklist = models.ForeignKey(Checklist, verbose_name="確認表", on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("並び順")
    clause = models.CharField("条項", max_length=32)
    question = models.CharField("確かめること", max_length=300)
    hint = models.CharField("根拠の例", max_length=200, blank=True)
    must = models.BooleanField("満たすまで進めない", default=False)
    answer = models.CharField("答え", max_length=8, choices=Answer, blank=True)
    reason = models.TextField("理由", blank=True, max_length=1000)
    evidence = models.TextField("根拠", blank=True, max_length=1000)
    is_complete = models.BooleanField("答え終わった", default=False, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("答えた日時", null=True, blank=True)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = "確認表の項目"
        verbose_name_plural = "確認表の項目"
        ordering = ["checklist", "position"]
        constraints = [models.UniqueConstraint(fields=["checklist", "position"], name="assets_checklistitem_once")]

    def __str__(self) -> str:
        return self.question

    def get_absolute_url(self) -> str:
        return f"{self.checklist.get_absolute_url()}#item-{self.pk}"

    @property
    def has_files(self) -> bool:
        return StoredFile.objects.about(self).exists()

    def lacks(self, *, has_files: bool) -> dict[str, str]:
        """What an answer of its kind still needs, by field: evidence for 満たす, a reason for the others."""
        if self.answer == self.Answer.MET and not self.evidence and not has_files:
            return {"evidence": "何で確かめたかを書くか、根拠のファイルを付けてください。"}
        if self.answer in (self.Answer.UNMET, self.Answer.NOT_APPLICABLE) and not self.reason:
            return {"reason": "満たさない・該当しない理由を書いてください。"}
        return {} if self.answer else {"answer": "一つ選んでください。"}

    @transaction.atomic
    def respond(
        self,
        answer: str,
        *,
        reason: str = "",
        evidence: str = "",
        uploads: Iterable[File] = (),
        by: User,
        at: datetime,
        is_pause: bool = False,
    ) -> None:
        """Write the answer with its evidence. PermissionDenied for others than those who answer the stage now.

        ValidationError, by field, where the answer lacks what it needs; at a pause what is there is kept all the same, and only
        another answer is recorded.
        """
        item = self._locked_for(by, at=at)
        was = (item.answer, item.reason, item.evidence)
        item.answer, item.reason, item.evidence = answer, reason, evidence
        files = [attach(item, upload, by=by) for upload in uploads]
        missing = item.lacks(has_files=bool(files) or item.has_files)
        if missing and not is_pause:
            raise ValidationError(missing)
        item.is_complete = not missing
        if was == (answer, reason, evidence) and not files and item.is_complete == self.is_complete:
            return
        item.answered_by, item.answered_at = by, at
        item.save(update_fields=["answer", "reason", "evidence", "is_complete", "answered_by", "answered_at"])
        if not is_pause or was[0] != answer:
            facts = {"item": item.position, "criterion": item.clause, "answer": item.get_answer_display()}
            record(by, "assets.checklist.answered", item.checklist, at=at, **facts)
        self.refresh_from_db()

    def _locked_for(self, by: User, *, at: datetime) -> "ChecklistItem":
        checklist = Checklist.objects.select_for_update(no_key=True).get(pk=self.checklist_id)
        if not checklist.is_open:
            raise InvalidTransition("この確認表は終わっています。最新の状況を表示しました。")
        if not checklist.can_answer(by, at=at):
            raise PermissionDenied("この確認表に答えられるのは、この段階の担当の方です。")
        return ChecklistItem.objects.select_related("checklist__service", "checklist__contract").get(pk=self.pk)
