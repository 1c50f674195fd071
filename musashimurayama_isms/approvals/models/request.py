"""A request: drafted by anyone, submitted by its applicant, decided along a route, carried out, ended (approvals.md)."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import get_random_string

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..ground import guard_ground
from ..matters import Matter, is_open, matter_of
from ..union import Requirement, unite
from .decision import Decision
from .numbering import PROMOTION, lock_committee
from .people import People
from .request_set import RequestQuerySet
from .request_type import RequestType
from .step import Step
from .subject import Subject, guard_single, lock_subjects
from .version import Version

CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read for something else
CODE_LENGTH = 12  # more than 10^18 codes: nobody guesses one


class Request(People, models.Model):
    """One application; what was decided on is frozen as a version, an edit afterwards is a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", "下書き"
        PREPARED = "prepared", "申請待ち"
        IN_REVIEW = "in_review", "審査中"
        RETURNED = "returned", "差戻し"
        RUNNING = "running", "実施中"
        COMPLETED = "completed", "完了"
        REFUSED = "refused", "不許可"
        WITHDRAWN = "withdrawn", "取下げ"
        DISCARDED = "discarded", "取りやめ"
        EXPIRED = "expired", "期限切れ"
        RECALLED = "recalled", "取消"

    TRANSITIONS = {
        Status.DRAFT: {Status.PREPARED, Status.IN_REVIEW, Status.DISCARDED},
        Status.PREPARED: {Status.IN_REVIEW, Status.RETURNED, Status.WITHDRAWN},
        Status.IN_REVIEW: {Status.RUNNING, Status.COMPLETED, Status.REFUSED, Status.RETURNED, Status.WITHDRAWN},
        Status.RETURNED: {Status.PREPARED, Status.IN_REVIEW, Status.WITHDRAWN},
        Status.RUNNING: {Status.COMPLETED, Status.EXPIRED, Status.RECALLED},
        Status.EXPIRED: {Status.COMPLETED, Status.RECALLED},
        Status.COMPLETED: set(),
        Status.REFUSED: set(),
        Status.WITHDRAWN: set(),
        Status.DISCARDED: set(),
        Status.RECALLED: set(),
    }
    PRIVATE = (Status.DRAFT, Status.DISCARDED)  # the drafter's own
    EDITABLE = (Status.DRAFT, Status.PREPARED, Status.RETURNED)
    LIVE = (Status.PREPARED, Status.IN_REVIEW, Status.RETURNED, Status.RUNNING, Status.EXPIRED)
    DECIDED = (Status.RUNNING, Status.COMPLETED, Status.REFUSED, Status.EXPIRED, Status.RECALLED)
    UNDECIDED = (Status.PREPARED, Status.IN_REVIEW, Status.RETURNED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    type = models.ForeignKey(RequestType, verbose_name="申請種別", on_delete=models.PROTECT, related_name="requests")
    united = models.ManyToManyField(RequestType, verbose_name="まとめた申請種別", blank=True, related_name="united_requests")
    fiscal_year = models.PositiveSmallIntegerField("年度", null=True, blank=True, db_index=True)
    sequence = models.PositiveIntegerField("番号", null=True, blank=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="requests")
    title = models.CharField("件名", max_length=200, blank=True)
    content = models.JSONField("内容", default=dict, blank=True)
    version = models.PositiveSmallIntegerField("版", default=0)
    drafter = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="起案者", on_delete=models.PROTECT, related_name="drafted_requests")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="申請者", null=True, blank=True, on_delete=models.PROTECT, related_name="submitted_requests"
    )
    applicant_as = models.CharField("申請者の役割", max_length=200, blank=True)
    starts_on = models.DateField("期間の始まり", null=True, blank=True)
    ends_on = models.DateField("期間の終わり", null=True, blank=True, db_index=True)
    permit_code = models.CharField("確認コード", max_length=12, null=True, blank=True, unique=True, editable=False)  # noqa: DJ001  unique: no code is NULL
    ending = models.TextField("終わりの理由", blank=True, max_length=2000)
    report = models.JSONField("完了の記録", default=dict, blank=True)
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    saved_at = models.DateTimeField("保存日時", auto_now=True)
    submitted_at = models.DateTimeField("申請日時", null=True, blank=True, db_index=True)
    decided_at = models.DateTimeField("決定日時", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = "申請"
        verbose_name_plural = "申請"
        ordering = ["-submitted_at", "-created_at"]
        indexes = [
            models.Index(fields=["department", "status"]),
            models.Index(fields=["drafter", "status"]),
            models.Index(fields=["type", "status", "id"]),
            models.Index(fields=["-ended_at", "id"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["type", "fiscal_year", "sequence"], name="approvals_request_number_once"),
            models.CheckConstraint(
                condition=Q(version=0) | Q(fiscal_year__isnull=False, sequence__isnull=False, applicant__isnull=False),
                name="approvals_request_submitted_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type.name} {self.number}" if self.sequence else f"{self.type.name}（申請前）"

    def get_absolute_url(self) -> str:
        return reverse("approvals:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """R8-012: the 12th of its type in 令和8年度; "" before the first submission."""
        return f"R{self.fiscal_year - 2018}-{self.sequence:03d}" if self.sequence else ""

    @property
    def matter(self) -> Matter:
        return matter_of(self.type)

    @property
    def types(self) -> list[RequestType]:
        """The types that this request is of: those united in one errand, else its own."""
        return list(self.united.all()) or [self.type]

    @property
    def clauses(self) -> list[str]:
        """The clauses it rests on, of every type that it unites."""
        return list(dict.fromkeys(number for type_ in self.types for number in type_.clauses))

    @property
    def requirements(self) -> list[Requirement]:
        """What the routes in force ask of it, united step by step, as far as its content needs it."""
        routes = [type_.route for type_ in self.types]
        asked = unite([[Requirement(mode, tuple(chairs)) for mode, chairs in route.as_steps()] for route in routes if route])
        return self.matter.narrow(self, asked)

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_kept_quietly(self) -> bool:
        """Whether it lies with its drafter, so that what is typed is kept without a word in the trail."""
        return self.status in (self.Status.DRAFT, self.Status.RETURNED)

    @property
    def is_in_review(self) -> bool:
        return self.status == self.Status.IN_REVIEW

    def permits(self, code: str, subject: models.Model) -> bool:
        """Whether it is a permit of the type `code`, running or completed, about this subject."""
        granted = Request.objects.about(subject).filter(pk=self.pk, status__in=(self.Status.RUNNING, self.Status.COMPLETED))
        return granted.filter(type__code=code).exists()

    @property
    def subject_labels(self) -> list[str]:
        return [row.label for row in self.subjects.all()]

    @property
    def current_version(self) -> Version | None:
        """The version that is or was decided on; None before the first submission."""
        return self.versions.filter(number=self.version).first()

    @property
    def ruling(self) -> dict[str, Any]:
        """What the permit in force has settled, as its form wrote it; {} where nobody has ruled."""
        rows = self.decisions.standing().filter(version=self.version, outcome=Decision.Outcome.PERMIT).exclude(ruling={})
        last = rows.last()
        return last.ruling if last else {}

    # -- the one door ----------------------------------------------------------------------------------------------
    def lock(self) -> "Request":
        """This request's row, locked until the transaction ends; every change of it or of its steps starts here.

        What the act may touch is locked too, now: its subjects, and the committee where it has a seat in such requests. The head
        of the trail comes last for everybody, else two who wait for each other would never end.
        """
        Request.objects.select_for_update(no_key=True).get(pk=self.pk)
        request = Request.objects.select_related("type", "department__parent", "drafter", "applicant").get(pk=self.pk)
        if RequestType.objects.of_committee().filter(pk__in=[type_.pk for type_ in request.types]).exists():
            lock_committee(code=PROMOTION)
        lock_subjects(request)
        if request.type.is_act_of_office or request.status not in self.EDITABLE:
            request.matter.hold(request)
        return request

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この申請は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    def end(self, status: str, *, by: User | None, at: datetime, reason: str = "") -> None:
        """Set a state in which nothing more is awaited, close what is open, and let the matter undo; the caller holds the lock."""
        self.move_to(status)
        self.ending, self.ended_at = reason, at
        self.save(update_fields=["status", "ending", "ended_at", "saved_at"])
        self.close_steps(at=at)
        self.matter.ended(self, by=by, at=at)

    def close_steps(self, *, at: datetime) -> None:
        """The open step of this version no longer waits for anybody."""
        for step in self.steps.open():
            step.close(at=at)

    def give_back(self, *, by: User, at: datetime) -> None:
        """差戻し: it lies with its drafter again, the text kept; the caller holds the lock."""
        self.move_to(self.Status.RETURNED)
        self.save(update_fields=["status", "saved_at"])
        self.close_steps(at=at)
        self.matter.ended(self, by=by, at=at)

    def grant(self, *, by: User, at: datetime) -> None:
        """Every step has agreed: the permit runs, or is all there is to it; the caller holds the lock."""
        self.guard_matter(at=at)
        self.move_to(self.Status.RUNNING if self.matter.is_running else self.Status.COMPLETED)
        self.decided_at, self.ended_at = at, None if self.matter.is_running else at
        self.permit_code = None if self.type.is_act_of_office else get_random_string(CODE_LENGTH, CODE_ALPHABET)
        self.save(update_fields=["status", "decided_at", "ended_at", "permit_code", "saved_at"])
        self.matter.permitted(self, by=by, at=at)
        verb = "approvals.request.noted" if self.type.is_act_of_office else "approvals.request.permitted"
        record(by, verb, self, at=at, number=self.number)

    def undo(self, decision: Decision, *, by: User, at: datetime) -> None:
        """Oral words were denied: in review the step waits again, a running permit is recalled; what is over stays and is told."""
        if self.version != decision.version:
            return
        if self.status == self.Status.RUNNING:
            self.end(self.Status.RECALLED, by=by, at=at, reason="口頭の許可を、話した本人が違うと回答したため")
            record(by, "approvals.request.recalled", self, at=at)
        elif self.is_in_review:
            Step.reopen(decision.step, at=at)

    # -- drafting --------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def draft(
        cls, code: str, *, by: User, at: datetime, subjects: Iterable[models.Model] = (), content: dict[str, Any] | None = None
    ) -> "Request":
        """Begin a request of the type `code` about `subjects`, in the drafter's section.

        InvalidTransition where the type is not open, the person has no section, or the subject has a live request already;
        RequestType.DoesNotExist for an unknown code.
        """
        subjects = list(subjects)
        type_ = RequestType.objects.get(code=code)
        matter, section = matter_of(type_), main_department(by, on=day_of(at))
        if not is_open(type_):
            raise InvalidTransition(f"「{type_.name}」は、まだこのポータルで申請できません。")
        if section is None:
            raise InvalidTransition("あなたの所属が登録されていないため、申請を始められません。行政経営課に連絡してください。")
        if matter.locks_subject:
            guard_single(type_, subjects)
        request = cls.objects.create(type=type_, drafter=by, department=matter.department(section, subjects), content=content or {})
        request.point_at(subjects)
        request.unite()
        request.title = matter.title(request)[:200]
        request.save(update_fields=["title"])
        record(by, "approvals.request.drafted", request, at=at, type=type_.code, department=request.department.code)
        return request

    @transaction.atomic
    def edit(self, content: dict[str, Any], *, starts_on: date | None = None, ends_on: date | None = None, by: User, at: datetime) -> None:
        """Write what was typed. PermissionDenied for who may not edit it now; a run keeps its frozen version."""
        request = self.lock()
        if request.status not in self.EDITABLE:
            raise InvalidTransition(f"この申請は「{request.get_status_display()}」のため、内容を変えられません。差戻しか取下げが必要です。")
        if not request.can_edit(by, at=at):
            raise PermissionDenied("この申請の内容を変えられるのは、起案者と申請者だけです。")
        request.content, request.starts_on, request.ends_on = content, starts_on, ends_on
        chosen = request.matter.chosen(request)
        if chosen is not None:
            request.point_at(chosen)
        request.unite()
        request.title = request.matter.title(request)[:200]
        request.save(update_fields=["content", "starts_on", "ends_on", "title", "saved_at"])
        if request.status == self.Status.PREPARED:
            record(by, "approvals.request.edited", request, at=at)
        self.refresh_from_db()

    def point_at(self, subjects: Iterable[models.Model]) -> None:
        """Say anew what it is about; the caller holds the lock."""
        self.subjects.all().delete()
        self.subjects.bulk_create(Subject.of(self, subject, place) for place, subject in enumerate(subjects, 1))

    def unite(self) -> None:
        """Note which types the content makes it, for a matter that unites several."""
        codes = self.matter.unites(self.content)
        self.united.set(RequestType.objects.filter(code__in=codes))

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Give up a draft that nobody else has seen."""
        request = self.lock()
        if request.drafter_id != by.pk:
            raise PermissionDenied("下書きを取りやめられるのは起案した本人だけです。")
        request.end(self.Status.DISCARDED, by=by, at=at)
        record(by, "approvals.request.discarded", request, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def prepare(self, *, by: User, at: datetime) -> None:
        """Hand the draft to those who may submit it: where the applicant is a 課長, submitting is the section's approval."""
        request = self.lock()
        request.move_to(self.Status.PREPARED)
        if request.drafter_id != by.pk:
            raise PermissionDenied("申請者に回せるのは起案した本人だけです。")
        request.guard_matter(at=at)
        request.save(update_fields=["status", "saved_at"])
        record(by, "approvals.request.prepared", request, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def hand_back(self, *, by: User, at: datetime, comment: str) -> None:
        """The applicant does not submit it as it is: back to the drafter, with what to change."""
        request = self.lock()
        if request.status != self.Status.PREPARED:
            raise InvalidTransition("この申請は、申請者の手元にありません。最新の状況を表示しました。")
        if request.applying(by, at=at) is None:
            raise PermissionDenied("起案者に差し戻せるのは、申請者だけです。")
        request.give_back(by=by, at=at)
        request.comments.create(text=comment, by=by, at=at)
        record(by, "approvals.request.returned", request, at=at)
        self.refresh_from_db()

    # -- submitting ------------------------------------------------------------------------------------------------
    @transaction.atomic
    def submit(self, *, by: User, at: datetime) -> None:
        """Freeze the content as a version, copy the route in force, open its first step.

        PermissionDenied for who is not an applicant of the type here; InvalidTransition by state, or where the matter says no.
        """
        request = self.lock()
        hat = request.applying(by, at=at)
        request.move_to(self.Status.IN_REVIEW)
        if hat is None:
            raise PermissionDenied(f"この申請を出せるのは、{'・'.join(request.type.applicant_names)}です。")
        request.guard_alone()
        request.guard_matter(at=at)
        request._take_number(at)
        request.version += 1
        request.applicant, request.applicant_as, request.submitted_at = by, hat.label, at
        request.save()
        version = Version.freeze(request, by=by, at=at)
        request.matter.submitted(request, by=by, at=at)
        record(
            by,
            "approvals.request.submitted",
            request,
            role=hat.label,
            in_place_of=hat.in_place_of,
            at=at,
            number=request.number,
            version=version.number,
            digest=version.digest,
        )
        Step.lay_out(request, by=by, at=at)
        self.refresh_from_db()

    def guard_matter(self, *, at: datetime) -> None:
        """InvalidTransition where what its type rests on is not there, or where the matter says no."""
        guard_ground(self.type, on=day_of(at))
        self.matter.guard(self, at=at)

    def guard_alone(self) -> None:
        """InvalidTransition where a subject that takes one request at a time has another live one."""
        if self.matter.locks_subject:
            guard_single(self.type, [row.object for row in self.subjects.all()], but=self)

    def _take_number(self, at: datetime) -> None:
        """The next number of the type in the 年度 of the first submission; the type's row is the lock."""
        if self.sequence:
            return
        RequestType.objects.select_for_update(no_key=True).get(pk=self.type_id)
        self.fiscal_year = fiscal_year(day_of(at))
        last = Request.objects.filter(type=self.type, fiscal_year=self.fiscal_year).aggregate(models.Max("sequence"))["sequence__max"]
        self.sequence = (last or 0) + 1

    # -- ending ----------------------------------------------------------------------------------------------------
    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime, reason: str = "") -> None:
        """取下げ by the drafter or the applicant, while nothing is decided."""
        request = self.lock()
        if by.pk not in (request.drafter_id, request.applicant_id):
            raise PermissionDenied("取り下げられるのは、起案者と申請者だけです。")
        request.end(self.Status.WITHDRAWN, by=by, at=at, reason=reason)
        record(by, "approvals.request.withdrawn", request, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def recall(self, *, by: User, at: datetime, reason: str) -> None:
        """取消: whoever could decide the last step takes the permit back, with the reason."""
        request = self.lock()
        if not request.can_recall(by, at=at):
            raise PermissionDenied("許可を取り消せるのは、最後に決定した役割の人だけです。")
        request.end(self.Status.RECALLED, by=by, at=at, reason=reason)
        record(by, "approvals.request.recalled", request, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def complete(self, *, by: User, at: datetime, report: dict[str, Any] | None = None) -> None:
        """What was permitted is done; the matter checks and records what the row of approvals.md asks for.

        `report` is what its form of completion has asked, as plain JSON.
        """
        request = self.lock()
        if request.status == self.Status.IN_REVIEW:
            raise InvalidTransition("まだ許可されていません。許可されてから完了にできます。")
        request.move_to(self.Status.COMPLETED)
        if not request.is_completed_by(by, at=at):
            raise PermissionDenied("完了にできるのは、起案者、申請者と、実施する役割の人だけです。")
        if business := request.matter.business(request):
            raise InvalidTransition(business.words)
        if request.matter.completion(request) and not report:
            raise InvalidTransition("完了にするときは、申請の画面で、行ったことを記録してください。")
        request.report = report or {}
        request._complete(by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def finish(self, *, by: User, at: datetime) -> None:
        """What was permitted is done, as the matter's own records say: for a floor above, which has guarded the person.

        InvalidTransition where the permit does not run; one whose days are over is completed all the same.
        """
        request = self.lock()
        request.move_to(self.Status.COMPLETED)
        request._complete(by=by, at=at)
        self.refresh_from_db()

    def _complete(self, *, by: User, at: datetime) -> None:
        self.ended_at = at
        self.save(update_fields=["status", "ended_at", "report", "saved_at"])
        self.matter.completed(self, by=by, at=at)
        record(by, "approvals.request.completed", self, at=at)

    @transaction.atomic
    def expire(self, *, on: date, at: datetime) -> None:
        """The portal ends a permit whose last day is over; what is still out stays open with its own reminders."""
        request = self.lock()
        if request.ends_on is None or request.ends_on >= on:
            raise InvalidTransition("期間がまだ終わっていません。")
        request.end(self.Status.EXPIRED, by=None, at=at)
        record(None, "approvals.request.expired", request, at=at, until=request.ends_on.isoformat())
        self.refresh_from_db()
