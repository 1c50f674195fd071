"""Incidents: closed, with the effect of the measure seen or not, mistaken, waiting for the chief, reached the CISO, being answered."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from incidents.chain import Party, StepCode
from incidents.models import (
    Assessment,
    CauseAnalysis,
    CauseCategory,
    Ending,
    Incident,
    IncidentKind,
    PreventionReport,
    Receipt,
    ResponseTask,
    Triage,
    TriggerQuestion,
)
from incidents.models.emergency_measure import EmergencyMeasure, finish_measures
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from ..cast import Cast
from ..rows import Rows
from ..specimen import Copy, Specimen, take

REASON = "見本の理由です。"
KINDS = ("lost", "other")


class Course:
    """The acts about one incident, some hours after each other."""

    def __init__(self, cast: Cast, kind: str, at: datetime) -> None:
        self.cast, self.at = cast, at
        draft = Incident.objects.create(
            kind=IncidentKind.objects.get(code=kind),
            reporter=cast.clerk,
            department=cast.place.department,
            noticed_at=at - timedelta(minutes=30),
            personal_information=Incident.Answer.NO,
            summary="見本 書類のつづりが見当たらない。",
            place="窓口",
        )
        self.incident = draft.report(by=cast.clerk, at=at)

    def passed_on(self) -> "Course":
        """Told to all up to the CISO, and read."""
        self._step(StepCode.PASS_ON).pass_on(by=self.cast.place.head, at=self._next())
        self._step(StepCode.TO_GENERAL).pass_on(by=self.cast.place.division_head, at=self._next())
        self._step(StepCode.TO_CISO).pass_on(by=self.cast.general, at=self._next())
        self._step(StepCode.COMMITTEE_TO_CISO).pass_on(by=self.cast.secretary, at=self._next())
        return self.read()

    def read(self) -> "Course":
        """Whoever was told has read it."""
        at = self._next()
        for receipt in Receipt.objects.pending().filter(step__incident=self.incident):
            if not Receipt.objects.get(pk=receipt.pk).received_at:  # one look may read several
                receipt.acknowledge(by=receipt.able(at=at)[0].person, at=at)
        return self

    def weighed(self) -> "Course":
        answers = {"citizens": False, "systems": False, "outcome": Triage.Outcome.SECTION, "reason": REASON}
        Triage.weigh(self.incident, **answers, by=self.cast.general, at=self._next())
        return self

    def measured(self) -> "Course":
        at = self._next()
        facts = {"what": "書庫を探した", "taken_at": at, "taken_by": "所管課", "basis": "central"}
        EmergencyMeasure.take(self.incident, **facts, by=self.cast.central, at=at)
        finish_measures(self.incident, by=self.cast.central, at=at)
        return self

    def explained(self) -> "Course":
        """The cause is written, and every party has agreed."""
        category = CauseCategory.objects.order_by("pk").first()
        words = {"course": "戻す場所を誤った", "cause": "確認の手順がなかった"}
        analysis = CauseAnalysis.write(self.incident, categories=[category], **words, by=self.cast.central, at=self._next())
        for party in analysis.unanswered():
            analysis.answer(party, agrees=True, words="", by=self._who(party), at=self._next())
        analysis.finish(by=self.cast.central, at=self._next())
        return self

    def prevented(self) -> "Course":
        """Measures against it are reported, confirmed and carried out."""
        at = self._next()
        task = ResponseTask.order(
            self.incident,
            ResponseTask.Kind.PREVENTION,
            words="戻す場所を表にする",
            owner=Party.SECTION_OFFICER,
            department=self.cast.place.department,
            due_on=day_of(at) + timedelta(days=3),
            check_on=day_of(at) + timedelta(days=7),
            by=self.cast.secretary,
            at=at,
        )
        report = PreventionReport.report(self.incident, words="二人で確かめる", by=self.cast.secretary, at=self._next())
        report.confirm(words="確認した", by=self.cast.ciso, at=self._next())
        ResponseTask.objects.get(pk=task.pk).complete(note="改めた", by=self.cast.place.head, at=self._next())
        return self

    def settled_outside(self) -> "Course":
        """No question makes a report to an authority due, and what only the city decides is not sent."""
        questions = TriggerQuestion.objects.filter(is_active=True, threshold__isnull=True)
        facts = {"answers": {row.code: "no" for row in questions}, "people_count": 0, "known_at": self.incident.noticed_at, "seen": 0}
        Assessment.record(self.incident, **facts, by=self.cast.secretary, at=self._next())
        for report in self.incident.authority_reports.open():
            report.waive(by=self.cast.secretary, at=self._next(), reason=REASON)
        return self

    def closed(self) -> "Course":
        self.read()
        Ending.close(self.incident, by=self.cast.general, at=self._next(), reason="公表は要らないと確かめた")
        return self

    def checked(self) -> "Course":
        """A week later somebody else has seen that the measure works."""
        self.at += timedelta(days=7)
        ResponseTask.objects.get(incident=self.incident).check_effect(
            effective=True, words="表のとおりに戻っていた", by=self.cast.central, at=self.at
        )
        return self

    def mistaken(self) -> "Course":
        Ending.mistake(self.incident, reason="棚にあった", by=self.cast.central, at=self._next())
        return self

    def _step(self, code: str) -> Any:
        return self.incident.steps.select_related("incident__department__parent").get(code=code)

    def _who(self, party: str) -> User:
        place = self.cast.place
        return {Party.DIVISION_OFFICER: place.division_head, Party.SECTION_OFFICER: place.head, Party.COMMITTEE: self.cast.secretary}[party]

    def _next(self) -> datetime:
        self.at += timedelta(hours=2)
        return self.at


SHAPES: dict[str, Callable[[Course], Course]] = {
    "reported": lambda course: course,
    "reached": lambda course: course.passed_on(),
    "handled": lambda course: course.passed_on().weighed().measured(),
    "explained": lambda course: course.passed_on().weighed().measured().explained(),
    "mistaken": lambda course: course.passed_on().mistaken(),
    "closed": lambda course: course.passed_on().weighed().measured().explained().settled_outside().prevented().closed(),
    "checked": lambda course: course.passed_on().weighed().measured().explained().settled_outside().prevented().closed().checked(),
}
OVER = {"checked": 87, "closed": 1, "mistaken": 12}  # of a hundred: hardly ever does anybody forget to look at the effect
OPEN = {"reported": 25, "reached": 30, "handled": 25, "explained": 20}


def specimens(cast: Cast, *, at: datetime) -> dict[str, Specimen]:
    """One of each shape, of the kinds in turn, begun at the moment."""
    return {
        name: take(lambda go=go, kind=KINDS[place % 2]: _led(cast, kind, go, at), at=at, words=cast.words, is_over=name in OVER)
        for place, (name, go) in enumerate(SHAPES.items())
    }


def _led(cast: Cast, kind: str, go: Callable[[Course], Course], at: datetime) -> Incident:
    return Incident.objects.get(pk=go(Course(cast, kind, at)).incident.pk)


def copied(specimen: Specimen, rows: Rows, year: int, sequence: int, **stand_in: Any) -> Copy:
    """A copy with a number of its own."""
    number = Incident(fiscal_year=year, sequence=sequence).number
    stand_in["words"] = stand_in["words"] | {specimen.root.number: number}
    return Copy(specimen, rows, columns={Incident: {"fiscal_year": year, "sequence": sequence}}, **stand_in)
