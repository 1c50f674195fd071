"""横展開: 'is it so with you too?', asked of chosen sections after an incident, a finding, or any other thing that was learnt."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from incidents.hats import signed
from incidents.inquiries.parties import Asker, InquiryReach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.japanese import fold, words
from musashimurayama_isms.jobs.subjects import key_of, visible_keys
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .alert_series import AlertSeries


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: User, *, at: datetime, reach: InquiryReach | None = None) -> Self:
        """All for the asker's side; else those that a section of one's own was asked."""
        reach = reach or InquiryReach.of(user, at=at)
        if reach.is_asking_side:
            return self.all()
        asked = self.model.departments.through.objects.filter(reach.as_asked())
        return self.filter(pk__in=asked.values("inquiry"))

    def about(self, source: models.Model) -> Self:
        """Those that were asked because of this object."""
        return self.filter(content_type=ContentType.objects.get_for_model(source), object_id=key_of(source))

    def open(self) -> Self:
        return self.filter(status=self.model.Status.OPEN)

    def with_tally(self, *, on: date) -> Self:
        """Each with `asked`, `answered`, `found` (ある) and `late` (nothing final said, the day being over)."""
        final = Q(places__status__in=("none", "exists", "outside"))
        late = ~final & Q(places__isnull=False, due_on__lt=on, status="open")
        tally = {
            "asked": Count("places"),
            "answered": Count("places", filter=final),
            "found": Count("places", filter=Q(places__status="exists")),
            "late": Count("places", filter=late),
        }
        return self.annotate(**tally).select_related("asked_by").order_by("-asked_at", "-pk")

    def found_by(self, query: str) -> Self:
        """Rows in which every word stands, however it is typed."""
        rows = self
        for word in words(query):
            rows = rows.filter(search__contains=word)
        return rows


class Inquiry(models.Model):
    """One question to sections. Its words are its own: nothing of the source is shown to those who are asked."""

    class Status(models.TextChoices):
        OPEN = "open", "回答待ち"
        CLOSED = "closed", "終了"

    TRANSITIONS = {Status.OPEN: {Status.CLOSED}, Status.CLOSED: set()}

    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("連番")
    number = models.CharField("番号", max_length=16, unique=True)
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    content_type = models.ForeignKey(
        ContentType, verbose_name="もとの種類", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    object_id = models.CharField("もとの番号", max_length=64, blank=True)
    source = GenericForeignKey("content_type", "object_id")
    source_label = models.CharField("もとになったもの", max_length=200, blank=True)
    title = models.CharField("件名", max_length=200)
    text = models.TextField("起きたこと（個人や課が分からない言葉で）", max_length=4000)
    question = models.TextField("確かめてほしいこと", max_length=2000)
    clauses = models.JSONField("関係する条項", default=list, blank=True)
    is_drill = models.BooleanField("訓練", default=False)
    departments = models.ManyToManyField(Department, through="incidents.InquiryPlace", related_name="+")
    due_on = models.DateField("回答の期限", db_index=True)
    search = models.TextField(blank=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="照会した人", on_delete=models.PROTECT, related_name="+")
    asked_as = models.CharField("役割", max_length=200)
    asked_at = models.DateTimeField("照会日時")
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    conclusion = models.TextField("まとめ", max_length=4000, blank=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = "横展開"
        verbose_name_plural = "横展開"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"]), models.Index(fields=["status", "due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="incidents_inquiry_number_once"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | (Q(status="closed", closed_at__isnull=False) & ~Q(conclusion="")),
                name="incidents_inquiry_closed_has_conclusion",
            ),
        ]

    def __str__(self) -> str:
        return f"横展開 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:inquiry", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def mark(self) -> str:
        """What stands before the title of every notice of a drill (3.9.2.3)."""
        return "【訓練】" if self.is_drill else ""

    def source_for(self, user: User) -> models.Model | None:
        """The object that it came from, for who may see that object."""
        if self.content_type is None:
            return None
        return seen_source(self.content_type, self.object_id, user)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def ask(
        cls,
        *,
        title: str,
        text: str,
        question: str,
        due_on: date,
        departments: Iterable[Department],
        by: User,
        at: datetime,
        source: models.Model | None = None,
        clauses: Iterable[str] = (),
    ) -> "Inquiry":
        """Ask sections; `source` is what it came from (an incident, a finding), which the asker has to see.

        PermissionDenied for who is not of the asking side or does not see the source; ValidationError by field.
        """
        asker = InquiryReach.of(by, at=at).asker
        if asker is None:
            raise PermissionDenied("照会できるのは、中央管理者、総括管理者、委員会、CISOと監査の責任者です。")
        places = list(departments)
        if not places:
            raise ValidationError({"departments": "照会する課を一つ以上選んでください。"})
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限が過ぎた日になっています。今日以後の日を入力してください。"})
        inquiry = cls(
            title=title, text=text, question=question, due_on=due_on, clauses=list(clauses), search=fold(f"{title}\n{text}\n{question}")
        )
        if source is not None:
            inquiry._came_from(source, by)
        for name, value in AlertSeries.take(AlertSeries.Kind.INQUIRY, at=at).items():
            setattr(inquiry, name, value)
        inquiry.asked_by, inquiry.asked_as, inquiry.asked_at = by, asker.label[:200], at
        inquiry.save(force_insert=True)
        inquiry.places.bulk_create(inquiry.places.model(inquiry=inquiry, department=row, asked_at=at) for row in places)
        recipients, due = len(places), due_on.isoformat()
        record(by, "incidents.inquiry.asked", inquiry, **_as(asker), at=at, number=inquiry.number, recipients=recipients, due_on=due)
        return inquiry

    def _came_from(self, source: models.Model, by: User) -> None:
        content_type = ContentType.objects.get_for_model(source)
        if seen_source(content_type, key_of(source), by) is None:
            raise PermissionDenied("もとになったものを見られる人だけが、そこから照会できます。")
        self.content_type, self.object_id, self.source_label = content_type, key_of(source), f"{source._meta.verbose_name} {source}"[:200]
        self.is_drill = getattr(source, "is_drill", False)

    @transaction.atomic
    def widen(self, departments: Iterable[Department], *, by: User, at: datetime) -> int:
        """Ask more sections. Gives how many are new."""
        inquiry, asker = self._locked(by, at=at)
        known = set(inquiry.places.values_list("department", flat=True))
        new = [row for row in departments if row.pk not in known]
        if not new:
            raise ValidationError({"departments": "まだ照会していない課を、一つ以上選んでください。"})
        inquiry.places.bulk_create(inquiry.places.model(inquiry=inquiry, department=row, asked_at=at) for row in new)
        record(by, "incidents.inquiry.widened", inquiry, **_as(asker), at=at, recipients=len(new))
        return len(new)

    @transaction.atomic
    def postpone(self, due_on: date, *, by: User, at: datetime) -> None:
        """A later day for the answers."""
        inquiry, asker = self._locked(by, at=at)
        if due_on <= inquiry.due_on or due_on < day_of(at):
            raise ValidationError({"due_on": "いまの期限より後の日を入力してください。"})
        inquiry.due_on = due_on
        inquiry.save(update_fields=["due_on"])
        record(by, "incidents.inquiry.postponed", inquiry, **_as(asker), at=at, due_on=due_on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def close(self, *, conclusion: str, by: User, at: datetime) -> None:
        """No more answers; who gave none stays on record as such. Measures that a section has planned are followed to their end."""
        inquiry, asker = self._locked(by, at=at)
        inquiry.status = self.Status.CLOSED
        if not conclusion.strip():
            raise ValidationError({"conclusion": "回答から分かったことと、市としてどうするかを入力してください。"})
        inquiry.closed_at, inquiry.conclusion = at, conclusion.strip()
        inquiry.save(update_fields=["status", "closed_at", "conclusion"])
        unanswered = inquiry.places.awaited_in_any().count()
        record(by, "incidents.inquiry.closed", inquiry, **_as(asker), at=at, unanswered=unanswered)
        self.refresh_from_db()

    def lock(self) -> "Inquiry":
        """This row, locked until the transaction ends; every change of it or of an answer starts here."""
        return Inquiry.objects.select_for_update(no_key=True).get(pk=self.pk)

    def _locked(self, by: User, *, at: datetime) -> tuple["Inquiry", Asker]:
        inquiry = self.lock()
        if self.Status.CLOSED not in self.TRANSITIONS[self.Status(inquiry.status)]:
            raise InvalidTransition("この照会は、すでに終了しています。")
        asker = InquiryReach.of(by, at=at).asker
        if asker is None:
            raise PermissionDenied("照会を変えられるのは、照会する側の役割の人だけです。")
        return inquiry, asker


def seen_source(content_type: ContentType, key: str, user: User) -> models.Model | None:
    """An object by kind and key, where its model offers `objects.visible_to` and the person sees it."""
    keys = visible_keys(content_type, user)
    if keys is None or not keys.filter(subject_key=key.replace("-", "")).exists():
        return None
    return content_type.model_class()._base_manager.filter(pk=key).first()


def _as(asker: Asker) -> dict[str, Any]:
    return signed(asker.hat) if asker.hat else {"role": asker.label}
