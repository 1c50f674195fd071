"""Step 8: the cause, written by the 中央管理者 together with the 総括担当者, the 担当者 and the committee (3.9.3.3.1)."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from incidents.chain import Party, StepCode
from incidents.handling import demand, guard_open, people, standing_in, step_of
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .kind import CodeManager
from .step import Step

ASKED = (Party.DIVISION_OFFICER, Party.SECTION_OFFICER, Party.COMMITTEE)


class CauseCategory(models.Model):
    """What kind of cause lies at the root: data, not code."""

    code = models.SlugField("コード", max_length=32, unique=True)
    name = models.CharField("原因の分類", max_length=100)
    description = models.CharField("たとえば", max_length=200, blank=True)
    position = models.PositiveIntegerField("並び順", default=0)
    is_active = models.BooleanField("使う", default=True)

    objects = CodeManager()

    class Meta:
        verbose_name = "原因の分類"
        verbose_name_plural = "原因の分類"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class CauseAnalysis(models.Model):
    """One version of the cause; a new version asks the other parties again, all versions stay."""

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="causes")
    categories = models.ManyToManyField(CauseCategory, verbose_name="原因の分類", related_name="+")
    course = models.TextField("起きた経過", max_length=8000)
    cause = models.TextField("原因", max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = "原因の究明"
        verbose_name_plural = "原因の究明"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.incident} 原因の究明"

    @classmethod
    def asked(cls, incident: Incident) -> list[Party]:
        """The parties the 中央管理者 works with; without those from whom a report about a chief is kept."""
        found = [standing_in(party, incident) for party in ASKED]
        return [party for party in dict.fromkeys(found) if not (incident.bypasses_chief and party == Party.SECTION_OFFICER)]

    def unanswered(self) -> list[Party]:
        """The parties that have not said a word to this version."""
        known = {answer.party for answer in self.answers.all()}
        return [party for party in self.asked(self.incident) if party not in known]

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def write(
        cls, incident: Incident, *, categories: list[CauseCategory], course: str, cause: str, by: User, at: datetime
    ) -> "CauseAnalysis":
        """The 中央管理者 writes what has been found out; a party that is the very same person has answered by it (同一人)."""
        incident = incident.lock()
        guard_open(incident)
        step = step_of(incident, StepCode.CAUSE)
        actor = demand(by, incident, step.sender, at=at)
        if step.done_at is not None:
            raise InvalidTransition("原因の究明は済んでいます。新しく分かったことは追記してください。")
        if not (course.strip() and cause.strip() and categories):
            raise ValidationError("起きた経過、原因、原因の分類を入力してください。")
        row = cls.objects.create(incident=incident, course=course, cause=cause, by=by, by_as=actor.label, at=at)
        row.categories.set(categories)
        for party in cls.asked(incident):
            if {found.person.pk for found in people(incident, [party], at=at)} == {by.pk}:
                row.answers.create(party=party, stance=CauseAnswer.Stance.SAME_PERSON, by=by, by_as=actor.label, at=at)
        codes = sorted(category.code for category in categories)
        record(by, "incidents.cause.written", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, categories=codes)
        return row

    @transaction.atomic
    def answer(self, party: str, *, agrees: bool, words: str, by: User, at: datetime) -> "CauseAnswer":
        """A party agrees, or adds what it knows; each once a version."""
        incident = self.incident.lock()
        guard_open(incident)
        actor = demand(by, incident, party, at=at)
        self._guard_latest(incident)
        if party not in self.unanswered():
            raise InvalidTransition("この立場からの回答はすでに記録されています。")
        if not agrees and not words.strip():
            raise ValidationError({"words": "違うと考える点や補うことを入力してください。"})
        stance = CauseAnswer.Stance.AGREES if agrees else CauseAnswer.Stance.ADDS
        row = self.answers.create(party=party, stance=stance, words=words, by=by, by_as=actor.label, at=at)
        record(by, "incidents.cause.answered", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, party=party, agrees=agrees)
        return row

    @transaction.atomic
    def finish(self, *, by: User, at: datetime, reasons: Mapping[str, str] | None = None) -> None:
        """Step 8 is done when each party has answered, or the reason is given why one has not; the committee is told."""
        incident = self.incident.lock()
        guard_open(incident)
        step = step_of(incident, StepCode.CAUSE)
        if step.done_at is not None:
            raise InvalidTransition("原因の究明はすでに済んでいます。")
        actor = demand(by, incident, step.sender, at=at)
        self._guard_latest(incident)
        self.incident = incident
        for party in self.unanswered():
            self._pass_over(party, (reasons or {}).get(party, ""), actor, at=at)
        step.finish(actor, outcome=Step.Outcome.DONE, at=at, comment=self.cause[:2000])

    def _pass_over(self, party: Party, reason: str, actor: Actor, *, at: datetime) -> None:
        if not reason.strip():
            raise ValidationError(
                {f"reason_{party}": f"{party.label}の回答がありません。回答を待つか、待たずに進める理由を入力してください。"}
            )
        stance = CauseAnswer.Stance.NOT_ASKED
        self.answers.create(party=party, stance=stance, words=reason, by=actor.person, by_as=actor.label, at=at)

    def _guard_latest(self, incident: Incident) -> None:
        latest = incident.causes.last()
        if latest is None or latest.pk != self.pk:
            raise InvalidTransition("新しい版が書かれています。最新の内容を確かめてください。")


class CauseAnswer(models.Model):
    """What one of the parties says to a version of the cause: a line with its words and its time."""

    class Stance(models.TextChoices):
        AGREES = "agrees", "同意"
        ADDS = "adds", "補足・異なる意見"
        SAME_PERSON = "same_person", "同一人"
        NOT_ASKED = "not_asked", "回答を待たずに進めた"

    analysis = models.ForeignKey(CauseAnalysis, verbose_name="原因の究明", on_delete=models.PROTECT, related_name="answers")
    party = models.CharField("立場", max_length=32, choices=Party)
    stance = models.CharField("回答", max_length=16, choices=Stance)
    words = models.TextField("言葉", max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="回答した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("回答日時")

    class Meta:
        verbose_name = "原因への回答"
        verbose_name_plural = "原因への回答"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["analysis", "party"], name="incidents_causeanswer_once")]

    def __str__(self) -> str:
        return f"{self.get_party_display()}の回答"
