"""対処: what becomes of a finding – ordered, planned with its cause, done, checked by someone else (3.13.1.10).

One row a round: a measure that did not help is ordered again as the next round, and the first one stays as it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from audits.parties import Reach, Settled, heads
from incidents.parties import Actor, able
from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Scope, acting, answered_departments, day_of, standings
from musashimurayama_isms.parameters.values import Values
from musashimurayama_isms.prepared import Prepared
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .finding import Finding, Grade

PLAN_DAYS, DONE_DAYS, GRAVE_DAYS = "audits.finding_plan_days", "audits.finding_done_days", "audits.finding_grave_done_days"


@dataclass(frozen=True)
class Part:
    """What one person has to do with measures: the part in the audits, and the departments answered for.

    `fallen` and `fallen_central` are the departments of measures that nobody is there for but the person.
    """

    audits: Settled
    sections: frozenset[int]
    sees_central: bool
    does_central: bool
    fallen: frozenset[int]
    fallen_central: frozenset[int]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Part":
        """Asked once a page."""
        return once(("actions_part", user.pk), lambda: cls._of(user, at=at), at=at)

    @classmethod
    def _of(cls, user: User, *, at: datetime) -> "Part":
        hats = standings(user, at=at)
        central = [hat for hat in hats if hat.role.code == RoleCode.CENTRAL_MANAGER]
        fallen = list(_fallen_to(user, at=at)) if {hat.role.code for hat in hats} & ABOVE else []
        return cls(
            audits=Reach.of(user, at=at).settled,
            sections=frozenset(answered_departments(hats, RoleCode.SECTION_OFFICER)),
            sees_central=bool(central),
            does_central=any(hat.scope == "any" for hat in central),
            fallen=frozenset(place for addressee, place in fallen if addressee == Addressee.SECTION),
            fallen_central=frozenset(place for addressee, place in fallen if addressee == Addressee.CENTRAL),
        )

    def one_up(self) -> Q:
        """What falls to the person because nobody is there to whom it was ordered (incidents.parties.able)."""
        section = Q(addressee=Addressee.SECTION, finding__department__in=self.fallen)
        return section | Q(addressee=Addressee.CENTRAL, finding__department__in=self.fallen_central)


class CorrectiveActionQuerySet(models.QuerySet["CorrectiveAction"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Audit head and CISO all, auditors of the audit theirs, who has to act and the 部長 above what they answer for."""
        return self if Reach.of(user, at=at).sees_all else self.within(Part.of(user, at=at))

    def within(self, part: Part) -> Self:
        """What the person of this part sees: where a prepared question starts."""
        reach = part.audits
        if reach.sees_all:
            return self.all()
        ordered = Q(addressee=Addressee.SECTION, finding__department__in=reach.homes | reach.answered)
        if part.sees_central:
            ordered |= Q(addressee=Addressee.CENTRAL)
        audited = Engagement.objects.inside_of(reach)
        return self.filter(ordered | part.one_up() | Q(finding__engagement__in=audited.values("pk")))

    def open(self) -> Self:
        """Not yet found to have helped."""
        return self.exclude(status__in=CorrectiveAction.ENDED)

    def overdue(self, *, on: date) -> Self:
        """No plan, or not done, and the day is over; computed, never stored."""
        return self.filter(is_overdue(on))

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """What this person has to plan or to do now, also where nobody is there below; what the person may check (`checker`)."""
        return self.waiting_within(Part.of(user, at=at))

    def waiting_within(self, part: Part) -> Self:
        """The same for a part that is known: where a prepared question starts."""
        reach = part.audits
        owned = Q(addressee=Addressee.SECTION, finding__department__in=part.sections) | part.one_up()
        if part.does_central:
            owned |= Q(addressee=Addressee.CENTRAL)
        audited = Engagement.objects.audited_within(reach).values("pk")
        checks = Q(status=CorrectiveAction.Status.DONE) & ~Q(planned_by=reach.user) & ~Q(done_by=reach.user) & ~owned
        if not reach.is_head:
            checks &= Q(finding__engagement__in=audited)
        return self.filter(owned & Q(status__in=CorrectiveAction.WITH_OWNER) | checks)

    def with_all(self) -> Self:
        return self.select_related("finding__engagement__department__parent", "finding__department__parent", "ordered_by", "planned_by")


def is_overdue(on: date) -> Q:
    """The measures that are late, as a condition for counting."""
    no_plan = Q(status=CorrectiveAction.Status.ORDERED, plan_due_on__lt=on)
    return no_plan | Q(status=CorrectiveAction.Status.PLANNED, done_due_on__lt=on)


_PLACES = Prepared(lambda: CorrectiveAction.objects.open().order_by().values_list("addressee", "finding__department").distinct())
ABOVE = {RoleCode.DIVISION_OFFICER, RoleCode.GENERAL_MANAGER, RoleCode.CISO}


