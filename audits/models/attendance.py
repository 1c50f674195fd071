"""One person of a session (3.9.2.4): asked, attended, the test, completed; and each try at the test."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from audits.training.hands import Hands
from audits.training.questions import score
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


class AttendanceQuerySet(models.QuerySet):
    """They chain."""

    def visible_to(self, user: User, *, at: datetime, hands: Hands | None = None) -> Self:
        """One's own; those of a session that the person runs; those of people for whom the person answers."""
        hands = hands or Hands(user, at=at)
        if hands.is_wide:
            return self.all()
        run = hands.run_rows("session__course__kind", "session__department")
        return self.filter(Q(person=user) | run | hands.chief_rows("department"))

    def missing(self) -> Self:
        """Asked, and not through with it: not there yet, or the test is left."""
        return self.filter(status__in=(Attendance.Status.WAITING, Attendance.Status.ATTENDED))

    def asked(self) -> Self:
        """Those who count: everyone but the excused."""
        return self.exclude(status=Attendance.Status.EXCUSED)

    def overdue(self, *, on: date) -> Self:
        return self.missing().filter(due_on__lt=on)

    def to_do(self) -> Self:
        """Missing in a session that is open; where the person is asked to an open follow-up of it, that one alone."""
        instead = Attendance.objects.filter(session__follow_up_of=OuterRef("session"), session__status="open", person=OuterRef("person"))
        return self.missing().filter(~Exists(instead), session__status="open")

    def waiting_for(self, user: User) -> Self:
        """What a person has still to do, the earliest day first."""
        return self.to_do().filter(person=user).order_by("due_on", "pk")

    def in_year(self, year: int) -> Self:
        """What counts in the figures of a 年度: a follow-up makes up for its first session and is not counted twice."""
        return self.in_years(year, year)

    def in_years(self, first: int, last: int) -> Self:
        """The same of several 年度."""
        counted = {"session__status__in": ("open", "closed"), "session__follow_up_of__isnull": True}
        return self.filter(session__fiscal_year__range=(first, last), **counted)


