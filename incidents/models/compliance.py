"""遵守状況の問題 (3.11.2.1): a chief finds that the policy is not kept and tells CISO and 総括管理者; the CISO orders measures."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.models.numbering import RegisterSeries
from incidents.chain import Party
from incidents.parties import Actor, Reach, able
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import closing_after, closing_on, fiscal_year
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .told import Told, ToldQuerySet

FINDERS = (Party.SECTION_OFFICER, Party.DIVISION_OFFICER)


class ComplianceQuerySet(models.QuerySet):
    """`visible_to` is where every look-up starts."""

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """The reporter's own, those of one's division, all of them for CISO, 総括管理者 and 中央管理者."""
        reach = reach or Reach.of(user, at=at)
        if reach.is_wide:
            return self.all()
        return self.filter(Q(reporter=user) | Q(department__in=reach.divisions) | Q(department__parent__in=reach.divisions))

    def open(self) -> Self:
        return self.exclude(status=ComplianceProblem.Status.CLOSED)

    def overdue(self, *, at: datetime) -> Self:
        """Open ones whose next act is past its time; computed when asked."""
        return self.open().filter(due_at__lte=at)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of which the next act is this person's."""
        city = (reach or Reach.of(user, at=at)).city
        statuses = [status for status, party in ComplianceProblem.ACTS_NEXT.items() if party in city]
        return self.filter(status__in=statuses)

    def with_people(self) -> Self:
        return self.select_related("department__parent", "reporter")


