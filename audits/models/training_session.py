"""A session: one course held once, for groups of people, on a day or until a day; announced, attended, closed."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from audits.training import fulfilment
from audits.training.hands import Hands
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from . import enrolling
from .attendance import Attendance, make_up
from .audience import Audience
from .session_facts import SessionFacts
from .session_set import SessionQuerySet
from .training_course import Course


class TrainingSession(SessionFacts):
    """One time that a course is held. The test is copied when it is announced, so that all answer the same questions."""

    Status = SessionFacts.Status
    TRANSITIONS = {
        Status.DRAFT: {Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.CLOSED, Status.CANCELLED},
        Status.CLOSED: {Status.OPEN},
        Status.CANCELLED: set(),
    }

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "研修の回"
        verbose_name_plural = "研修の回"
        ordering = ["-due_on", "-pk"]
        indexes = [
            models.Index(fields=["status", "due_on"]),
            models.Index(fields=["fiscal_year", "status"]),
            models.Index(fields=["content_type", "object_id"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(form="gathered") | Q(starts_at__isnull=False), name="audits_trainingsession_gathered_has_time"
            ),
        ]

    # -- people ----------------------------------------------------------------------------------------------------
    def can_run(self, user: User, *, at: datetime, hands: Hands | None = None) -> bool:
        """Who runs courses of this kind, for the city or for this section."""
        return (hands or Hands(user, at=at)).runs(self.course.kind, self.department_id)

    # -- before ----------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def prepare(
        cls,
        course: Course,
        *,
        by: User,
        at: datetime,
        audiences: Iterable[dict[str, Any]],
        department: Department | None = None,
        about: models.Model | None = None,
        **facts: Any,
    ) -> "TrainingSession":
        """A draft of a session for these groups (columns of Audience); `about` an object that it belongs to, such as a drill.

        PermissionDenied for who runs no such course; InvalidTransition for a retired one; ValidationError for what is missing.
        """
        course, hands = Course.objects.select_for_update(no_key=True).get(pk=course.pk), Hands(by, at=at)
        session = cls(course=course, department=department or course.department, made_by=by, made_at=at)
        session._guard(hands)
        if not course.is_active:
            raise InvalidTransition("この研修は使わないことになっています。もう一度使うときは、研修の画面で戻してください。")
        if about is not None:
            session.content_type, session.object_id = ContentType.objects.get_for_model(about), key_of(about)
        session._write(facts)
        session.save(force_insert=True)
        session._set_audiences(audiences)
        session._record("audits.training_session.prepared", hands, due_on=session.due_on)
        return session

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, audiences: Iterable[dict[str, Any]], **facts: Any) -> None:
        """Put a draft right; an announced one keeps its groups and takes a new day or place only (`reschedule`)."""
        session, hands = self._locked(by, at=at)
        if not session.is_draft:
            raise InvalidTransition("案内した回の対象は変えられません。日時や場所は「日時・場所を変える」で変えてください。")
        session._write(facts)
        session.save()
        session._set_audiences(audiences)
        session._record("audits.training_session.changed", hands, due_on=session.due_on)
        self.refresh_from_db()

    @transaction.atomic
    def reschedule(self, *, due_on: date, starts_at: datetime | None, place: str, by: User, at: datetime) -> None:
        """Another day or place for an announced session; those who have not been there yet are told."""
        session, hands = self._locked(by, at=at)
        if not session.is_open:
            raise InvalidTransition(f"この回は「{session.get_status_display()}」のため、日時を変えられません。")
        if due_on < day_of(at):
            raise ValidationError({"due_on": "過ぎた日にはできません。"})
        was = session.due_on
        session._write({"due_on": due_on, "starts_at": starts_at, "place": place})
        session.save(update_fields=["due_on", "starts_at", "place", "fiscal_year"])
        session.attendances.missing().filter(due_on=was).update(due_on=session.due_on)
        session._record("audits.training_session.rescheduled", hands, due_on=session.due_on, due_was=was)
        self.refresh_from_db()

    # -- its life --------------------------------------------------------------------------------------------------
    @transaction.atomic
    def open(self, *, by: User, at: datetime) -> int:
        """Announce it: the test is copied, everyone of the groups is asked; gives how many. InvalidTransition where it is not ready."""
        session, hands = self._locked(by, at=at)
        session._move_to(self.Status.OPEN)
        if session.due_on < day_of(at):
            raise InvalidTransition("受ける期限が過ぎています。期限を直してから案内してください。")
        if session.is_reading and not session.materials:
            raise InvalidTransition("読む資料がありません。資料を添付してから案内してください。")
        session.opened_at, session.questions = at, list(session.course.questions)
        session.pass_mark, session.tries = session.course.pass_mark, session.course.tries
        session.occurrence = fulfilment.waiting_round(session)
        session.save(update_fields=["status", "opened_at", "questions", "pass_mark", "tries", "occurrence"])
        count = enrolling.enrol(session, at=at)
        if not count:
            raise InvalidTransition("対象となる職員がいません。対象を確かめてください。")
        session._record("audits.training_session.opened", hands, count=count, due_on=session.due_on)
        self.refresh_from_db()
        return count

    @transaction.atomic
    def align(self, *, at: datetime) -> enrolling.Changes:
        """Follow the staff: who joined or moved into the groups is asked too, who left them no longer is. The portal's own daily act."""
        session = TrainingSession.objects.select_for_update(no_key=True).select_related("course").get(pk=self.pk)
        if not session.is_open:
            return enrolling.Changes()
        changes = enrolling.align(session, at=at)
        if changes:
            record(None, "audits.training_session.aligned", session, at=at, added=changes.added, released=changes.released)
        return changes

    @transaction.atomic
    def enter(self, people: Iterable[int], *, on: date, by: User, at: datetime, how: str = Attendance.How.ORGANISER) -> int:
        """These persons were there on that day; gives how many of them were still waiting. One entry with count and digest.

        ValidationError for a day that lies ahead; InvalidTransition once the session is over.
        """
        session, hands = self._locked(by, at=at)
        if not session.is_open:
            raise InvalidTransition(f"この回は「{session.get_status_display()}」のため、出席を記録できません。")
        if on > day_of(at):
            raise ValidationError({"on": "出席の日は、今日までの日を入力してください。"})
        waiting = session.attendances.filter(status=Attendance.Status.WAITING, person__in=list(people))
        rows = list(waiting.select_for_update(no_key=True).order_by("pk"))
        facts = {"attended_on": on, "how": how}
        if session.questions:
            facts["status"] = Attendance.Status.ATTENDED
        else:
            facts |= {"status": Attendance.Status.COMPLETED, "completed_at": at}
        session.attendances.filter(pk__in=[row.pk for row in rows]).update(**facts)
        if not session.questions:
            make_up(session, [row.person_id for row in rows], at=at)
        if rows:
            digest = hashlib.sha256("\n".join(str(row.person_id) for row in rows).encode()).hexdigest()
            session._record("audits.training_session.entered", hands, count=len(rows), digest=digest)
        return len(rows)

    @transaction.atomic
    def close(self, *, note: str = "", by: User, at: datetime) -> None:
        """End it; where somebody is missing and no follow-up is held, the reason is needed. Its duty is done with it."""
        session, hands = self._locked(by, at=at)
        session._move_to(self.Status.CLOSED)
        missing = session.attendances.missing().count()
        if missing and not note.strip() and not session.follow_ups.exclude(status=self.Status.CANCELLED).exists():
            raise ValidationError({"note": f"まだの人が{missing}人います。補講を作るか、このまま終える理由を入力してください。"})
        session.closed_at, session.closed_by, session.closing_note = at, by, note.strip()
        session.save(update_fields=["status", "closed_at", "closed_by", "closing_note"])
        fulfilment.fulfil(session, by=by, at=at)
        session._record("audits.training_session.closed", hands, count=session.attendances.asked().count(), missing=missing)
        self.refresh_from_db()

    @transaction.atomic
    def reopen(self, *, by: User, at: datetime) -> None:
        """Closed too early, or an entry has to be put right; the record of the duty stays."""
        session, hands = self._locked(by, at=at)
        session._move_to(self.Status.OPEN)
        session.closed_at = session.closed_by = None
        session.save(update_fields=["status", "closed_at", "closed_by"])
        session._record("audits.training_session.reopened", hands)
        self.refresh_from_db()

    @transaction.atomic
    def cancel(self, *, note: str, by: User, at: datetime) -> None:
        """It is not held; who was asked is told why."""
        session, hands = self._locked(by, at=at)
        session._move_to(self.Status.CANCELLED)
        if not note.strip():
            raise ValidationError({"note": "中止する理由を入力してください。"})
        session.closed_at, session.closed_by, session.closing_note = at, by, note.strip()
        session.save(update_fields=["status", "closed_at", "closed_by", "closing_note"])
        session._record("audits.training_session.cancelled", hands, count=session.attendances.count())
        self.refresh_from_db()

    @transaction.atomic
    def follow_up(self, *, name: str, by: User, at: datetime, **facts: Any) -> "TrainingSession":
        """A draft for those who are missing here; whoever attends it has made up for this one."""
        session, _ = self._locked(by, at=at)
        if session.status not in (self.Status.OPEN, self.Status.CLOSED):
            raise InvalidTransition("案内していない回の補講は作れません。")
        if not session.attendances.missing().exists():
            raise InvalidTransition("まだの人がいないため、補講は要りません。")
        missed = [{"group": Audience.Group.MISSED}]
        return TrainingSession.prepare(
            session.course,
            by=by,
            at=at,
            audiences=missed,
            department=session.department,
            name=name,
            follow_up_of=session,
            with_fixed_term=session.with_fixed_term,
            **facts,
        )

    # -- within ----------------------------------------------------------------------------------------------------
    def _write(self, facts: dict[str, Any]) -> None:
        """Take the facts over; a session that gathers people is due on its day."""
        for name, fact in facts.items():
            setattr(self, name, fact)
        if self.form == self.Form.GATHERED:
            if self.starts_at is None:
                raise ValidationError({"starts_at": "集合で行うときは、開始日時を入力してください。"})
            self.due_on = day_of(self.starts_at)
        else:
            self.starts_at, self.place = None, ""
        if self.due_on is None:
            raise ValidationError({"due_on": "受ける期限を入力してください。"})
        self.fiscal_year = fiscal_year(self.due_on)
        self.clean_fields(exclude=["course", "made_by", "occurrence"])

    def _set_audiences(self, rows: Iterable[dict[str, Any]]) -> None:
        groups = [Audience(session=self, **row) for row in rows]
        if not groups:
            raise ValidationError({"audiences": "対象を1つ以上選んでください。"})
        for group in groups:
            group.clean()
            if self.department_id and group.group not in (Audience.Group.DEPARTMENT, Audience.Group.MISSED):
                raise ValidationError({"audiences": "課の回の対象は、その課の職員です。"})
            if self.department_id and group.department_id not in (None, self.department_id):
                raise ValidationError({"audiences": "課の回の対象は、その課の職員です。"})
        self.audiences.all().delete()
        Audience.objects.bulk_create(groups)

    def _guard(self, hands: Hands) -> None:
        if not self.can_run(hands.user, at=hands.at, hands=hands):
            raise PermissionDenied("この研修の回を扱えるのは、研修を行う役割の方と、その業務を任された方だけです。")

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この回は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _locked(self, by: User, *, at: datetime) -> tuple["TrainingSession", Hands]:
        TrainingSession.objects.select_for_update(no_key=True).get(pk=self.pk)
        session = TrainingSession.objects.select_related("course", "department__parent").get(pk=self.pk)
        hands = Hands(by, at=at)
        session._guard(hands)
        return session, hands

    def _record(self, verb: str, hands: Hands, **changes: Any) -> None:
        signed = hands.signed(self.course.kind, self.department_id)
        record(hands.user, verb, self, at=hands.at, **signed, course=self.course.code, **changes)
