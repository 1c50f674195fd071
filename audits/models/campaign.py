"""A self-inspection of a 年度 or on occasion (3.13.2.1): who is asked which questions until when."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count
from django.urls import reverse

from incidents.hats import worn
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Bearer, Obligation

# Whose own measures are inspected: the roles of persons inside the city hall that have obligations of their own.
ASKED = (
    Bearer.TERMINAL_USER,
    Bearer.PROMOTER,
    Bearer.SECTION_OFFICER,
    Bearer.DIVISION_OFFICER,
    Bearer.CENTRAL_MANAGER,
    Bearer.GENERAL_MANAGER,
    Bearer.CISO,
)
DUTY = "duty:self-inspection"
SYSTEM = "SYSTEM"  # the sheet of one information system, answered by the officer of the section that keeps it (3.13.2.1.1)
SYSTEM_LABEL = "情報システム"
SHEETS = [*((code.value, code.label) for code in ASKED), (SYSTEM, SYSTEM_LABEL)]
SUGGESTED = {Bearer.TERMINAL_USER.value: 25}
SUGGESTED_ELSE = 30


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Everybody sees the inspections that were opened; those in preparation are seen by who prepares them."""
        return self if Campaign.hat_of(user, at=at) else self.exclude(status__in=(Campaign.Status.DRAFT, Campaign.Status.DROPPED))

    def live(self) -> Self:
        """Open for answers."""
        return self.filter(status=Campaign.Status.OPEN)


