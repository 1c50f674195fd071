"""One report to one authority about one incident: whether it is due, until when, sent or decided against (3.4.2.10.3)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from incidents.authorities.answers import Answers, Finding, Verdict
from incidents.authorities.deadlines import term
from incidents.authorities.holders import holder_for
from incidents.authorities.sheet import Sheet
from incidents.chain import Party
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.values import Values
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .authority import AuthorityStage, RuleSet, TriggerQuestion
from .authority_report_rows import AuthorityReportQuerySet

WAIVED = "incidents.authority_report.waived"
TAKEN_UP = "incidents.authority_report.taken_up"
DRAFTED = "incidents.authority_report.drafted"


class AuthorityReport(models.Model):
    """The row follows the assessments of its incident until it is sent; what a person decided keeps its reason."""

    class Status(models.TextChoices):
        UNDECIDED = "undecided", "要判断"
        WAITING = "waiting", "送付待ち"
        SENT = "sent", "送付済"
        WAIVED = "waived", "不要と決定"
        OUT = "out", "対象外"

    TRANSITIONS = {
        Status.UNDECIDED: {Status.WAITING, Status.SENT, Status.WAIVED, Status.OUT},
        Status.WAITING: {Status.UNDECIDED, Status.SENT, Status.WAIVED, Status.OUT},
        Status.SENT: {Status.WAITING},
        Status.WAIVED: {Status.UNDECIDED, Status.WAITING, Status.OUT},
        Status.OUT: {Status.UNDECIDED, Status.WAITING},
    }

    incident = models.ForeignKey(
        "incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="authority_reports"
    )
    stage = models.ForeignKey(AuthorityStage, verbose_name="報告", on_delete=models.PROTECT, related_name="reports")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.UNDECIDED)
    holder = models.CharField("報告する人", max_length=32, choices=Party)
    grounds = models.JSONField("当てはまったこと", default=list, blank=True)
    known_on = models.DateField("知った日")
    due_on = models.DateField("期限", null=True, blank=True)
    latest_on = models.DateField("遅くとも", null=True, blank=True)
    is_taken_up = models.BooleanField("判断して送ることにした", default=False)
    reason = models.TextField("理由", blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="決めた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_as = models.CharField("役割", max_length=200, blank=True)
    decided_at = models.DateTimeField("決めた日時", null=True, blank=True)
    draft = models.JSONField("様式に書く内容", default=dict, blank=True)
    opened_at = models.DateTimeField("始まり")
    sent_at = models.DateTimeField("最初の送付日時", null=True, blank=True)

    objects = AuthorityReportQuerySet.as_manager()

    class Meta:
        verbose_name = "外部への報告"
        verbose_name_plural = "外部への報告"
        ordering = ["stage__authority__position", "stage__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "stage"], name="incidents_authorityreport_once"),
            models.CheckConstraint(
                condition=~Q(status="waived") | (~Q(reason="") & Q(decided_at__isnull=False)),
                name="incidents_authorityreport_waived_has_reason",
            ),
            models.CheckConstraint(condition=~Q(status="sent") | Q(sent_at__isnull=False), name="incidents_authorityreport_sent_has_time"),
        ]
        indexes = [models.Index(fields=["status", "due_on"]), models.Index(fields=["holder", "status"])]

    def __str__(self) -> str:
        return f"{self.incident.number} {self.stage}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:authority_report", args=[self.pk])

    @property
    def authority(self):
        return self.stage.authority

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.UNDECIDED, self.Status.WAITING)

    def is_overdue(self, *, on: date) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < on

    @property
    def is_too_late(self) -> bool:
        """It was sent after the last day that the law leaves."""
        last = self.latest_on or self.due_on
        return self.sent_at is not None and last is not None and day_of(self.sent_at) > last

    @property
    def sheet(self) -> Sheet:
        """What is copied into the authority's form now."""
        return Sheet(self)

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, *, at: datetime) -> list[Actor]:
        """Who may act for the holder now; never the chief who is the matter."""
        return self.incident.able(self.holder, at=at)

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        """The person as an actor of this report, or None for anyone else; serves button and method alike."""
        return next((actor for actor in self.able(at=at) if actor.person.pk == user.pk), None)

    # -- following the facts ---------------------------------------------------------------------------------------
    @classmethod
    def follow(cls, incident, *, at: datetime) -> dict[str, list[str]]:
        """Bring every report of an incident in line with the answers in force; the caller holds the incident's lock.

        Opens those that are missing, moves the days of those that are not sent. Gives what has changed, by the words of
        the trail: `became_due`, `became_out`, `reopened` (decided against before the facts were known) – codes of stages.
        """
        answers, known_on = _answers(incident)
        known = {row.stage_id: row for row in cls.objects.filter(incident=incident).select_related("stage__authority")}
        stages = list(AuthorityStage.objects.for_rule_set(RuleSet.of(incident.department)))
        values, changed = Values(), {"became_due": [], "became_out": [], "reopened": []}
        for stage in stages:
            row = known.get(stage.pk) or cls(incident=incident, stage=stage, opened_at=at)
            row.incident = incident
            row._align(answers.finding(stage.authority), known_on, values, changed)
        return {word: codes for word, codes in changed.items() if codes}

    def _align(self, finding: Finding, known_on: date, values: Any, changed: dict[str, list[str]]) -> None:
        before = self.status if self.pk else None
        self.holder = self.holder or holder_for(self.authority.holder, self.incident)
        if self.status != self.Status.SENT:
            days = term(self.stage.rule, known_on=known_on, is_longer=finding.is_longer, values=values)
            self.known_on, self.due_on, self.latest_on = known_on, days.due, days.latest
            target = self._target(finding)
            if target != self.status:
                self.move_to(target)
        self.grounds = list(finding.grounds)
        self.save()
        if before is not None and before != self.status:
            word = "became_out" if self.status == self.Status.OUT else "reopened" if before == self.Status.WAIVED else "became_due"
            changed[word].append(f"{self.authority.code}:{self.stage.code}")

    def _target(self, finding: Finding) -> str:
        """Where the facts lead. What a person has decided stands until a ground comes up that was not known then."""
        if finding.verdict == Verdict.NO:
            return self.Status.WAITING if self.is_taken_up else self.Status.OUT
        if self.status == self.Status.WAIVED and set(finding.grounds) <= set(self.grounds):
            return self.Status.WAIVED
        if finding.verdict == Verdict.ASK:
            return self.Status.WAITING if self.is_taken_up else self.Status.UNDECIDED
        return self.Status.WAITING

    # -- transitions -----------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この報告は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    def locked(self) -> "AuthorityReport":
        """This report, read again under the incident's lock."""
        incident = self.incident.lock()
        report = AuthorityReport.objects.select_related("stage__authority").get(pk=self.pk)
        report.incident = incident
        return report

    def guard(self, by: User, *, at: datetime) -> Actor:
        """The person as an actor, or PermissionDenied."""
        actor = self.actor(by, at=at)
        if actor is None:
            raise PermissionDenied("この報告を扱えるのは、報告する役割の方だけです。")
        return actor

    @transaction.atomic
    def waive(self, *, by: User, at: datetime, reason: str) -> None:
        """Decide that this report is not sent, with the reason: 3.4.2.10.3 has no threshold, so not sending is a decision.

        Raises InvalidTransition for what the law demands: there the answers decide, not a person.
        """
        report = self.locked()
        if report.authority.is_statutory:
            raise InvalidTransition(
                "法律が求める報告は「送らない」と決めることはできません。当てはまらないと分かったときは、質問の答えを改めてください。"
            )
        report.move_to(self.Status.WAIVED)
        actor = report.guard(by, at=at)
        if not reason.strip():
            raise ValidationError({"reason": "送らない理由を入力してください。"})
        report.is_taken_up = False
        report._decide(actor, reason, at=at)
        record(by, WAIVED, report.incident, role=actor.label, in_place_of=actor.in_place_of, at=at, report=str(report.stage))
        self.refresh_from_db()

    @transaction.atomic
    def take_up(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Decide that it is sent: after weighing, against an earlier decision, or although no question makes it due."""
        report = self.locked()
        if report.status == self.Status.SENT:
            raise InvalidTransition("この報告はすでに送付されています。続きは、続報として送付を記録してください。")
        report.move_to(self.Status.WAITING)
        actor = report.guard(by, at=at)
        report.is_taken_up = True
        report._decide(actor, reason, at=at)
        record(by, TAKEN_UP, report.incident, role=actor.label, in_place_of=actor.in_place_of, at=at, report=str(report.stage))
        self.refresh_from_db()

    def _decide(self, actor: Actor, reason: str, *, at: datetime) -> None:
        self.reason, self.decided_by, self.decided_as, self.decided_at = reason, actor.person, actor.label, at
        self.save(update_fields=["status", "is_taken_up", "reason", "decided_by", "decided_as", "decided_at"])

    @transaction.atomic
    def write(self, lines: dict[str, str], *, seen: str, by: User, at: datetime) -> None:
        """Keep what is to be written under the items of the form; items left as the portal fills them stay live.

        `seen` is the digest of the sheet before the person's eyes: of two who write at once the second is told.
        """
        report = self.locked()
        actor = report.guard(by, at=at)
        if seen != report.sheet.digest:
            raise InvalidTransition("ほかの方の入力や新しい事実で内容が変わりました。最新の内容を確かめてください。")
        filled = {line.key: line.filled for line in report.sheet.lines}
        report.draft = {key: text for key, text in lines.items() if key in filled and text.strip() != filled[key].strip()}
        report.save(update_fields=["draft"])
        record(by, DRAFTED, report.incident, role=actor.label, at=at, report=str(report.stage), digest=report.sheet.digest)
        self.refresh_from_db()


def _answers(incident) -> tuple[Answers, date]:
    """The answers in force and the day from which the law counts."""
    latest = incident.assessments.last()
    questions: Iterable[TriggerQuestion] = TriggerQuestion.objects.filter(is_active=True)
    answers = Answers(latest.answers if latest else None, questions, people_count=latest.people_count if latest else None)
    return answers, day_of(latest.known_at if latest else incident.noticed_at)
