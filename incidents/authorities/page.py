"""Everything that the page 外部報告・公表 of one incident shows to one person."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from incidents.authorities.answers import Answer, Answers
from incidents.authorities.closing import undecided
from incidents.authorities.holders import assessors
from incidents.chain import Party, StepCode
from incidents.models import Assessment, AuthorityReport, Incident, Publication, RuleSet, Sending, Step, TriggerQuestion
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of


@dataclass
class AuthoritiesPage:
    """One person's view of step 7 of one incident."""

    incident: Incident
    user: User
    at: datetime

    @property
    def today(self) -> date:
        return day_of(self.at)

    @cached_property
    def reports(self) -> list[AuthorityReport]:
        """All of them in the order of the authorities, each with its sendings and `is_mine`."""
        rows = self.incident.authority_reports.select_related("stage__authority", "decided_by").prefetch_related("sendings__by")
        able: dict[str, list[Actor]] = {}
        found = list(rows)
        for row in found:
            row.incident = self.incident
            able.setdefault(row.holder, [])
        for holder in able:
            able[holder] = next(row for row in found if row.holder == holder).able(at=self.at)
        for row in found:
            row.people = able[row.holder]
            row.is_mine = any(actor.person.pk == self.user.pk for actor in row.people)
            row.is_late = row.is_overdue(on=self.today)
            row.sent = [sending for sending in row.sendings.all() if sending.retracted_at is None]
            row.told = sum(sending.people_count or 0 for sending in row.sent)
            row.ground_words = [self.questions[code].word for code in row.grounds if code in self.questions]
            row.holder_label = Party(row.holder).label
        return found

    @property
    def open_reports(self) -> list[AuthorityReport]:
        """The most urgent first."""
        return sorted((row for row in self.reports if row.is_open), key=lambda row: row.due_on or date.max)

    @property
    def stands_still(self) -> bool:
        """Whether nothing is owed to anybody: a mistake, a report merged into another, a drill that is over."""
        incident = self.incident
        return incident.status in (incident.Status.MISTAKEN, incident.Status.MERGED) or (incident.is_drill and not incident.is_open)

    @property
    def my_reports(self) -> list[AuthorityReport]:
        return [row for row in self.open_reports if row.is_mine]

    @property
    def other_reports(self) -> list[AuthorityReport]:
        return [row for row in self.open_reports if not row.is_mine and row not in self.unasked]

    @property
    def unasked(self) -> list[AuthorityReport]:
        """Before the questions are answered: what hangs on them, has no day and is not this person's."""
        if self.latest:
            return []
        return [row for row in self.open_reports if row.status == row.Status.UNDECIDED and row.due_on is None and not row.is_mine]

    @property
    def settled(self) -> list[AuthorityReport]:
        return [row for row in self.reports if row.status in (AuthorityReport.Status.SENT, AuthorityReport.Status.WAIVED)]

    @property
    def left_out(self) -> list[AuthorityReport]:
        return [row for row in self.reports if row.status == AuthorityReport.Status.OUT]

    # -- the questions ---------------------------------------------------------------------------------------------
    @cached_property
    def assessments(self) -> list[Assessment]:
        """The latest first."""
        return list(self.incident.assessments.select_related("by").order_by("-version"))

    @property
    def latest(self) -> Assessment | None:
        return self.assessments[0] if self.assessments else None

    @cached_property
    def questions(self) -> dict[str, TriggerQuestion]:
        return {row.code: row for row in TriggerQuestion.objects.filter(is_active=True)}

    @cached_property
    def answered(self) -> list[tuple[TriggerQuestion, str, bool]]:
        """Question, answer in a word, and whether it counts as yes; those that do not apply are left out."""
        if self.latest is None:
            return []
        answers = Answers(self.latest.answers, self.questions.values(), people_count=self.latest.people_count)
        return [
            (question, Answer(answers.of(code)).label, answers.counts(code))
            for code, question in self.questions.items()
            if not question.asked_when or answers.of(question.asked_when) != Answer.NO
        ]

    @cached_property
    def rules(self) -> RuleSet | None:
        return RuleSet.of(self.incident.department)

    @cached_property
    def can_assess(self) -> bool:
        return any(actor.person.pk == self.user.pk for actor in assessors(self.incident, at=self.at))

    # -- publication and the end of the step -----------------------------------------------------------------------
    @cached_property
    def publications(self) -> list[Publication]:
        rows = list(self.incident.publications.select_related("proposed_by", "decided_by", "resolution__agenda_item__item"))
        for row in rows:
            row.incident = self.incident
        return rows

    @property
    def decided(self) -> Publication | None:
        return next((row for row in self.publications if row.status == Publication.Status.APPROVED), None)

    @property
    def proposal(self) -> Publication | None:
        return next((row for row in self.publications if row.is_proposed), None)

    @property
    def earlier(self) -> list[Publication]:
        return [row for row in self.publications if row not in (self.decided, self.proposal)]

    @cached_property
    def can_decide(self) -> bool:
        return self.proposal is not None and self.proposal.decider(self.user, at=self.at) is not None

    @property
    def asks_more(self) -> bool:
        """Whether something comes before the reports themselves: the questions, a proposal to decide on, the end of the step."""
        return (self.can_assess and self.latest is None) or self.can_decide or self.can_finish

    @property
    def suggestion(self) -> str:
        """What practice does: what the law wants reported is published by itself, the rest in the half-yearly list."""
        is_by_law = any(row.authority.is_statutory and row.status != AuthorityReport.Status.OUT for row in self.reports)
        if self.latest and is_by_law:
            return "法律が報告を求める漏えい等に当たるため、個別に公表するのが目安です。"
        if self.incident.bypasses_chief:
            return "法律が報告を求めるものや著しく不適切なものは、個別に公表するのが目安です。半期の一覧には載りません。"
        return "法律が報告を求めるものや著しく不適切なものは個別に、そのほかは半期の一覧で公表するのが目安です。"

    @cached_property
    def step(self) -> Step | None:
        row = self.incident.steps.filter(code=StepCode.EXTERNAL).first()
        if row:
            row.incident = self.incident
        return row

    @cached_property
    def left(self) -> list[str]:
        return undecided(self.incident)

    @cached_property
    def can_finish(self) -> bool:
        return bool(self.step and not self.left and self.step.actor(self.user, at=self.at))


def sendings_of(report: AuthorityReport) -> list[Sending]:
    """The versions that were sent, the latest first."""
    return list(report.sendings.select_related("by", "retracted_by", "together_with__report__stage__authority").order_by("-version"))