class Campaign(models.Model):
    """One inspection. Its questions are copied from the obligations when they are chosen: a later text does not change them."""

    class Status(models.TextChoices):
        DRAFT = "draft", "準備中"
        OPEN = "open", "回答受付中"
        CLOSED = "closed", "回答締切"
        REPORTED = "reported", "報告済み"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.OPEN, Status.DROPPED},
        Status.OPEN: {Status.CLOSED},
        Status.CLOSED: {Status.OPEN, Status.REPORTED},
        Status.REPORTED: set(),
        Status.DROPPED: set(),
    }

    class Kind(models.TextChoices):
        REGULAR = "regular", "定期"
        SPECIAL = "special", "随時"

    title = models.CharField("名称", max_length=100)
    kind = models.CharField("区分", max_length=16, choices=Kind, default=Kind.REGULAR)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    due_on = models.DateField("回答の期限")
    note = models.TextField("回答する人へ", blank=True, max_length=2000)
    previous = models.ForeignKey("self", verbose_name="前回の点検", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作成した人", on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField("作成日時")
    opened_at = models.DateTimeField("開始日時", null=True, blank=True)
    closed_at = models.DateTimeField("締切日時", null=True, blank=True)
    summary = models.TextField("全庁のまとめ", blank=True, max_length=8000)
    reported_at = models.DateTimeField("報告日時", null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="報告した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_to = models.JSONField("報告先", default=list, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "自己点検"
        verbose_name_plural = "自己点検"
        ordering = ["-fiscal_year", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:campaign", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def has_results(self) -> bool:
        """Answers stand still: sections sum up, the city reports."""
        return self.status in (self.Status.CLOSED, self.Status.REPORTED)

    # -- people ----------------------------------------------------------------------------------------------------
    @staticmethod
    def hat_of(user: User, *, at: datetime) -> Standing | None:
        """The role in which a person runs the inspections: 中央電子計算組織管理者, deputies included (3.13.2.1)."""
        return worn(user, RoleCode.CENTRAL_MANAGER, at=at)

    @classmethod
    def guard(cls, user: User, *, at: datetime) -> Standing:
        """The hat of who runs inspections; PermissionDenied for anyone else."""
        hat = cls.hat_of(user, at=at)
        if hat is None:
            raise PermissionDenied("自己点検を準備し、進められるのは中央電子計算組織管理者です。")
        return hat

    # -- preparing -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def prepare(cls, *, title: str, due_on: date, kind: str, note: str, by: User, at: datetime) -> "Campaign":
        """A new inspection in preparation, with the questions of the last one of its kind, or suggested ones where there is none.

        PermissionDenied for anyone but 中央電子計算組織管理者.
        """
        hat = cls.guard(by, at=at)
        year = fiscal_year(due_on)
        previous = cls.objects.filter(kind=kind, status__in=(cls.Status.CLOSED, cls.Status.REPORTED)).first()
        found = cls.objects.create(
            title=title, due_on=due_on, kind=kind, note=note, fiscal_year=year, previous=previous, prepared_by=by, prepared_at=at
        )
        for bearer, _ in SHEETS:
            found._ask(bearer, _first_keys(bearer, previous))
        record(by, "audits.campaign.prepared", found, role=hat.label, in_place_of=hat.in_place_of, at=at, title=title)
        return found

    @transaction.atomic
    def edit(self, *, title: str, due_on: date, note: str, by: User, at: datetime) -> None:
        """Correct what the sheet says above; the term may also be put off while answers come in."""
        campaign, hat = self._locked(by, at=at)
        if campaign.status not in (self.Status.DRAFT, self.Status.OPEN):
            raise InvalidTransition("締め切った点検の内容は変えられません。")
        campaign.title, campaign.due_on, campaign.note = title, due_on, note
        campaign.fiscal_year = fiscal_year(due_on) if campaign.is_draft else campaign.fiscal_year
        campaign.save(update_fields=["title", "due_on", "note", "fiscal_year"])
        record(by, "audits.campaign.edited", campaign, role=hat.label, at=at, due_on=due_on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def choose(self, bearer: str, keys: Iterable[str], *, by: User, at: datetime) -> int:
        """Which obligations one role is asked about; gives their number. InvalidTransition once the inspection is open."""
        campaign, hat = self._locked(by, at=at)
        if not campaign.is_draft:
            raise InvalidTransition("回答の受付を始めた後は、質問を変えられません。")
        count = campaign._ask(bearer, keys)
        record(by, "audits.campaign.questions_chosen", campaign, role=hat.label, at=at, bearer=dict(SHEETS)[bearer], count=count)
        return count

    def _ask(self, bearer: str, keys: Iterable[str]) -> int:
        """Put these questions, and no others, on the sheet of a role, in the order of the policy."""
        rows = choosable(bearer).filter(key__in=list(keys)).order_by("position")
        self.questions.filter(bearer=bearer).delete()
        made = [
            InspectionQuestion(
                campaign=self,
                bearer=bearer,
                position=place,
                obligation_key=row.key,
                clause=row.clause,
                text=row.question,
                explanation=row.summary,
                evidence=row.evidence,
            )
            for place, row in enumerate(rows, start=1)
        ]
        return len(InspectionQuestion.objects.bulk_create(made))

    # -- transitions -----------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この点検は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def _locked(self, by: User, *, at: datetime) -> tuple["Campaign", Standing]:
        campaign = Campaign.objects.select_for_update(no_key=True).get(pk=self.pk)
        return campaign, self.guard(by, at=at)

    @transaction.atomic
    def open(self, *, by: User, at: datetime) -> int:
        """Send out the sheets; gives their number. ValidationError without questions or with a term that is over."""
        campaign, hat = self._locked(by, at=at)
        campaign.move_to(self.Status.OPEN)
        if not campaign.questions.exists():
            raise ValidationError("質問が一つも選ばれていません。先に質問を選んでください。")
        if campaign.due_on < day_of(at):
            raise ValidationError("回答の期限が過ぎています。期限を直してから始めてください。")
        campaign.opened_at = at
        campaign.save(update_fields=["status", "opened_at"])
        count = campaign.sheets.hand_out(campaign, at=at)
        record(by, "audits.campaign.opened", campaign, role=hat.label, in_place_of=hat.in_place_of, at=at, sheets=count)
        self.refresh_from_db()
        return count

    @transaction.atomic
    def drop(self, *, by: User, at: datetime) -> None:
        """Give up an inspection that was never opened."""
        campaign, hat = self._locked(by, at=at)
        campaign.move_to(self.Status.DROPPED)
        campaign.save(update_fields=["status"])
        record(by, "audits.campaign.dropped", campaign, role=hat.label, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> None:
        """No more answers: the sections sum up theirs. What was not sent stays as it is, and is counted as unanswered."""
        campaign, hat = self._locked(by, at=at)
        campaign.move_to(self.Status.CLOSED)
        campaign.closed_at = at
        campaign.save(update_fields=["status", "closed_at"])
        record(by, "audits.campaign.closed", campaign, role=hat.label, in_place_of=hat.in_place_of, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def reopen(self, *, due_on: date, by: User, at: datetime) -> None:
        """Take answers again until a later day: what a section has summed up is to be summed up again, its words stay.

        ValidationError for a day that is over.
        """
        campaign, hat = self._locked(by, at=at)
        campaign.move_to(self.Status.OPEN)
        if due_on < day_of(at):
            raise ValidationError({"due_on": "今日より後の日を入力してください。"})
        campaign.due_on, campaign.closed_at = due_on, None
        campaign.save(update_fields=["status", "due_on", "closed_at"])
        summed_up = campaign.section_results.filter(confirmed_at__isnull=False)
        changes = {"due_on": due_on.isoformat(), "unconfirmed": summed_up.update(confirmed_at=None, confirmed_by=None, confirmed_as="")}
        record(by, "audits.campaign.reopened", campaign, role=hat.label, in_place_of=hat.in_place_of, at=at, **changes)
        self.refresh_from_db()

    @transaction.atomic
    def report(self, *, summary: str, to: list[str], reason: str, by: User, at: datetime) -> None:
        """Report results and improvements to those of the three who are to know, or to none with a reason (3.13.2.2).

        ValidationError while a section has not summed up, unless a reason is given; each is told by a notice.
        """
        campaign, hat = self._locked(by, at=at)
        campaign.move_to(self.Status.REPORTED)
        if not summary.strip():
            raise ValidationError({"summary": "全庁のまとめを入力してください。"})
        waiting = list(campaign.section_results.filter(confirmed_at=None).values_list("department__name", flat=True))
        if waiting and not reason.strip():
            raise ValidationError(
                {"reason": f"まとめていない課があります（{'、'.join(waiting[:5])}）。このまま報告する理由を入力してください。"}
            )
        if not to and not reason.strip():
            raise ValidationError({"reason": "報告先を選ばないときは、報告が必要でないと判断した理由を入力してください。"})
        campaign.summary = summary if not reason.strip() else f"{summary}\n\n（補足）{reason}"
        campaign.reported_at, campaign.reported_by, campaign.reported_to = at, by, to
        campaign.save(update_fields=["status", "summary", "reported_at", "reported_by", "reported_to"])
        if campaign.kind == self.Kind.REGULAR:
            campaign._settle_duty(by=by, at=at)
        record(by, "audits.campaign.reported", campaign, role=hat.label, in_place_of=hat.in_place_of, at=at, to=to, waiting=len(waiting))
        self.refresh_from_db()

    def _settle_duty(self, *, by: User, at: datetime) -> None:
        """The round of the duty that asked for the inspection is done with its report (3.13.2.2); one that lacks its evidence waits."""
        rounds = Occurrence.objects.filter(duty__mechanism=DUTY).appeared(on=day_of(at)).ready()
        settle(rounds, by=by, at=at, note=f"「{self.title}」の結果を報告しました。")


def choosable(bearer: str) -> models.QuerySet[Obligation]:
    """The obligations that a sheet may ask about: the role's own, for a system those of the officers that speak of systems."""
    rows = Obligation.objects.in_force()
    if bearer != SYSTEM:
        return rows.for_bearer(bearer)
    officers = (Bearer.SECTION_OFFICER, Bearer.CENTRAL_MANAGER)
    return rows.filter(bearings__bearer__in=officers).exclude(systems=[]).distinct()


def _first_keys(bearer: str, previous: Campaign | None) -> list[str]:
    """The last inspection's questions, else a suggestion."""
    if previous is not None and (keys := list(previous.questions.filter(bearer=bearer).values_list("obligation_key", flat=True))):
        return keys
    return suggested(bearer)


def suggested(bearer: str) -> list[str]:
    """As many as a person answers in a quarter of an hour: first what nothing but an inspection keeps, and what was asked least."""
    rows = list(choosable(bearer).order_by("position").values_list("key", "mechanism"))
    asked = dict(InspectionQuestion.objects.filter(bearer=bearer).order_by().values_list("obligation_key").annotate(Count("pk")))
    rows.sort(key=lambda row: (asked.get(row[0], 0), row[1] != "inspection"))
    return [key for key, _ in rows[: SUGGESTED.get(bearer, SUGGESTED_ELSE)]]


class InspectionQuestion(models.Model):
    """One question of a role's sheet, in plain words, with the clause behind it."""

    campaign = models.ForeignKey(Campaign, verbose_name="自己点検", on_delete=models.CASCADE, related_name="questions")
    bearer = models.CharField("だれの票か", max_length=32, choices=SHEETS)
    position = models.PositiveSmallIntegerField("順")
    obligation_key = models.CharField("義務", max_length=40, db_index=True)
    clause = models.CharField("条項", max_length=32)
    text = models.CharField("質問", max_length=200)
    explanation = models.CharField("説明", max_length=300)
    evidence = models.CharField("確かめるもの", max_length=200, blank=True)

    class Meta:
        verbose_name = "質問"
        verbose_name_plural = "質問"
        ordering = ["bearer", "position"]
        constraints = [models.UniqueConstraint(fields=["campaign", "bearer", "obligation_key"], name="audits_inspectionquestion_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def theme(self) -> str:
        """The 節 it belongs to: one screen of the sheet."""
        return ".".join(self.clause.split(".")[:2])
