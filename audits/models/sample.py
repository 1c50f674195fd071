"""抽出: past permits of the section, drawn at random with the seed kept, so that anybody can draw them again."""

import hashlib
import secrets
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request, RequestType
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .grants import open_samples
from .visible import Inside

PHASES = (Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK)
LARGEST = 100


def draw(population: list[str], size: int, seed: str) -> list[str]:
    """The `size` keys that a seed draws: those with the smallest digest of seed and key. Order of the population is no matter."""
    return sorted(population, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).digest())[:size]


class Sample(models.Model):
    """One draw: out of what, how many, with which seed."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="samples")
    type = models.ForeignKey(RequestType, verbose_name="申請種別", on_delete=models.PROTECT, related_name="+")
    since = models.DateField("決定日の始まり")
    until = models.DateField("決定日の終わり")
    size = models.PositiveSmallIntegerField("抽出する件数")
    seed = models.CharField("乱数の種", max_length=64)
    population = models.JSONField("母集団", default=list)
    digest = models.CharField("母集団のSHA-256", max_length=64)
    by = by_whom("抽出した人")
    at = at_when("抽出日時", null=False)

    objects = Inside.as_manager()

    class Meta:
        verbose_name = "抽出"
        verbose_name_plural = "抽出"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.engagement} 抽出（{self.type}）"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:papers', args=[self.engagement_id])}#sample-{self.pk}"

    @classmethod
    @transaction.atomic
    def take(
        cls, engagement: Engagement, *, type_: RequestType, since: date, until: date, size: int, seed: str = "", by: User, at: datetime
    ) -> "Sample":
        """Draw among the decided requests of the section; the auditors may read what was drawn as long as the audit runs.

        ValidationError, by field, for a period in disorder; InvalidTransition where there is nothing to draw from.
        """
        engagement = engagement.written_by(by, at=at, phases=PHASES)
        if until < since:
            raise ValidationError({"until": "終わりの日が、始まりの日より前になっています。"})
        if not 1 <= size <= LARGEST:
            raise ValidationError({"size": f"1件から{LARGEST}件までにしてください。"})
        rows = Request.objects.decided().filter(department=engagement.department, type=type_)
        keys = sorted(str(pk) for pk in rows.filter(decided_at__date__range=(since, until)).values_list("pk", flat=True))
        if not keys:
            raise InvalidTransition("この期間に、この種別の決定済みの申請はありません。")
        seed = seed or secrets.token_hex(8)
        digest = hashlib.sha256("\n".join(keys).encode()).hexdigest()
        facts = {"type": type_, "since": since, "until": until, "size": min(size, len(keys)), "seed": seed}
        row = cls.objects.create(engagement=engagement, population=keys, digest=digest, by=by, at=at, **facts)
        picks = draw(keys, row.size, seed)
        SamplePick.objects.bulk_create(SamplePick(sample=row, position=place, request_id=key) for place, key in enumerate(picks, 1))
        open_samples(engagement)
        record(by, "audits.sample.drawn", engagement, at=at, count=row.size, population=len(keys), digest=digest)
        return row

    def is_reproducible(self) -> bool:
        """Whether population and seed give the same picks again."""
        keys = [str(pk) for pk in self.picks.order_by("position").values_list("request", flat=True)]
        return draw(self.population, self.size, self.seed) == keys


class SamplePick(models.Model):
    """One request that was drawn, and what was seen in it."""

    sample = models.ForeignKey(Sample, verbose_name="抽出", on_delete=models.CASCADE, related_name="picks")
    position = models.PositiveSmallIntegerField("順")
    request = models.ForeignKey(Request, verbose_name="申請", on_delete=models.PROTECT, related_name="audit_picks")
    note = models.CharField("見たこと", max_length=500, blank=True)
    is_sound = models.BooleanField("問題なし", null=True, blank=True)
    by = by_whom("見た人", null=True)
    at = at_when("見た日時")

    class Meta:
        verbose_name = "抽出した申請"
        verbose_name_plural = "抽出した申請"
        ordering = ["sample", "position"]
        constraints = [models.UniqueConstraint(fields=["sample", "request"], name="audits_samplepick_once")]

    def __str__(self) -> str:
        return f"{self.sample} {self.position}"

    @transaction.atomic
    def note_it(self, *, is_sound: bool, note: str, by: User, at: datetime) -> None:
        """What the auditor saw. ValidationError where something is wrong and nothing says what."""
        engagement = self.sample.engagement.written_by(by, at=at, phases=PHASES)
        if not is_sound and not note:
            raise ValidationError({"note": "どのような問題があったかを書いてください。"})
        self.is_sound, self.note, self.by, self.at = is_sound, note, by, at
        self.save(update_fields=["is_sound", "note", "by", "at"])
        record(by, "audits.sample.examined", engagement, at=at, item=self.position)
