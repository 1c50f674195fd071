"""A course (3.9.2): what is taught, why, and the short test that belongs to it. It lasts; its sessions are held year by year."""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from audits.training.hands import Hands
from audits.training.kinds import Kind
from audits.training.questions import Question
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

MOST_QUESTIONS = 30


class CourseQuerySet(models.QuerySet["Course"]):
    def get_by_natural_key(self, code: str) -> "Course":
        return self.get(code=code)

    def visible_to(self, user: User, *, at: datetime, hands: Hands | None = None) -> Self:
        """Those the person runs or may hold for the own section, and those the person was asked to attend."""
        hands = hands or Hands(user, at=at)
        if hands.is_wide:
            return self.all()
        asked = Q(pk__in=Course.objects.filter(sessions__attendances__person=user).order_by().values("pk"))
        shared = Q(kind=Kind.WORKPLACE, department__isnull=True) if hands.led else Q(pk__in=())
        return self.filter(hands.run_rows("kind", "department") | shared | asked)

    def active(self) -> Self:
        return self.filter(status=Course.Status.ACTIVE)


class Course(models.Model):
    """One course. `department` is set where a section keeps one of its own; a shared one of the kind 職場での指導 serves every section."""

    Kind = Kind

    class Status(models.TextChoices):
        ACTIVE = "active", "使用中"
        RETIRED = "retired", "使わない"

    TRANSITIONS = {Status.ACTIVE: {Status.RETIRED}, Status.RETIRED: {Status.ACTIVE}}

    code = models.SlugField("コード", max_length=64, unique=True, editable=False)
    title = models.CharField("研修の名前", max_length=100)
    kind = models.CharField("区分", max_length=16, choices=Kind, db_index=True)
    theme = models.CharField("主題", max_length=100)
    clauses = models.JSONField("条項", default=list, blank=True)
    outline = models.TextField("内容", max_length=2000, blank=True)
    department = models.ForeignKey(
        Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="training_courses", editable=False
    )
    questions = models.JSONField("テストの問題", default=list, blank=True, editable=False)
    pass_mark = models.PositiveSmallIntegerField(
        "合格とする正答の割合（％）", default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    tries = models.PositiveSmallIntegerField("受けられる回数", default=3, validators=[MinValueValidator(1), MaxValueValidator(20)])
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.ACTIVE, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="作った人", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField("作った日時", null=True, blank=True, editable=False)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = "研修"
        verbose_name_plural = "研修"
        ordering = ["kind", "title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(department__isnull=True) | Q(kind="workplace"), name="audits_course_section_only_workplace"),
            models.CheckConstraint(condition=Q(pass_mark__range=(1, 100)), name="audits_course_pass_mark_is_percent"),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("audits:training_course", args=[self.pk])

    @property
    def test(self) -> list[Question]:
        return [Question(**row) for row in self.questions]

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE

    # -- people ----------------------------------------------------------------------------------------------------
    def can_edit(self, user: User, *, at: datetime, hands: Hands | None = None) -> bool:
        """Who runs it; a shared course for the sections belongs to those who run the city's."""
        hands = hands or Hands(user, at=at)
        if self.kind == Kind.WORKPLACE and self.department_id is None:
            return Kind.YEARLY in hands.kinds
        return hands.runs(self.kind, self.department_id)

    # -- the course ------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def make(cls, *, kind: str, by: User, at: datetime, department: Department | None = None, **facts: Any) -> "Course":
        """A new course of the city, or of a section (`department`). PermissionDenied for who runs no such course."""
        hands, course = Hands(by, at=at), cls(kind=kind, department=department, made_by=by, made_at=at, **facts)
        if not course.can_edit(by, at=at, hands=hands):
            raise PermissionDenied("この区分の研修を作れるのは、研修を行う役割の方だけです。")
        course.code = f"course-{uuid4().hex}"
        course.full_clean(exclude=["code", "department", "made_by"])
        course.save(force_insert=True)
        record(by, "audits.training_course.made", course, at=at, course_kind=course.get_kind_display(), **hands.signed(kind, department))
        return course

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, **facts: Any) -> None:
        """Other words, marks or tries; sessions that were announced keep theirs."""
        course, hands = self._locked(by, at=at)
        changed = sorted(name for name, fact in facts.items() if getattr(course, name) != fact)
        for name, fact in facts.items():
            setattr(course, name, fact)
        course.full_clean(exclude=["code", "department", "made_by"])
        if changed:
            course.save(update_fields=changed)
            words = [self._meta.get_field(name).verbose_name for name in changed]
            course._record("audits.training_course.changed", hands, changed_columns=words)
        self.refresh_from_db()

    @transaction.atomic
    def put_question(self, question: Question, *, by: User, at: datetime, number: int | None = None) -> None:
        """Add a question at the end, or put it in the place `number` (from 1). ValidationError where it cannot be answered."""
        course, hands = self._locked(by, at=at)
        question.check()
        rows = list(course.questions)
        if number is None:
            if len(rows) >= MOST_QUESTIONS:
                raise ValidationError(f"問題は{MOST_QUESTIONS}問までです。要らない問題を消してから加えてください。")
            rows.append(question.as_row())
        else:
            rows[self._index(number, rows)] = question.as_row()
        course._keep_questions(rows, hands)
        self.refresh_from_db()

    @transaction.atomic
    def drop_question(self, number: int, *, by: User, at: datetime) -> None:
        """Take a question out; sessions that were announced keep it."""
        course, hands = self._locked(by, at=at)
        rows = list(course.questions)
        del rows[self._index(number, rows)]
        course._keep_questions(rows, hands)
        self.refresh_from_db()

    @transaction.atomic
    def retire(self, *, by: User, at: datetime) -> None:
        """No new sessions of it."""
        self._switch(self.Status.RETIRED, "audits.training_course.retired", by=by, at=at)

    @transaction.atomic
    def revive(self, *, by: User, at: datetime) -> None:
        self._switch(self.Status.ACTIVE, "audits.training_course.revived", by=by, at=at)

    def _switch(self, status: str, verb: str, *, by: User, at: datetime) -> None:
        course, hands = self._locked(by, at=at)
        if status not in self.TRANSITIONS[self.Status(course.status)]:
            raise InvalidTransition(f"この研修は「{course.get_status_display()}」です。最新の状況を表示しました。")
        course.status = status
        course.save(update_fields=["status"])
        course._record(verb, hands)
        self.refresh_from_db()

    @staticmethod
    def _index(number: int, rows: list) -> int:
        if not 1 <= number <= len(rows):
            raise InvalidTransition("この問題はもうありません。最新の内容を表示しました。")
        return number - 1

    def _keep_questions(self, rows: list[dict], hands: Hands) -> None:
        self.questions = rows
        self.save(update_fields=["questions"])
        self._record("audits.training_course.questions_changed", hands, count=len(rows))

    def _locked(self, by: User, *, at: datetime) -> tuple["Course", Hands]:
        course, hands = Course.objects.select_for_update(no_key=True).get(pk=self.pk), Hands(by, at=at)
        if not course.can_edit(by, at=at, hands=hands):
            raise PermissionDenied("この研修を変えられるのは、研修を行う役割の方だけです。")
        return course, hands

    def _record(self, verb: str, hands: Hands, **changes: Any) -> None:
        record(hands.user, verb, self, at=hands.at, **hands.signed(self.kind, self.department_id), **changes)
