"""Steps 9 and 10: the committee reports the measures to the CISO, who confirms them or sends them back (3.9.3.3.2-3)."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.chain import Party, StepCode
from incidents.handling import Spoken, acted, demand, guard_open, step_of
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .response_task import ResponseTask
from .step import Receipt, Step
from .writing import write


class PreventionReport(models.Model):
    """One report of the recurrence-prevention measures with the CISO's ruling on it; a report sent back is followed by another."""

    class Ruling(models.TextChoices):
        CONFIRMED = "confirmed", "確認"
        RETURNED = "returned", "差戻し"

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="prevention_reports")
    words = models.TextField("再発防止策の考え方", max_length=8000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="報告した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("報告日時")
    ruling = models.CharField("CISOの判断", max_length=16, choices=Ruling, blank=True)
    ruling_words = models.TextField("CISOの言葉", max_length=4000, blank=True)
    ruled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="判断した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ruled_as = models.CharField("役割", max_length=200, blank=True)
    ruled_at = models.DateTimeField("判断日時", null=True, blank=True)

    class Meta:
        verbose_name = "再発防止策の報告"
        verbose_name_plural = "再発防止策の報告"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ruling="") | Q(ruled_at__isnull=False), name="incidents_preventionreport_ruled_has_time"),
            models.CheckConstraint(
                condition=~Q(ruling="returned") | ~Q(ruling_words=""), name="incidents_preventionreport_returned_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} 再発防止策の報告"

    @classmethod
    @transaction.atomic
    def report(cls, incident: Incident, *, words: str, by: User, at: datetime) -> "PreventionReport":
        """Step 9: the committee reports to the CISO what it has drawn up; the words say why no measure is needed where there is none."""
        incident = incident.lock()
        guard_open(incident)
        step = step_of(incident, StepCode.PREVENTION)
        if step.done_at is not None:
            raise InvalidTransition("再発防止策はすでにCISOに報告されています。")
        actor = demand(by, incident, step.sender, at=at)
        if not words.strip():
            raise ValidationError({"words": "再発防止策の考え方を入力してください。措置が要らないときは、その理由を入力します。"})
        row = cls.objects.create(incident=incident, words=words, by=by, by_as=actor.label, at=at)
        for receipt in Receipt.objects.pending().filter(step__incident=incident, party=step.sender, step__code=StepCode.CAUSE):
            receipt.step.incident = incident
            receipt.close(actor, at=at)  # whoever draws measures from the cause has read it
        step.finish(actor, outcome=Step.Outcome.DONE, at=at, comment=words[:2000])
        return row

    @transaction.atomic
    def confirm(self, *, words: str, by: User, at: datetime, spoken: Spoken | None = None) -> None:
        """Step 10: the CISO confirms; the drafts become measures that wait for their owners. Further orders follow as tasks."""
        row, act, step = self._ruled(self.Ruling.CONFIRMED, words, by=by, at=at, spoken=spoken)
        drafts = list(row.incident.tasks.filter(status=ResponseTask.Status.DRAFT))
        for task in drafts:
            task.open_draft()
        step.finish(act.actor, outcome=Step.Outcome.DONE, at=act.at, comment=words[:2000], hand=act.hand)
        write("incidents.prevention.confirmed", row.incident, act.actor, act.hand, at=act.at, count=len(drafts))

    @transaction.atomic
    def send_back(self, *, words: str, by: User, at: datetime) -> None:
        """The CISO is not content: step 9 begins again with a fresh clock, step 10 waits for it."""
        if not words.strip():
            raise ValidationError({"words": "何を改めるかを入力してください。"})
        row, act, step = self._ruled(self.Ruling.RETURNED, words, by=by, at=at)
        step.wait_again(at=at, begins=False)
        before = row.incident.steps.get(code=StepCode.PREVENTION)
        before.incident = row.incident
        before.wait_again(at=at, begins=True)
        write("incidents.prevention.returned", row.incident, act.actor, act.hand, at=act.at)

    def _ruled(self, ruling: str, words: str, *, by: User, at: datetime, spoken: Spoken | None = None):
        incident = self.incident.lock()
        guard_open(incident)
        row = PreventionReport.objects.get(pk=self.pk)
        row.incident = incident
        step = step_of(incident, StepCode.CONFIRMATION)
        if row.ruling or step.done_at is not None:
            raise InvalidTransition("この報告にはすでに判断が示されています。最新の状況を表示しました。")
        act = acted(incident, Party.CISO, by=by, at=at, spoken=spoken)
        row.ruling, row.ruling_words = ruling, words
        row.ruled_by, row.ruled_as, row.ruled_at = act.actor.person, act.actor.label, act.at
        row.save(update_fields=["ruling", "ruling_words", "ruled_by", "ruled_as", "ruled_at"])
        for receipt in Receipt.objects.pending().filter(step__incident=incident, step__code=StepCode.PREVENTION, party=Party.CISO):
            receipt.step.incident = incident
            receipt.close(act.actor, at=act.at, hand=act.hand)  # whoever rules on a report has read it
        return row, act, step
