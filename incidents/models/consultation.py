"""相談 (3.9.1.1, 3.4.2.3.5): who does not understand a rule, or finds it hard to keep, asks and follows the answer."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse

from assets.models.numbering import RegisterSeries
from incidents.chain import Party
from incidents.parties import Actor, able, post_of
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import closing_after, fiscal_year
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import PolicyException

from .consultation_message import ConsultationMessage
from .consultation_set import ConsultationQuerySet
from .incident import Incident
from .kind import IncidentKind


class Consultation(models.Model):
    """One question with its thread; it is closed by who asked or who answers, and begins again with a further question."""

    class Status(models.TextChoices):
        ASKED = "asked", "回答待ち"
        ANSWERED = "answered", "回答済"
        CLOSED = "closed", "終了"

    CAME_TO_NOTHING = (Request.Status.DISCARDED, Request.Status.WITHDRAWN, Request.Status.REFUSED, Request.Status.RECALLED)
    TRANSITIONS = {
        Status.ASKED: {Status.ASKED, Status.ANSWERED, Status.CLOSED},
        Status.ANSWERED: {Status.ASKED, Status.ANSWERED, Status.CLOSED},
        Status.CLOSED: {Status.ASKED},
    }

    class Topic(models.TextChoices):
        UNCLEAR = "unclear", "決まりの意味や手続が分からない"
        HARD = "hard", "決まりを守るのが難しい"
        WORRY = "worry", "気になることがある（事故かどうか分からない）"
        ADVICE = "advice", "安全なやり方を教えてほしい"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("番号")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.ASKED, db_index=True)
    topic = models.CharField("相談の種類", max_length=16, choices=Topic)
    title = models.CharField("件名", max_length=100)
    clauses = models.JSONField("関係する条項", default=list, blank=True)
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="相談した人", on_delete=models.PROTECT, related_name="consultations")
    asker_post = models.CharField("相談した人の職", max_length=200, blank=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="consultations")
    shares_with_officer = models.BooleanField("所属長にも見せる", default=False)
    asked_at = models.DateTimeField("相談した日時", db_index=True)
    waits_since = models.DateTimeField("回答を待ち始めた日時")
    due_at = models.DateTimeField("回答の期限", db_index=True)
    answered_at = models.DateTimeField("最初の回答の日時", null=True, blank=True)
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    incident = models.OneToOneField(
        Incident, verbose_name="報告したインシデント", null=True, blank=True, on_delete=models.SET_NULL, related_name="consultation"
    )
    request = models.OneToOneField(
        Request, verbose_name="例外措置の申請", null=True, blank=True, on_delete=models.SET_NULL, related_name="consultation"
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "相談"
        verbose_name_plural = "相談"
        ordering = ["-asked_at"]
        indexes = [
            models.Index(fields=["asker", "status"]),
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["department", "shares_with_officer"]),
        ]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="incidents_consultation_number_once")]

    def __str__(self) -> str:
        return f"相談 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:consultation", args=[self.pk])

    @property
    def number(self) -> str:
        """R8-012: the 12th of 令和8年度."""
        return f"R{self.fiscal_year - 2018}-{self.sequence:03d}"

    # -- people ----------------------------------------------------------------------------------------------------
    def answering(self, *, at: datetime) -> list[Actor]:
        """Who may answer now: never the asker, the next one up where nobody else is there."""
        return able(Party.CENTRAL_MANAGER, self.department, at=at, without=(self.asker_id,))

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        return next((actor for actor in self.answering(at=at) if actor.person.pk == user.pk), None)

    def is_of(self, user: User) -> bool:
        return self.asker_id == user.pk

    def can_ask_more(self, user: User) -> bool:
        return self.is_of(user)

    def can_close(self, user: User, *, at: datetime) -> bool:
        return self.status != self.Status.CLOSED and (self.is_of(user) or self.actor(user, at=at) is not None)

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Consultation":
        """This row, locked until the transaction ends; every change starts here."""
        Consultation.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Consultation.objects.with_people().get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この相談は「{self.get_status_display()}」のため、続けられません。最新の状況を表示しました。")
        self.status = status

    @classmethod
    @transaction.atomic
    def ask(
        cls,
        *,
        by: User,
        at: datetime,
        topic: str,
        title: str,
        text: str,
        clauses: Iterable[str] = (),
        shares_with_officer: bool = False,
        department: Department | None = None,
    ) -> "Consultation":
        """Ask: the 中央電子計算組織管理者 is told at once. InvalidTransition where the asker belongs to no section and names none."""
        section = main_department(by, on=day_of(at)) or department
        if section is None:
            raise InvalidTransition("あなたの所属が登録されていません。どの課のことか選んでください。")
        year = fiscal_year(day_of(at))
        row = cls.objects.create(
            fiscal_year=year,
            sequence=RegisterSeries.take(f"consultation:{year}"),
            topic=topic,
            title=title,
            clauses=list(clauses),
            asker=by,
            asker_post=post_of(by, at=at),
            department=section,
            shares_with_officer=shares_with_officer,
            asked_at=at,
            waits_since=at,
            due_at=_due(at),
        )
        row._say(ConsultationMessage.Kind.QUESTION, text, by=by, at=at)
        record(by, "incidents.consultation.asked", row, at=at, number=row.number, topic=row.get_topic_display())
        return row

    @transaction.atomic
    def ask_more(self, text: str, *, by: User, at: datetime) -> ConsultationMessage:
        """A further question, also of a matter that was closed: it waits for an answer again."""
        row = self.lock()
        if not row.can_ask_more(by):
            raise PermissionDenied("続けて尋ねられるのは、相談した本人だけです。")
        if row.status != self.Status.ASKED:
            row.waits_since, row.due_at = at, _due(at)
        row.move_to(self.Status.ASKED)
        row.closed_at = None
        row.save(update_fields=["status", "waits_since", "due_at", "closed_at"])
        message = row._say(ConsultationMessage.Kind.QUESTION, text, by=by, at=at)
        record(by, "incidents.consultation.asked_more", row, at=at)
        self.refresh_from_db()
        return message

    @transaction.atomic
    def answer(self, text: str, *, by: User, at: datetime, advice: str = "", clauses: Iterable[str] = ()) -> ConsultationMessage:
        """The instruction (3.9.1.1), with the way onward where one is advised. PermissionDenied for who is asked nothing here."""
        row = self.lock()
        row.move_to(self.Status.ANSWERED)
        actor = row.actor(by, at=at)
        if actor is None:
            raise PermissionDenied("相談に答えられるのは、中央電子計算組織管理者（本人の相談では上の職）だけです。")
        row.answered_at = row.answered_at or at
        row.save(update_fields=["status", "answered_at"])
        message = row._say(ConsultationMessage.Kind.ANSWER, text, by=by, at=at, as_role=actor.label, advice=advice, clauses=list(clauses))
        record(by, "incidents.consultation.answered", row, role=actor.label, in_place_of=actor.in_place_of, at=at, advice=advice)
        self.refresh_from_db()
        return message

    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> None:
        """Nothing more is asked."""
        row = self.lock()
        row.move_to(self.Status.CLOSED)
        actor = row.actor(by, at=at)
        if not row.is_of(by) and actor is None:
            raise PermissionDenied("相談を終えられるのは、相談した本人と中央電子計算組織管理者だけです。")
        row.closed_at = at
        row.save(update_fields=["status", "closed_at"])
        record(by, "incidents.consultation.closed", row, role=actor.label if actor else "", at=at)
        self.refresh_from_db()

    @transaction.atomic
    def share(self, shares: bool, *, by: User, at: datetime) -> None:
        """The asker lets the section's officer see it, or no longer."""
        row = self.lock()
        if not row.is_of(by):
            raise PermissionDenied("所属長に見せるかどうかを決められるのは、相談した本人だけです。")
        if row.shares_with_officer == shares:
            raise InvalidTransition("すでにそのようになっています。")
        row.shares_with_officer = shares
        row.save(update_fields=["shares_with_officer"])
        record(by, "incidents.consultation.shared" if shares else "incidents.consultation.unshared", row, at=at)
        self.refresh_from_db()

    # -- what it becomes -------------------------------------------------------------------------------------------
    @property
    def has_request(self) -> bool:
        """Whether a request was begun that still leads somewhere: one that came to nothing is followed by another."""
        return self.request is not None and self.request.status not in self.CAME_TO_NOTHING

    @transaction.atomic
    def begin_exception(self, *, by: User, at: datetime) -> Request:
        """A draft of the request for an exception with what was asked (3.11.4); the one that was begun before, unless it has ended.

        InvalidTransition where none can be begun, as by a person without a section.
        """
        row = self._locked_for_asker(by)
        if not row.has_request:
            first = row.messages.earliest("pk")
            numbers = row.clauses or [number for message in row.messages.all() for number in message.clauses]
            row.request = PolicyException.begin(by=by, at=at, clauses=numbers, what=row.title, reason=first.text[:2000])
            row.save(update_fields=["request"])
            record(by, "incidents.consultation.became_request", row, at=at)
        self.refresh_from_db()
        return row.request

    @transaction.atomic
    def begin_incident(self, *, by: User, at: datetime) -> Incident:
        """A draft of a report with what was asked; the one that was begun before. It is sent by the asker on its own page."""
        row = self._locked_for_asker(by)
        if row.incident is None or row.incident.status == Incident.Status.DISCARDED:
            row.incident = Incident.objects.create(
                reporter=by,
                department=row.department,
                kind=IncidentKind.objects.get(code="other"),
                noticed_at=row.asked_at,
                personal_information=Incident.Answer.UNKNOWN,
                summary=row.messages.earliest("pk").text[:4000],
            )
            row.save(update_fields=["incident"])
            record(by, "incidents.consultation.became_incident", row, at=at)
        self.refresh_from_db()
        return row.incident

    def _locked_for_asker(self, user: User) -> "Consultation":
        row = self.lock()
        if not row.is_of(user):
            raise PermissionDenied("この相談から申請や報告を始められるのは、相談した本人だけです。")
        return row

    def _say(self, kind: str, text: str, *, by: User, at: datetime, as_role: str = "", **fields) -> ConsultationMessage:
        if not text.strip():
            raise ValidationError({"text": "内容を入力してください。"})
        return ConsultationMessage.objects.create(consultation=self, kind=kind, text=text, by=by, by_as=as_role, at=at, **fields)


def _due(start: datetime) -> datetime:
    """When an answer is due: the policy only says 速やかに (3.9.1.1)."""
    return closing_after(start, value("incidents.consultation_working_days"))
