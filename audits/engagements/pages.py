"""What the pages of one audit show: the tabs a person may open, what the page wants, the acts on offer."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse

from audits.acts import Act, Offer
from audits.engagements.acts_of import ACTS, KINDS
from audits.gates import Gap, gaps
from audits.models import CheckItem, Engagement, Question, Result
from audits.parties import Reach
from audits.waiting import Waiting, waiting_for
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry


@dataclass(frozen=True)
class Tab:
    """A face of the file; `inside` ones are never the audited side's."""

    name: str
    label: str
    inside: bool = False


TABS = (
    Tab("engagement", "概要"),
    Tab("schedule", "日程・通知"),
    Tab("survey", "予備調査"),
    Tab("checklist", "監査項目", inside=True),
    Tab("papers", "調書・抽出", inside=True),
    Tab("evidence", "証拠の貸出し"),
    Tab("findings", "指摘・意見交換"),
    Tab("report", "報告書"),
)


class Page:
    """One person's view of one audit at a moment, on one tab."""

    def __init__(self, engagement: Engagement, user: User, *, at: datetime, tab: str = "engagement") -> None:
        self.engagement, self.user, self.at, self.tab = engagement, user, at, tab
        self.reach = Reach.of(user, at=at)
        self.place = engagement.place(user, at=at, reach=self.reach)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """Those the person may open; who is only asked sees the summary."""
        seen = [tab for tab in TABS if self.place.sees_inside or (self.place.is_of_section and not tab.inside) or tab.name == "engagement"]
        url = {tab.name: reverse(f"audits:{tab.name}", args=[self.engagement.pk]) for tab in seen}
        return [{"label": tab.label, "url": url[tab.name], "is_current": tab.name == self.tab} for tab in seen]

    @cached_property
    def wants(self) -> list[Waiting]:
        """What waits for this person in this audit: here first, then elsewhere."""
        return waiting_for(self.user, at=self.at, engagement=self.engagement)

    @cached_property
    def wants_here(self) -> list[Waiting]:
        return [each for each in self.wants if each.tab == self.tab]

    @cached_property
    def gaps(self) -> list[Gap]:
        """What the phase still lacks, for who works on it."""
        return gaps(self.engagement, at=self.at) if self.place.sees_inside and self.engagement.is_open else []

    @property
    def route(self) -> list[dict[str, Any]]:
        """The phases as a step navigation."""
        order = list(Engagement.NEXT)
        ended = {row.phase: row for row in self.engagement.phase_ends.select_related("by")}
        now = order.index(self.engagement.phase) if self.engagement.phase in order else len(order)
        is_cancelled = self.engagement.phase == Engagement.Phase.CANCELLED
        return [
            {
                "title": phase.label,
                "state": "done" if phase in ended else "skipped" if is_cancelled else "now" if place == now else "next",
                "who": ended[phase].by.name if phase in ended else "",
                "when": ended[phase].at if phase in ended else None,
                "note": "足りないまま進んだ" if phase in ended and ended[phase].missing else "",
            }
            for place, phase in enumerate(order)
        ]

    # -- acts --------------------------------------------------------------------------------------------------------
    @cached_property
    def acts(self) -> list[Offer]:
        """The acts about the audit that this tab offers."""
        return self.acts_of(self.tab)

    def acts_of(self, tab: str) -> list[Offer]:
        found = [act for act in ACTS.values() if act.tab == tab and act.who(self.place) and act.when(self.engagement)]
        if tab == "engagement" and not self.gaps:  # nothing is missing: going on is what the page is for
            found = [replace(act, kind="") if act.slug == "end-phase" else act for act in found]
        return [Offer(act, reverse("audits:engagement_do", args=[self.engagement.pk, act.slug])) for act in found]

    def offers(self, kind: str, row: models.Model) -> list[Offer]:
        """The acts about one row."""
        found = [act for act in KINDS[kind].acts.values() if self._offered(act, row)]
        return [Offer(act, reverse("audits:engagement_row", args=[self.engagement.pk, kind, row.pk, act.slug])) for act in found]

    def _offered(self, act: Act, row: models.Model) -> bool:
        return self.engagement.is_open and act.who(self.place) and act.when(row)

    def with_offers(self, kind: str, rows: Any) -> list[models.Model]:
        """The rows, each with its `offers`; rows that point to this audit share this object."""
        found = list(rows)
        for row in found:
            if hasattr(row, "engagement_id"):
                row.engagement = self.engagement
            row.offers = self.offers(kind, row)
        return found

    # -- rows --------------------------------------------------------------------------------------------------------
    @cached_property
    def assignments(self) -> list[models.Model]:
        """The auditors, those of before last; each with what stands against it today, for who works on the audit."""
        rows = self.with_offers("assignment", self.engagement.assignments.select_related("person", "replaces__person"))
        for row in rows:
            row.found = row.conflicts(at=self.at) if self.place.sees_inside and self.engagement.phase in Engagement.BEFORE_REPORT else []
        return rows if self.place.sees_inside else [row for row in rows if row.is_accepted or row.person_id == self.user.pk]

    @cached_property
    def plan(self) -> Any:
        """The latest request about its plan."""
        return self.engagement.plan_requests().first()

    @cached_property
    def entries(self) -> list[Entry]:
        """The history; the audited side sees the words that concern it, never who wrote which paper when."""
        rows = Entry.objects.about(self.engagement).exclude(verb__in=AT_THEIR_PLACE)
        if not self.place.sees_inside:
            rows = rows.filter(verb__in=FOR_BOTH)
        return list(rows)


