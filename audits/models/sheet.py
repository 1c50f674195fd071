"""One sheet of an inspection and its answers: of a person, of a role in a department, or of a system.

What a person answered is seen by that person alone; the chief sees totals and what is open, without names (practice.md 1.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from assets.models import System
from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.standing import answered_departments, day_of, standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Bearer

from .campaign import SHEETS, SYSTEM, SYSTEM_LABEL, Campaign, InspectionQuestion


@dataclass(frozen=True)
class Given:
    """One answer as it was typed."""

    question: InspectionQuestion
    value: str = ""
    reason: str = ""
    plan: str = ""

    def differs_from(self, answer: "Answer | None") -> bool:
        """Whether there is something to write: an empty one that was never begun is not an answer."""
        if answer is None:
            return bool(self.value or self.reason or self.plan)
        return (self.value, self.reason, self.plan) != (answer.value, answer.reason, answer.plan)


class SheetQuerySet(models.QuerySet["Sheet"]):
    def standing(self) -> Self:
        """Without the sheets of people who have left."""
        return self.filter(withdrawn_on=None)

    def missing(self) -> Self:
        """Not yet sent."""
        return self.standing().filter(submitted_at=None)

    def mine(self, user: User, *, at: datetime) -> Self:
        """Those that this person answers: the own one, and those of the roles held now."""
        hats = standings(user, at=at)
        roles = Q(pk__in=())
        for code in {hat.role.code for hat in hats if hat.scope == "any"} - {RoleCode.TERMINAL_USER}:
            roles |= Q(bearer=code, department__in=answered_departments(hats, code))
            if code == RoleCode.SECTION_OFFICER:
                roles |= Q(bearer=SYSTEM, department__in=answered_departments(hats, code))
        return self.standing().filter(Q(person=user) | roles)

    def on_paper_for(self, user: User, *, at: datetime) -> Self:
        """Sheets that a 情報化推進員 may type in from paper: of the own section, not begun by the person."""
        departments = answered_departments(standings(user, at=at), RoleCode.PROMOTER)
        return self.missing().filter(person__isnull=False, department__in=departments, begun_at=None).exclude(person=user)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Own sheets, and while they are being typed in those on paper; nobody else's answers are seen."""
        typing = self.on_paper_for(user, at=at) | self.missing().filter(entered_by=user)
        return self.filter(Q(pk__in=self.mine(user, at=at).values("pk")) | Q(pk__in=typing.values("pk")))

    @transaction.atomic
    def hand_out(self, campaign: Campaign, *, at: datetime) -> int:
        """Make the sheets that are lacking, while the inspection is open; gives their number. Run it as often as you like.

        A person who moved takes an unsent sheet along; the sheet of one who left is withdrawn.
        """
        if not Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk).is_open:
            return 0
        on, asked = day_of(at), set(campaign.questions.order_by().values_list("bearer", flat=True).distinct())
        known = set(self.filter(campaign=campaign).values_list("bearer", "person", "department", "system"))
        persons = _persons(on)
        self._follow(campaign, persons, on=on)
        wanted = _wanted(asked, persons, on=on)
        have_person = {person for _, person, _, _ in known if person}
        new = [
            Sheet(campaign=campaign, bearer=bearer, person_id=person, department_id=department, system_id=system)
            for bearer, person, department, system in wanted
            if (person not in have_person if person else (bearer, None, department, system) not in known)
        ]
        Sheet.objects.bulk_create(new, batch_size=1000)
        _open_results(campaign)
        return len(new)

    def _follow(self, campaign: Campaign, persons: dict[int, int], *, on: date) -> None:
        """Unsent sheets of persons go with them to their new department, or are withdrawn with them."""
        unsent = self.filter(campaign=campaign, submitted_at=None, withdrawn_on=None, person__isnull=False)
        unsent.exclude(person__in=list(persons)).update(withdrawn_on=on)
        moved = [row for row in unsent if row.person_id in persons and persons[row.person_id] != row.department_id]
        for sheet in moved:
            sheet.department_id = persons[sheet.person_id]
        self.bulk_update(moved, ["department"], batch_size=1000)


def _persons(on: date) -> dict[int, int]:
    """Every member of staff in service with the department of the main post."""
    rows = Appointment.objects.in_force(on).serving(on).exclude(person__kind=User.Kind.OUTSIDE).order_by("pk")
    found: dict[int, tuple[bool, int]] = {}
    for person, kind, department in rows.values_list("person", "kind", "post__department"):
        is_main = kind == Appointment.Kind.MAIN
        if person not in found or (is_main and not found[person][0]):
            found[person] = (is_main, department)
    return {person: department for person, (_, department) in found.items()}