def _fallen_to(user: User, *, at: datetime) -> Iterator[tuple[str, int]]:
    """(addressee, department) of the open measures that nobody is there for; departments with a chief are not asked one by one."""
    places, on = _PLACES(), day_of(at)
    known = departments() if places else {}
    for addressee, role in ROLES.items():
        here = [known[place] for wanted, place in places if wanted == addressee]
        manned = {hat.department.pk for hat in acting(role, at=at, scope=Scope.INFRINGEMENT)} if here else set()
        for department in here:
            is_manned = department.successor_on(on).pk in manned if addressee == Addressee.SECTION else bool(manned)
            if not is_manned and any(actor.person.pk == user.pk for actor in able(role, department, at=at)):
                yield addressee, department.pk


class Addressee(models.TextChoices):
    """Whom the audit head orders to deal with it: the section's officer, or 中央管理者 for what concerns the whole city."""

    SECTION = "section", "情報セキュリティ担当者"
    CENTRAL = "central", "中央電子計算組織管理者（全庁の課題）"


ROLES = {Addressee.SECTION: RoleCode.SECTION_OFFICER, Addressee.CENTRAL: RoleCode.CENTRAL_MANAGER}


class CorrectiveAction(models.Model):
    """One round of dealing with one finding."""

    class Status(models.TextChoices):
        ORDERED = "ordered", "計画待ち"
        PLANNED = "planned", "対処中"
        DONE = "done", "確認待ち"
        EFFECTIVE = "effective", "改善済み"
        INEFFECTIVE = "ineffective", "効果なし（再指示）"

    TRANSITIONS = {
        Status.ORDERED: {Status.PLANNED},
        Status.PLANNED: {Status.PLANNED, Status.DONE},
        Status.DONE: {Status.EFFECTIVE, Status.INEFFECTIVE},
        Status.EFFECTIVE: set(),
        Status.INEFFECTIVE: set(),
    }
    WITH_OWNER = (Status.ORDERED, Status.PLANNED)
    ENDED = (Status.EFFECTIVE, Status.INEFFECTIVE)

    finding = models.ForeignKey(Finding, verbose_name="指摘", on_delete=models.PROTECT, related_name="actions")
    round = models.PositiveSmallIntegerField("回", default=1)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.ORDERED, db_index=True)
    addressee = models.CharField("対処する人", max_length=16, choices=Addressee, default=Addressee.SECTION)
    instruction = models.TextField("指示", blank=True, max_length=2000)
    ordered_by = by_whom("指示した人")
    ordered_as = models.CharField("役割", max_length=200)
    ordered_at = at_when("指示した日時", null=False)
    plan_due_on = models.DateField("計画の期限", db_index=True)
    done_due_on = models.DateField("対処の期限", db_index=True)
    cause = models.TextField("原因", blank=True, max_length=2000)
    plan = models.TextField("対処の計画", blank=True, max_length=2000)
    planned_by = by_whom("計画した人", null=True)
    planned_at = at_when("計画した日時")
    result = models.TextField("行ったこと", blank=True, max_length=2000)
    done_by = by_whom("対処を報告した人", null=True)
    done_at = at_when("対処を終えた日時")
    check_words = models.TextField("確認の内容", blank=True, max_length=2000)
    checked_by = by_whom("効果を確かめた人", null=True)
    checked_as = models.CharField("確かめた人の役割", max_length=200, blank=True)
    checked_at = at_when("確かめた日時")

    objects = CorrectiveActionQuerySet.as_manager()

    class Meta:
        verbose_name = "指摘への対処"
        verbose_name_plural = "指摘への対処"
        ordering = ["finding", "round"]
        constraints = [
            models.UniqueConstraint(fields=["finding", "round"], name="audits_correctiveaction_round_once"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | ~Q(status__in=("ordered", "planned", "done")),
                name="audits_correctiveaction_checked_has_result",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding.number}への対処"

    def get_absolute_url(self) -> str:
        return reverse("audits:action", args=[self.pk])

    @property
    def department(self) -> Department:
        return self.finding.department

    @property
    def due_on(self) -> date | None:
        """The day that presses now."""
        return {self.Status.ORDERED: self.plan_due_on, self.Status.PLANNED: self.done_due_on}.get(self.Status(self.status))

    def is_overdue(self, *, on: date) -> bool:
        return self.due_on is not None and self.due_on < on

    # -- people ----------------------------------------------------------------------------------------------------
    def owners(self, *, at: datetime) -> list[Actor]:
        """Who has to act now: the officer of the section or 中央管理者, deputies included, one up where nobody is there."""
        return able(ROLES[Addressee(self.addressee)], self.department, at=at)

    def owner(self, user: User, *, at: datetime) -> Actor | None:
        return next((actor for actor in self.owners(at=at) if actor.person.pk == user.pk), None)

    def checker(self, user: User, *, at: datetime) -> str:
        """The words of the role in which the person may check, or "": the audit head or an auditor of the audit, never an owner."""
        if user.pk in {self.planned_by_id, self.done_by_id} or self.owner(user, at=at):
            return ""
        place = self.finding.engagement.place(user, at=at)
        if place.is_head:
            return "情報セキュリティ監査総括責任者"
        return "監査人" if place.is_auditor else ""

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def order(
        cls, finding: Finding, *, addressee: str, instruction: str, by: User, at: datetime, done_due_on: date | None = None
    ) -> "CorrectiveAction":
        """指示: the audit head orders to deal with an issued finding, within the terms that the city has set.

        PermissionDenied for others; InvalidTransition for what is not issued or is being dealt with already; ValidationError
        for a day that is over.
        """
        Engagement.objects.select_for_update(no_key=True).get(pk=finding.engagement_id)
        finding = Finding.objects.select_related("engagement__department__parent", "department__parent").get(pk=finding.pk)
        head = next((actor for actor in heads(at=at) if actor.person.pk == by.pk), None)
        if head is None:
            raise PermissionDenied("対処を指示するのは、情報セキュリティ監査総括責任者です。")
        if finding.status != Finding.Status.ISSUED:
            raise InvalidTransition(f"{finding.number}はまだ指摘として出されていません。監査報告書を提出してから指示してください。")
        last = finding.actions.order_by("-round").first()
        if last and last.status != cls.Status.INEFFECTIVE:
            raise InvalidTransition(f"{finding.number}への対処は、すでに指示されています。")
        today = day_of(at)
        plan_due, done_due = terms_of(finding, on=today)
        if done_due_on and done_due_on < today:
            raise ValidationError({"done_due_on": "対処の期限は、今日以後の日にしてください。"})
        done_due = done_due_on or done_due
        row = cls.objects.create(
            finding=finding,
            round=last.round + 1 if last else 1,
            addressee=addressee,
            instruction=instruction,
            ordered_by=by,
            ordered_as=head.label,
            ordered_at=at,
            plan_due_on=min(plan_due, done_due),
            done_due_on=done_due,
        )
        row._record("audits.action.ordered", by, head, at=at, round=row.round, due_on=done_due.isoformat())
        return row

    @transaction.atomic
    def make_plan(self, *, cause: str, plan: str, by: User, at: datetime) -> None:
        """The owner says why it came about and what will be done; it may be bettered until it is done."""
        row, actor = self._for_owner(by, at=at)
        row.move_to(self.Status.PLANNED)
        row.cause, row.plan, row.planned_by, row.planned_at = cause, plan, by, at
        row.save(update_fields=["status", "cause", "plan", "planned_by", "planned_at"])
        row._record("audits.action.planned", by, actor, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def finish(self, *, result: str, by: User, at: datetime) -> None:
        """The owner says what was done; whether it helped is for someone else."""
        row, actor = self._for_owner(by, at=at)
        row.move_to(self.Status.DONE)
        row.result, row.done_by, row.done_at = result, by, at
        row.save(update_fields=["status", "result", "done_by", "done_at"])
        row._record("audits.action.done", by, actor, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def verify(self, *, is_effective: bool, words: str, by: User, at: datetime) -> None:
        """効果の確認, by the audit head or an auditor who has not worked on it: effective, or it has to be ordered again."""
        row = self._lock()
        role = row.checker(by, at=at)
        if not role:
            raise PermissionDenied("効果を確かめるのは、対処した人とは別の監査人か監査総括責任者です。")
        row.move_to(self.Status.EFFECTIVE if is_effective else self.Status.INEFFECTIVE)
        row.check_words, row.checked_by, row.checked_as, row.checked_at = words, by, role, at
        row.save(update_fields=["status", "check_words", "checked_by", "checked_as", "checked_at"])
        record(by, "audits.action.checked", row, role=role, at=at, number=row.finding.number, effective=is_effective)
        self.refresh_from_db()

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この対処は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _lock(self) -> "CorrectiveAction":
        CorrectiveAction.objects.select_for_update(no_key=True).get(pk=self.pk)
        return CorrectiveAction.objects.with_all().get(pk=self.pk)

    def _for_owner(self, by: User, *, at: datetime) -> tuple["CorrectiveAction", Actor]:
        row = self._lock()
        actor = row.owner(by, at=at)
        if actor is None:
            raise PermissionDenied("これを行うのは、対処を指示された方です。")
        return row, actor

    def _record(self, verb: str, by: User, actor: Actor, *, at: datetime, **changes: object) -> None:
        record(by, verb, self, role=actor.label, in_place_of=actor.in_place_of, at=at, number=self.finding.number, **changes)


def terms_of(finding: Finding, *, on: date) -> tuple[date, date]:
    """(plan, done): the city's terms for a finding of this grade, from a day."""
    values = Values()
    done = values[GRAVE_DAYS] if finding.grade == Grade.MAJOR else values[DONE_DAYS]
    return on + timedelta(days=values[PLAN_DAYS]), on + timedelta(days=done)


def unordered(user: User, *, at: datetime) -> models.QuerySet[Finding]:
    """What waits for an order, for the audit head, who gives it."""
    return Finding.objects.unordered() if Reach.of(user, at=at).is_head else Finding.objects.none()