AT_THEIR_PLACE = ("audits.checklist.answered", "audits.question.answered")  # each item and each question says it itself
FOR_BOTH = (
    "audits.date.offered",
    "audits.date.chosen",
    "audits.date.refused",
    "audits.date.confirmed",
    "audits.notice.sent",
    "audits.notice.received",
    "audits.questionnaire.sent",
    "audits.questionnaire.submitted",
    "audits.questionnaire.returned",
    "audits.evidence.lent",
    "audits.evidence.returned",
    "audits.evidence.confirmed",
    "audits.evidence.denied",
    "audits.finding.exchanged",
    "audits.exchange.commented",
    "audits.exchange.answered",
    "audits.report.issued",
    "audits.report.received",
    "audits.engagement.phase_ended",
)


def files_of(model: type[models.Model], rows: list[models.Model]) -> dict[str, list[StoredFile]]:
    """The files of many rows with one query, by their key."""
    kind = ContentType.objects.get_for_model(model)
    found: dict[str, list[StoredFile]] = defaultdict(list)
    for file in StoredFile.objects.filter(content_type=kind, object_id__in=[str(row.pk) for row in rows]).select_related("uploaded_by"):
        found[file.object_id].append(file)
    return found


class ChecklistPage(Page):
    """All items on one page, with the answers of the survey beside; the number of queries does not depend on them."""

    @cached_property
    def items(self) -> list[CheckItem]:
        rows = self.engagement.items.select_related("asked", "changed_by").prefetch_related("findings")
        found = self.with_offers("item", rows)
        files = files_of(CheckItem, found)
        answers = files_of(Question, [row.asked for row in found if row.asked])
        for row in found:
            row.files = files[str(row.pk)]
            row.answer_files = answers[str(row.asked.pk)] if row.asked else []
        return found

    @property
    def may_write(self) -> bool:
        return self.place.is_auditor and self.engagement.phase == Engagement.Phase.FIELDWORK

    @property
    def done(self) -> int:
        return sum(row.is_complete for row in self.items)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """(適合, 12) for the results that occur."""
        rows = [(label, sum(row.result == value for row in self.items)) for value, label in Result.choices]
        return [(label, count) for label, count in rows if count]

    @property
    def by_section(self) -> list[tuple[str, list[CheckItem]]]:
        """The items under their 節, in the order of their numbers."""
        found: dict[str, list[CheckItem]] = {}
        for row in self.items:
            found.setdefault(".".join(row.clause.split(".")[:2]), []).append(row)
        return list(found.items())


class SurveyPage(Page):
    """The questions with their answers."""

    @cached_property
    def survey(self):
        found = getattr(self.engagement, "questionnaire", None)
        is_shown = found and (self.place.sees_inside or found.status in found.SHOWN)
        if is_shown:
            found.engagement = self.engagement
        return found if is_shown else None

    @cached_property
    def questions(self) -> list[Question]:
        rows = list(self.survey.questions.select_related("answered_by")) if self.survey else []
        files = files_of(Question, rows)
        for row in rows:
            row.files = files[str(row.pk)]
        return rows

    @property
    def may_answer(self) -> bool:
        return bool(self.survey) and self.survey.can_answer(self.user, at=self.at)

    @property
    def answered(self) -> int:
        return sum(bool(row.answer) for row in self.questions)