def _wanted(asked: set[str], persons: dict[int, int], *, on: date) -> Iterable[tuple[str, int | None, int, int | None]]:
    """(bearer, person, department, system) of every sheet that there should be on the day."""
    if Bearer.TERMINAL_USER in asked:
        yield from ((Bearer.TERMINAL_USER.value, person, department, None) for person, department in persons.items())
    roles = [code for code in asked if code not in (Bearer.TERMINAL_USER, SYSTEM)]
    held = Appointment.objects.in_force(on).serving(on).filter(post__roles__code__in=roles).order_by("post__position", "pk")
    places = dict.fromkeys(held.values_list("post__roles__code", "post__department"))
    yield from ((code, None, department, None) for code, department in places if code in roles)
    if SYSTEM in asked:
        yield from ((SYSTEM, None, department, system) for system, department in System.objects.live().values_list("pk", "department"))


def _open_results(campaign: Campaign) -> None:
    """A row for each department that has a sheet: its chief sums up there."""
    known = set(campaign.section_results.values_list("department", flat=True))
    here = set(Sheet.objects.filter(campaign=campaign).order_by().values_list("department", flat=True).distinct())
    results = campaign.section_results
    results.bulk_create(results.model(campaign=campaign, department_id=pk) for pk in sorted(here - known))