class Attendance(models.Model):
    """A person asked to a session."""

    class Status(models.TextChoices):
        WAITING = "waiting", "未受講"
        ATTENDED = "attended", "テスト待ち"
        COMPLETED = "completed", "修了"
        EXCUSED = "excused", "対象外"

    class How(models.TextChoices):
        SELF = "self", "本人"
        ORGANISER = "organiser", "主催者"
        LIST = "list", "名簿"
        FOLLOW_UP = "follow_up", "補講"

    TRANSITIONS = {
        Status.WAITING: {Status.ATTENDED, Status.COMPLETED, Status.EXCUSED},
        Status.ATTENDED: {Status.COMPLETED, Status.WAITING, Status.EXCUSED},
        Status.COMPLETED: {Status.WAITING},
        Status.EXCUSED: {Status.WAITING},
    }

    session = models.ForeignKey("audits.TrainingSession", verbose_name="回", on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.PROTECT, related_name="training")
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("受ける期限")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.WAITING)
    enrolled_at = models.DateTimeField("案内した日時")
    attended_on = models.DateField("受けた日", null=True, blank=True)
    how = models.CharField("記録した人", max_length=16, choices=How, blank=True)
    completed_at = models.DateTimeField("修了した日時", null=True, blank=True)
    tries_used = models.PositiveSmallIntegerField("受けた回数", default=0)
    extra_tries = models.PositiveSmallIntegerField("認めた追加の回数", default=0)
    best_score = models.PositiveSmallIntegerField("最高点", null=True, blank=True)
    reason = models.CharField("対象外・訂正の理由", max_length=300, blank=True)
    is_released = models.BooleanField("異動などにより外れた", default=False)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = "受講"
        verbose_name_plural = "受講"
        ordering = ["session", "person__kana", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="audits_attendance_once"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=False) | ~Q(status="completed"), name="audits_attendance_completed_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "status"]),
            models.Index(fields=["person", "status"]),
            models.Index(fields=["department", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.session}の受講"

    def get_absolute_url(self) -> str:
        return self.session.get_absolute_url()

    @property
    def number(self) -> str:
        """The number of the certificate: 令和8年度 第12-345号."""
        return f"{fiscal_year_label(self.session.fiscal_year)} 第{self.session_id}-{self.pk}号"

    @property
    def is_missing(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.ATTENDED)

    @property
    def tries_left(self) -> int:
        return max(0, self.session.tries + self.extra_tries - self.tries_used)

    @property
    def outward(self) -> str:
        """How a chief sees it: done or not, never how the test went."""
        return {self.Status.COMPLETED: "済み", self.Status.EXCUSED: "対象外"}.get(self.Status(self.status), "まだ")

    def is_overdue(self, *, on: date) -> bool:
        return self.is_missing and self.due_on < on

    # -- the person's own acts -------------------------------------------------------------------------------------
    @transaction.atomic
    def attend(self, *, by: User, at: datetime) -> None:
        """The material is read, or the person was there. InvalidTransition where the organiser enters it."""
        row = self._locked()
        row._guard_own(by)
        if not row.session.takes_self_entry:
            raise InvalidTransition("この回の出席は、主催者が記録します。")
        if row.session.starts_at and at < row.session.starts_at:
            raise InvalidTransition("まだ始まっていません。始まってから記録してください。")
        row._guard_waiting()
        row._attended(on=day_of(at), how=self.How.SELF, at=at)
        record(by, "audits.attendance.attended", row, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def take_test(self, answers: Sequence[int], *, by: User, at: datetime) -> "Attempt":
        """One try at the test; passing it completes the training. The result stays out of the trail: it is the person's own."""
        row = self._locked()
        row._guard_own(by)
        if row.status != self.Status.ATTENDED:
            raise InvalidTransition(
                "テストは、受講した後に受けられます。" if row.status == self.Status.WAITING else "テストは済んでいます。"
            )
        if not row.tries_left:
            raise InvalidTransition("受けられる回数を使い切りました。主催者に相談してください。")
        questions = row.session.test
        if len(answers) != len(questions) or any(not 0 <= given < len(q.choices) for given, q in zip(answers, questions, strict=False)):
            raise ValidationError("すべての問題に答えてください。")
        points = score(questions, answers)
        passed = points >= row.session.pass_mark
        attempt = Attempt.objects.create(attendance=row, at=at, answers=list(answers), score=points, passed=passed)
        row.tries_used, row.best_score = row.tries_used + 1, max(points, row.best_score or 0)
        if passed:
            row._complete(at=at)
        row.save(update_fields=["status", "completed_at", "tries_used", "best_score"])
        record(by, "audits.attendance.tested", row, at=at)
        self.refresh_from_db()
        return attempt

    # -- the organiser's -------------------------------------------------------------------------------------------
    @transaction.atomic
    def excuse(self, *, reason: str, by: User, at: datetime) -> None:
        """Not asked of this person, with the reason."""
        row, hands = self._run(by, at=at)
        row._move_to(self.Status.EXCUSED)
        row.reason, row.is_released = _needed(reason), False
        row.save(update_fields=["status", "reason", "is_released"])
        record(by, "audits.attendance.excused", row, at=at, **row._signed(hands))
        self.refresh_from_db()

    @transaction.atomic
    def put_back(self, *, reason: str, by: User, at: datetime) -> None:
        """An entry was wrong, or the person is to attend after all: 未受講 again, the tries at the test begin anew."""
        row, hands = self._run(by, at=at)
        row._move_to(self.Status.WAITING)
        row.reason, row.attended_on, row.how, row.completed_at = _needed(reason), None, "", None
        row.tries_used, row.best_score, row.is_released = 0, None, False
        row.save(update_fields=["status", "reason", "attended_on", "how", "completed_at", "tries_used", "best_score", "is_released"])
        record(by, "audits.attendance.put_back", row, at=at, **row._signed(hands))
        self.refresh_from_db()

    @transaction.atomic
    def grant_try(self, *, by: User, at: datetime) -> None:
        """One more try for somebody who has used them up."""
        row, hands = self._run(by, at=at)
        if row.status != self.Status.ATTENDED or row.tries_left:
            raise InvalidTransition("追加を認めるのは、テストの回数を使い切った人だけです。")
        row.extra_tries += 1
        row.save(update_fields=["extra_tries"])
        record(by, "audits.attendance.try_granted", row, at=at, **row._signed(hands))
        self.refresh_from_db()

    # -- within ----------------------------------------------------------------------------------------------------
    def _attended(self, *, on: date, how: str, at: datetime) -> None:
        self.attended_on, self.how = on, how
        if self.session.questions:
            self._move_to(self.Status.ATTENDED)
        else:
            self._complete(at=at)
        self.save(update_fields=["status", "attended_on", "how", "completed_at"])

    def _complete(self, *, at: datetime) -> None:
        self._move_to(self.Status.COMPLETED)
        self.completed_at = at
        make_up(self.session, [self.person_id], at=at)

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この受講は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _guard_waiting(self) -> None:
        if self.status != self.Status.WAITING:
            raise InvalidTransition(f"この受講は「{self.get_status_display()}」です。最新の状況を表示しました。")

    def _guard_own(self, by: User) -> None:
        if self.person_id != by.pk:
            raise PermissionDenied("本人だけが行えます。")

    def _run(self, by: User, *, at: datetime) -> tuple["Attendance", Hands]:
        row, hands = self._locked(), Hands(by, at=at)
        if not row.session.can_run(by, at=at, hands=hands):
            raise PermissionDenied("受講の記録を扱えるのは、研修を行う役割の方と、その業務を任された方だけです。")
        return row, hands

    def _locked(self) -> "Attendance":
        """This row, locked, of a session that is open and stays so meanwhile."""
        self._meta.get_field("session").related_model.objects.select_for_update(no_key=True).get(pk=self.session_id)
        Attendance.objects.select_for_update(no_key=True).get(pk=self.pk)
        row = Attendance.objects.select_related("session__course", "session__follow_up_of", "person").get(pk=self.pk)
        if not row.session.is_open:
            raise InvalidTransition(f"この回は「{row.session.get_status_display()}」です。記録を変えるには、案内中に戻してください。")
        return row

    def _signed(self, hands: Hands) -> dict[str, Any]:
        return hands.signed(self.session.course.kind, self.session.department_id)


class Attempt(models.Model):
    """One try at the test, with the answers given; never altered."""

    attendance = models.ForeignKey(Attendance, verbose_name="受講", on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField("日時")
    answers = models.JSONField("答え")
    score = models.PositiveSmallIntegerField("点")
    passed = models.BooleanField("合格")

    class Meta:
        verbose_name = "テスト"
        verbose_name_plural = "テスト"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.score}点"


def make_up(follow_up, people: Sequence[int], *, at: datetime) -> None:
    """Whoever is through with a follow-up has made up for the sessions it follows; nothing for a session that follows none."""
    session = follow_up.follow_up_of
    while session is not None:
        session.attendances.missing().filter(person__in=people).update(
            status=Attendance.Status.COMPLETED,
            how=Attendance.How.FOLLOW_UP,
            completed_at=at,
            attended_on=day_of(at),
        )
        session = session.follow_up_of


def _needed(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "理由を入力してください。"})
    return reason.strip()