class ComplianceProblem(models.Model):
    """One problem, from the report to the CISO's confirmation of what was done."""

    class Status(models.TextChoices):
        REPORTED = "reported", "指示待ち"
        ORDERED = "ordered", "対策中"
        DONE = "done", "確認待ち"
        CLOSED = "closed", "完了"

    TRANSITIONS = {
        Status.REPORTED: {Status.ORDERED},
        Status.ORDERED: {Status.DONE},
        Status.DONE: {Status.CLOSED, Status.ORDERED},
        Status.CLOSED: set(),
    }
    ACTS_NEXT = {Status.REPORTED: Party.CISO, Status.ORDERED: Party.GENERAL_MANAGER, Status.DONE: Party.CISO}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("番号")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.REPORTED, db_index=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="compliance_problems")
    title = models.CharField("問題", max_length=200)
    text = models.TextField("確かめたことと問題の内容", max_length=4000)
    clauses = models.JSONField("守られていない条項", default=list, blank=True)
    found_on = models.DateField("確かめた日")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="報告した人", on_delete=models.PROTECT, related_name="compliance_problems"
    )
    reporter_as = models.CharField("報告した人の役割", max_length=200)
    reported_at = models.DateTimeField("報告日時", db_index=True)
    due_at = models.DateTimeField("次の期限", null=True, blank=True, db_index=True)
    closed_at = models.DateTimeField("完了日時", null=True, blank=True)

    objects = ComplianceQuerySet.as_manager()

    class Meta:
        verbose_name = "遵守状況の問題"
        verbose_name_plural = "遵守状況の問題"
        ordering = ["-reported_at"]
        indexes = [models.Index(fields=["status", "due_at"]), models.Index(fields=["department", "status"])]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="incidents_complianceproblem_number_once")]

    def __str__(self) -> str:
        return f"遵守状況の問題 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:compliance", args=[self.pk])

    @property
    def number(self) -> str:
        """R8-012: the 12th of 令和8年度."""
        return f"R{self.fiscal_year - 2018}-{self.sequence:03d}"

    @property
    def acts_next(self) -> str:
        """The party whose act is awaited; "" when it is over."""
        return self.ACTS_NEXT.get(self.Status(self.status), "")

    # -- people ----------------------------------------------------------------------------------------------------
    def people(self, party: str, *, at: datetime) -> list[Actor]:
        return able(party, self.department, at=at)

    def actor(self, party: str, user: User, *, at: datetime) -> Actor | None:
        return next((actor for actor in self.people(party, at=at) if actor.person.pk == user.pk), None)

    def can_act(self, user: User, *, at: datetime) -> bool:
        return bool(self.acts_next) and self.actor(self.acts_next, user, at=at) is not None

    @staticmethod
    def departments_of(user: User, *, at: datetime) -> models.QuerySet[Department]:
        """The departments whose keeping of the policy this person checks as 総括担当者 or 担当者."""
        reach = Reach.of(user, at=at)
        mine = Q(pk__in=reach.sections) | Q(pk__in=reach.divisions) | Q(parent__in=reach.divisions)
        return Department.objects.in_force(day_of(at)).filter(mine).select_related("parent")

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "ComplianceProblem":
        """This row, locked until the transaction ends; every change starts here."""
        ComplianceProblem.objects.select_for_update(no_key=True).get(pk=self.pk)
        return ComplianceProblem.objects.with_people().get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この件は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    @classmethod
    @transaction.atomic
    def report(
        cls, *, by: User, at: datetime, department: Department, title: str, text: str, found_on: date, clauses: Iterable[str] = ()
    ) -> "ComplianceProblem":
        """Tell CISO and 総括管理者, both (3.11.2.1.1). PermissionDenied for who does not answer for the department."""
        actor = next((actor for party in FINDERS for actor in able(party, department, at=at) if actor.person.pk == by.pk), None)
        if actor is None or not cls.departments_of(by, at=at).filter(pk=department.pk).exists():
            raise PermissionDenied("遵守状況の問題を報告するのは、部の総括情報セキュリティ担当者と課の情報セキュリティ担当者です。")
        if found_on > day_of(at):
            raise ValidationError({"found_on": "まだ来ていない日です。確かめた日を入力してください。"})
        year = fiscal_year(day_of(at))
        row = cls.objects.create(
            fiscal_year=year,
            sequence=RegisterSeries.take(f"compliance:{year}"),
            department=department,
            title=title,
            text=text,
            clauses=list(clauses),
            found_on=found_on,
            reporter=by,
            reporter_as=actor.label,
            reported_at=at,
            due_at=_due(at),
        )
        row._note(ComplianceNote.Kind.REPORT, text, actor, at=at)
        for party in (Party.CISO, Party.GENERAL_MANAGER):
            ComplianceWord.tell(row, party, by=by, at=at)
        changes = {"number": row.number, "department": department.code}
        record(by, "incidents.compliance.reported", row, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return row

    @transaction.atomic
    def order(self, text: str, *, due_on: date, by: User, at: datetime) -> None:
        """指示: the CISO orders the 総括管理者 to take measures (3.11.2.1.2), or to go on where they are not enough."""
        row, actor = self._begin(self.Status.ORDERED, by, at=at)
        if due_on < day_of(at):
            raise ValidationError({"due_on": "過ぎた日です。対策を終える日は、今日か先の日にしてください。"})
        row.due_at = closing_on(due_on)
        row._finish("incidents.compliance.ordered", ComplianceNote.Kind.ORDER, text, actor, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def tell_done(self, text: str, *, by: User, at: datetime) -> None:
        """The 総括管理者 says what was done."""
        row, actor = self._begin(self.Status.DONE, by, at=at)
        row.due_at = _due(at)
        row._finish("incidents.compliance.done", ComplianceNote.Kind.DONE, text, actor, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def confirm(self, text: str, *, by: User, at: datetime) -> None:
        """The CISO has seen that it is mended."""
        row, actor = self._begin(self.Status.CLOSED, by, at=at)
        row.due_at, row.closed_at = None, at
        row._finish("incidents.compliance.closed", ComplianceNote.Kind.CONFIRMED, text or "確認した。", actor, at=at)
        self.refresh_from_db()

    def _begin(self, status: str, user: User, *, at: datetime) -> tuple["ComplianceProblem", Actor]:
        row = self.lock()
        party = row.acts_next
        row.move_to(status)
        actor = row.actor(party, user, at=at)
        if actor is None:
            raise PermissionDenied(f"この段階を進められるのは、{Party(party).label}だけです。")
        return row, actor

    def _finish(self, verb: str, kind: str, text: str, actor: Actor, *, at: datetime) -> None:
        self.save(update_fields=["status", "due_at", "closed_at"])
        for word in self.words.pending():  # whoever acts has read
            word.problem = self
            if word.actor(actor.person, at=at):
                word.close(actor, at=at)
        self._note(kind, text, actor, at=at)
        record(actor.person, verb, self, role=actor.label, in_place_of=actor.in_place_of, at=at)

    def _note(self, kind: str, text: str, actor: Actor, *, at: datetime) -> "ComplianceNote":
        if not text.strip():
            raise ValidationError({"text": "内容を入力してください。"})
        return ComplianceNote.objects.create(problem=self, kind=kind, text=text, by=actor.person, by_as=actor.label, at=at)


class ComplianceWord(Told):
    """One of the two told of a problem, with the receipt."""

    SUBJECT = "problem"
    VERB = "incidents.compliance.received"

    problem = models.ForeignKey(ComplianceProblem, verbose_name="遵守状況の問題", on_delete=models.CASCADE, related_name="words")

    objects = ToldQuerySet.as_manager()

    class Meta(Told.Meta):
        verbose_name = "遵守状況の問題の知らせ"
        verbose_name_plural = "遵守状況の問題の知らせ"
        constraints = [models.UniqueConstraint(fields=["problem", "party"], name="incidents_complianceword_once")]


class ComplianceNoteQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        return self.filter(problem__in=ComplianceProblem.objects.visible_to(user, at=at))


class ComplianceNote(models.Model):
    """What was reported, ordered, done: written once, never altered; files hang on it."""

    class Kind(models.TextChoices):
        REPORT = "report", "報告"
        ORDER = "order", "CISOの指示"
        DONE = "done", "講じた対策"
        CONFIRMED = "confirmed", "CISOの確認"

    problem = models.ForeignKey(ComplianceProblem, verbose_name="遵守状況の問題", on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField("種別", max_length=16, choices=Kind)
    text = models.TextField("内容", max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200, blank=True)
    at = models.DateTimeField("日時")

    objects = ComplianceNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "遵守状況の問題の経過"
        verbose_name_plural = "遵守状況の問題の経過"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.problem}：{self.get_kind_display()}"


def _due(start: datetime) -> datetime:
    """How long the CISO may take to order or to confirm: the policy only says 速やかに (3.11.2.1.2)."""
    return closing_after(start, value("incidents.compliance_working_days"))