class Sheet(models.Model):
    """The questions of one role, put to one person, role or system."""

    campaign = models.ForeignKey(Campaign, verbose_name="自己点検", on_delete=models.CASCADE, related_name="sheets")
    bearer = models.CharField("だれの票か", max_length=32, choices=SHEETS)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="職員", null=True, blank=True, on_delete=models.PROTECT, related_name="inspection_sheets"
    )
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="inspection_sheets")
    system = models.ForeignKey(System, verbose_name="情報システム", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("回答を始めた日時", null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="紙から入力した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("提出日時", null=True, blank=True, db_index=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_as = models.CharField("役割", max_length=200, blank=True)
    withdrawn_on = models.DateField("取り下げた日", null=True, blank=True)

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "点検票"
        verbose_name_plural = "点検票"
        ordering = ["pk"]
        indexes = [models.Index(fields=["campaign", "department", "submitted_at"]), models.Index(fields=["person", "submitted_at"])]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person"], condition=Q(person__isnull=False), name="audits_sheet_once_a_person"),
            models.UniqueConstraint(
                fields=["campaign", "bearer", "department"],
                condition=Q(person__isnull=True, system__isnull=True),
                name="audits_sheet_once_a_role",
            ),
            models.UniqueConstraint(fields=["campaign", "system"], condition=Q(system__isnull=False), name="audits_sheet_once_a_system"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign.title}：{self.title}"

    def get_absolute_url(self) -> str:
        return reverse("audits:sheet", args=[self.pk])

    @property
    def title(self) -> str:
        """職員用, 情報セキュリティ担当者用, or the name of the system."""
        if self.system_id:
            return f"{SYSTEM_LABEL}「{self.system.name}」"
        return "職員用" if self.person_id else f"{self.get_bearer_display()}用"

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def questions(self) -> models.QuerySet[InspectionQuestion]:
        return InspectionQuestion.objects.filter(campaign=self.campaign_id, bearer=self.bearer)

    # -- people ----------------------------------------------------------------------------------------------------
    def is_mine(self, user: User, *, at: datetime) -> bool:
        return Sheet.objects.mine(user, at=at).filter(pk=self.pk).exists()

    def can_answer(self, user: User, *, at: datetime) -> bool:
        """While the inspection is open: whose sheet it is, or the 情報化推進員 who types it in from paper."""
        if not self.campaign.is_open or self.is_submitted or self.withdrawn_on:
            return False
        if self.is_mine(user, at=at):
            return self.entered_by_id is None or self.person_id == user.pk or self.person_id is None
        return self.entered_by_id == user.pk or Sheet.objects.on_paper_for(user, at=at).filter(pk=self.pk).exists()

    def _locked(self, by: User, *, at: datetime) -> "Sheet":
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=self.campaign_id)
        sheet = Sheet.objects.select_for_update(no_key=True).get(pk=self.pk)
        sheet.campaign = campaign
        if not campaign.is_open:
            raise InvalidTransition("この点検の回答は締め切られています。必要なときは中央電子計算組織管理者に連絡してください。")
        return sheet

    # -- transitions -----------------------------------------------------------------------------------------------
    @transaction.atomic
    def keep(self, given: Iterable[Given], *, by: User, at: datetime) -> int:
        """Keep answers as they are typed; whether they are complete is asked when the sheet is sent. Gives how many changed.

        Single answers are not entered in the trail: they are the person's own until then. Raises InvalidTransition once
        the sheet is sent or the inspection closed, PermissionDenied for anyone else.
        """
        sheet = self._locked(by, at=at)
        if sheet.is_submitted:
            raise InvalidTransition("提出した点検票は変えられません。直すときは「提出を取り消す」を押してください。")
        if not sheet.can_answer(by, at=at):
            raise PermissionDenied("この点検票に回答できるのは本人だけです。")
        known = {row.question_id: row for row in sheet.answers.all()}
        changed = [row for row in given if row.differs_from(known.get(row.question.pk))]
        if any(row.question.campaign_id != sheet.campaign_id or row.question.bearer != sheet.bearer for row in changed):
            raise ValidationError("この点検票の質問ではありません。")
        if changed and sheet.begun_at is None:
            sheet.begun_at = at
            sheet.entered_by = None if sheet.is_mine(by, at=at) else by
            sheet.save(update_fields=["begun_at", "entered_by"])
        for row in changed:
            said = {"value": row.value, "reason": row.reason, "plan": row.plan, "at": at, "by": by}
            Answer.objects.update_or_create(sheet=sheet, question=row.question, defaults=said)
        return len(changed)

    def lacking(self) -> list[tuple[InspectionQuestion, str]]:
        """What keeps the sheet from being sent: each question with the words that say what is lacking."""
        given = {row.question_id: row for row in self.answers.all()}
        found = []
        for question in self.questions:
            answer = given.get(question.pk)
            if word := "回答していません。" if answer is None else answer.lacks:
                found.append((question, word))
        return found

    @transaction.atomic
    def submit(self, *, by: User, at: datetime) -> None:
        """Send the sheet. ValidationError, a line a question, while something is lacking."""
        sheet = self._locked(by, at=at)
        if sheet.is_submitted:
            raise InvalidTransition("この点検票はすでに提出されています。")
        if not sheet.can_answer(by, at=at):
            raise PermissionDenied("この点検票を提出できるのは本人だけです。")
        if lacking := sheet.lacking():
            raise ValidationError([f"{question.position} {word}" for question, word in lacking])
        sheet.submitted_at, sheet.submitted_by = at, by
        sheet.submitted_as = f"{RoleCode.PROMOTER.label}（紙から入力）" if sheet.entered_by_id == by.pk else sheet.get_bearer_display()
        sheet.save(update_fields=["submitted_at", "submitted_by", "submitted_as"])
        record(by, "audits.sheet.submitted", sheet, role=sheet.submitted_as, at=at, bearer=sheet.get_bearer_display())
        self.refresh_from_db()

    @transaction.atomic
    def take_back(self, *, by: User, at: datetime) -> None:
        """Correct a sheet that was sent, while the inspection is open; for whose sheet it is."""
        sheet = self._locked(by, at=at)
        if not sheet.is_submitted:
            raise InvalidTransition("この点検票はまだ提出されていません。")
        if not sheet.is_mine(by, at=at):
            raise PermissionDenied("提出を取り消せるのは本人だけです。")
        sheet.submitted_at, sheet.submitted_by, sheet.submitted_as, sheet.entered_by = None, None, "", None
        sheet.save(update_fields=["submitted_at", "submitted_by", "submitted_as", "entered_by"])
        record(by, "audits.sheet.taken_back", sheet, at=at)
        self.refresh_from_db()


class AnswerQuerySet(models.QuerySet["Answer"]):
    def counted(self) -> Self:
        """Those of sheets that were sent."""
        return self.filter(sheet__submitted_at__isnull=False, sheet__withdrawn_on=None)

    def tally(self) -> dict[tuple[int, str], int]:
        """(question, value) → how many, in one query."""
        rows = self.counted().order_by().values_list("question", "value").annotate(Count("pk"))
        return {(question, value): count for question, value, count in rows}


class Answer(models.Model):
    """○ △ × 対象外 分からない, with the reason and what will be done."""

    class Value(models.TextChoices):
        YES = "yes", "○ できている"
        PARTLY = "partly", "△ 一部できていない"
        NO = "no", "× できていない"
        NOT_MINE = "not_mine", "対象外"
        UNKNOWN = "unknown", "分からない"

    OPEN = (Value.PARTLY, Value.NO)
    SIGNS = {Value.YES: "○", Value.PARTLY: "△", Value.NO: "×", Value.NOT_MINE: "対象外", Value.UNKNOWN: "分からない"}

    sheet = models.ForeignKey(Sheet, verbose_name="点検票", on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(InspectionQuestion, verbose_name="質問", on_delete=models.PROTECT, related_name="answers")
    value = models.CharField("回答", max_length=16, choices=Value, blank=True)
    reason = models.CharField("理由", max_length=500, blank=True)
    plan = models.CharField("これから行うこと", max_length=500, blank=True)
    at = models.DateTimeField("回答日時")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="入力した人", on_delete=models.PROTECT, related_name="+")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "回答"
        verbose_name_plural = "回答"
        ordering = ["question__position"]
        constraints = [models.UniqueConstraint(fields=["sheet", "question"], name="audits_answer_once")]
        indexes = [models.Index(fields=["question", "value"])]

    def __str__(self) -> str:
        return self.get_value_display()

    @property
    def lacks(self) -> str:
        """What is missing in words; empty where the answer is complete."""
        if not self.value:
            return "回答を選んでください。"
        if self.value in (*self.OPEN, self.Value.NOT_MINE) and not self.reason.strip():
            return "理由を入力してください。"
        if self.value in self.OPEN and not self.plan.strip():
            return "これから行うことを入力してください。"
        return ""


def unsent_of(users: models.QuerySet[User], campaign: Campaign) -> models.QuerySet[User]:
    """Those of the persons whose own sheet is not sent."""
    return users.filter(Exists(Sheet.objects.missing().filter(campaign=campaign, person=OuterRef("pk"))))
