"""What came of an inspection in one department: its chief sums up and says what will be bettered (3.13.2.2, 3.13.2.3.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from incidents.hats import worn
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Scope, Standing, acting, answered_departments, standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .campaign import Campaign, InspectionQuestion
from .sheet import Answer, AnswerQuerySet, Sheet

ABOVE_ALL = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.AUDIT_HEAD)
FEW = 3  # sheets of persons, so that nobody can tell who said what


@dataclass(frozen=True)
class Results:
    """Whose results one person reads: all, or those of the sections and divisions answered for."""

    everything: bool
    sections: frozenset[int] = frozenset()
    divisions: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Results":
        """Asked of the person's hats."""
        hats = standings(user, at=at)
        if any(hat.role.code in ABOVE_ALL and hat.scope == Scope.ANY for hat in hats):
            return cls(everything=True)
        places = (answered_departments(hats, role) for role in (RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER))
        return cls(False, *(frozenset(found) for found in places))


class SectionResultQuerySet(models.QuerySet["SectionResult"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """The chief's own department, a 部長's own 部, all for who answers for the whole city and for the audit head."""
        return self.within(Results.of(user, at=at))

    def within(self, seen: "Results") -> Self:
        """The same for who it is: where a prepared question starts."""
        if seen.everything:
            return self.all()
        return self.filter(Q(department__in=seen.sections | seen.divisions) | Q(department__parent__in=seen.divisions))


class SectionResult(models.Model):
    """One department in one inspection."""

    campaign = models.ForeignKey(Campaign, verbose_name="自己点検", on_delete=models.CASCADE, related_name="section_results")
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="inspection_results")
    comment = models.TextField("まとめ", blank=True, max_length=2000)
    confirmed_at = models.DateTimeField("まとめた日時", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="まとめた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_as = models.CharField("役割", max_length=200, blank=True)

    objects = SectionResultQuerySet.as_manager()

    class Meta:
        verbose_name = "課のまとめ"
        verbose_name_plural = "課のまとめ"
        ordering = ["department__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["campaign", "department"], name="audits_sectionresult_once")]

    def __str__(self) -> str:
        return f"{self.campaign.title}：{self.department.name}"

    def get_absolute_url(self) -> str:
        return reverse("audits:section_result", args=[self.pk])

    def hat_of(self, user: User, *, at: datetime) -> Standing | None:
        """The role in which a person sums up for the department: its 情報セキュリティ担当者, for a 部 itself the 総括担当者."""
        return worn(user, RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER, at=at, department=self.department)

    def chiefs(self, *, at: datetime) -> list[User]:
        """Who may sum up and answers for what is to be bettered, deputies included; hat_of asks it of one person."""
        role = RoleCode.DIVISION_OFFICER if self.department.kind == Department.Kind.DIVISION else RoleCode.SECTION_OFFICER
        return [row.person for row in acting(role, at=at, department=self.department)]

    def hidden_bearers(self) -> set[str]:
        """The kinds of sheets of persons of which fewer than three were sent here: their counts and words would tell who said what.

        What is answered for a role or a system is no person's own and is always shown.
        """
        rows = Sheet.objects.standing().filter(campaign=self.campaign_id, department=self.department_id, person__isnull=False)
        counts = rows.order_by().values_list("bearer").annotate(sent=Count("submitted_at"))
        return {bearer for bearer, sent in counts if sent < FEW}

    def answers(self) -> AnswerQuerySet:
        """Those given here, without what is hidden."""
        rows = Answer.objects.filter(sheet__campaign=self.campaign_id, sheet__department=self.department_id)
        return rows.exclude(sheet__bearer__in=self.hidden_bearers())

    def open_questions(self) -> list[tuple[InspectionQuestion, int, int]]:
        """Questions that are seen to be answered with △ or × here: (question, how many △, how many ×)."""
        tally = self.answers().tally()
        pks = {question for question, value in tally if value in Answer.OPEN}
        rows = InspectionQuestion.objects.filter(pk__in=pks)
        return [(row, tally.get((row.pk, Answer.Value.PARTLY), 0), tally.get((row.pk, Answer.Value.NO), 0)) for row in rows]

    @transaction.atomic
    def confirm(self, *, comment: str, by: User, at: datetime) -> None:
        """Sum up, once the answers stand still. ValidationError where something is not done and nothing is planned for it.

        InvalidTransition while answers come in or when it was summed up before; PermissionDenied for others than the chief.
        """
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=self.campaign_id)
        found = SectionResult.objects.select_for_update(no_key=True).get(pk=self.pk)
        hat = found.hat_of(by, at=at)
        if hat is None:
            raise PermissionDenied("課の結果をまとめられるのは、その課の情報セキュリティ担当者です。")
        if found.confirmed_at:
            raise InvalidTransition("この課の結果はすでにまとめられています。")
        if campaign.status != Campaign.Status.CLOSED:
            raise InvalidTransition("回答を締め切った後にまとめてください。")
        planned = set(found.improvements.values_list("question", flat=True))
        bare = [question for question, _, no in found.open_questions() if no and question.pk not in planned]
        if bare and not comment.strip():
            raise ValidationError(
                {"comment": f"「×」のある質問{len(bare)}件に改善策がありません。改善策を書くか、書かない理由を入力してください。"}
            )
        found.comment, found.confirmed_at, found.confirmed_by, found.confirmed_as = comment, at, by, hat.label
        found.save(update_fields=["comment", "confirmed_at", "confirmed_by", "confirmed_as"])
        record(by, "audits.section_result.confirmed", found, role=hat.label, in_place_of=hat.in_place_of, at=at)
        self.refresh_from_db()
