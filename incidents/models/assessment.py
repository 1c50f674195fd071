"""What is known about an incident, as far as it decides who is told: in versions, for facts become known one after the other."""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from incidents.authorities.answers import Answer
from incidents.authorities.holders import assessor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .authority_report import AuthorityReport

RECORDED = "incidents.assessment.recorded"


class Assessment(models.Model):
    """One version of the answers; it is never altered, the next one takes its place."""

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="assessments")
    version = models.PositiveIntegerField("版")
    answers = models.JSONField("答え", default=dict)
    people_count = models.PositiveIntegerField("本人の数", null=True, blank=True)
    known_at = models.DateTimeField("市の職員が最初に知った日時")
    known_reason = models.CharField("気づいた日時と違う理由", max_length=500, blank=True)
    note = models.TextField("分かったこと", blank=True, max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="判断した人", on_delete=models.PROTECT, related_name="+")
    acted_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("判断した日時")

    class Meta:
        verbose_name = "報告先の判断"
        verbose_name_plural = "報告先の判断"
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["incident", "version"], name="incidents_assessment_version_once")]

    def __str__(self) -> str:
        return f"{self.incident} 報告先の判断 第{self.version}版"

    @property
    def known_on(self) -> date:
        """The day from which the law counts."""
        return day_of(self.known_at)

    @classmethod
    @transaction.atomic
    def record(
        cls,
        incident,
        *,
        answers: dict[str, str],
        people_count: int | None,
        known_at: datetime,
        known_reason: str = "",
        note: str = "",
        seen: int,
        by: User,
        at: datetime,
    ) -> "Assessment":
        """Answer the questions, anew or for the first time; every report that has not been sent follows at once.

        `seen` is the version that the person has before the eyes (0 for none). Raises InvalidTransition when someone else
        was faster, PermissionDenied for who does not judge, ValidationError for a start that cannot be.
        """
        incident = incident.lock()
        if incident.is_draft:
            raise InvalidTransition("まだ報告されていないため、報告先は判断できません。")
        actor = assessor(incident, by, at=at)
        latest = incident.assessments.last()
        if seen != (latest.version if latest else 0):
            raise InvalidTransition("ほかの方が先に判断を改めました。最新の内容を確かめてから、もう一度入力してください。")
        _guard_start(incident, known_at, known_reason, at=at)
        fields = {"people_count": people_count, "known_at": known_at, "known_reason": known_reason, "note": note}
        given = {code: Answer(answer).value for code, answer in answers.items()}
        assessment = cls.objects.create(incident=incident, version=seen + 1, answers=given, by=by, acted_as=actor.label, at=at, **fields)
        changed = AuthorityReport.follow(incident, at=at)
        record(
            by,
            RECORDED,
            incident,
            role=actor.label,
            in_place_of=actor.in_place_of,
            at=at,
            version=assessment.version,
            answers=given,
            people_count=people_count,
            known_at=known_at,
            **changed,
        )
        return assessment


def _guard_start(incident, known_at: datetime, reason: str, *, at: datetime) -> None:
    """The clock starts when the first member of staff knew; another moment than the one reported needs its reason."""
    if known_at > at:
        raise ValidationError({"known_at": "日時が未来になっています。実際の日時を入力してください。"})
    if known_at != incident.noticed_at and not reason.strip():
        raise ValidationError(
            {"known_reason": "報告された「気づいた日時」と違うため、理由を入力してください。期限の数え始めが変わります。"}
        )
