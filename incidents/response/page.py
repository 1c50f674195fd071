"""Everything the page of the response shows of one incident, with a bounded number of questions."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from incidents.chain import StepCode
from incidents.handling import actor_of
from incidents.models import Ending, Evidence, Incident, IncidentLink, IncidentMeeting, ResponseTask, Step
from incidents.models.cause import CauseAnalysis
from incidents.models.emergency_measure import TAKERS
from incidents.models.network_cut import CUTTERS
from incidents.open_points import OpenPoint, open_points
from incidents.parties import Reach
from incidents.response.open_points import MEETING_OF
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile


@dataclass
class ResponsePage:
    """One person's view of the response to one incident at a moment."""

    incident: Incident
    user: User
    at: datetime

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.user, at=self.at)

    @cached_property
    def steps(self) -> dict[str, Step]:
        """The steps of the response by their codes."""
        rows = self.incident.steps.select_related("done_by", "oral_entry")
        for step in rows:
            step.incident = self.incident
        return {str(step.code): step for step in rows if not step.spec.is_word}

    def _may(self, *parties: str) -> bool:
        return self.incident.is_open and actor_of(self.user, self.incident, *parties, at=self.at) is not None

    def _is_pending_for_me(self, code: StepCode) -> bool:
        step = self.steps.get(code)
        return step is not None and step.is_pending and step.actor(self.user, at=self.at) is not None

    # -- triage and meetings -----------------------------------------------------------------------------------------
    @cached_property
    def triages(self) -> list:
        return list(self.incident.triages.select_related("by", "oral_entry"))

    @property
    def triage(self):
        """The judgement that holds now."""
        return self.triages[-1] if self.triages else None

    @cached_property
    def may_enter_triage(self) -> bool:
        """The 総括管理者, or whoever has heard his word: any reader may type it in."""
        step = self.steps.get(StepCode.TRIAGE)
        return self.incident.is_open and step is not None and step.started_at is not None

    @cached_property
    def meetings(self) -> list[IncidentMeeting]:
        rows = self.incident.meetings.select_related("called_by", "closed_by").prefetch_related("members__person", "members__reached_by")
        return list(rows)

    @cached_property
    def may_run_meetings(self) -> bool:
        return self._may(*ResponseTask.ORDERERS[ResponseTask.Kind.DECISION])

    @cached_property
    def callable_kinds(self) -> list[IncidentMeeting.Kind]:
        """The meetings that this person may convene after the judgement that holds and that are not called already."""
        now = self.triage.outcome if self.triage else ""
        called = {meeting.kind for meeting in self.meetings if meeting.is_called}
        return [
            kind
            for kind, allowed in IncidentMeeting.ALLOWED_BY.items()
            if now in allowed and kind not in called and self._may(*IncidentMeeting.CALLERS[kind])
        ]

    @cached_property
    def meeting_to_call(self) -> IncidentMeeting.Kind | None:
        """The meeting that the judgement asks for, as long as nobody has called it."""
        kind = MEETING_OF.get(self.triage.outcome) if self.triage else None
        is_there = any(meeting.kind == kind and meeting.status != IncidentMeeting.Status.CANCELLED for meeting in self.meetings)
        return kind if kind in self.callable_kinds and not is_there else None

    @cached_property
    def meetings_to_minute(self) -> list[IncidentMeeting]:
        """Meetings whose hour has come, for those who keep the minutes."""
        return [row for row in self.meetings if row.is_called and row.planned_at <= self.at] if self.may_run_meetings else []

    @property
    def asks_for_meeting(self) -> bool:
        """Whether a meeting comes before the steps."""
        return bool(self.meeting_to_call or self.meetings_to_minute)

    # -- measures, attack, evidence ----------------------------------------------------------------------------------
    @cached_property
    def measures(self) -> list:
        return list(self.incident.measures.select_related("by", "system", "restored_by", "oral_entry__spoken_by"))

    @cached_property
    def may_take_measures(self) -> bool:
        return self._may(*TAKERS)

    @cached_property
    def may_finish_measures(self) -> bool:
        return self._is_pending_for_me(StepCode.MEASURES)

    @cached_property
    def cuts(self) -> list:
        return list(self.incident.cuts.select_related("by", "judged_by", "restored_by", "connection__system"))

    @cached_property
    def may_cut(self) -> bool:
        return self._may(*CUTTERS)

    @cached_property
    def is_central(self) -> bool:
        return self._may("CENTRAL_MANAGER")

    @cached_property
    def attacks(self) -> list:
        return list(self.incident.attack_findings.select_related("by"))

    @property
    def attack(self):
        return self.attacks[-1] if self.attacks else None

    @property
    def evidence_rows(self) -> QuerySet[Evidence]:
        """The pieces that this person may know of."""
        rows = Evidence.objects.visible_to(self.user, at=self.at, reach=self.reach).filter(incident=self.incident)
        return rows.select_related("holder", "by").prefetch_related("moves")

    @cached_property
    def evidence(self) -> list[Evidence]:
        return list(self.evidence_rows)

    @cached_property
    def may_keep_evidence(self) -> bool:
        return Evidence.can_keep(self.user, self.incident, at=self.at)

    # -- cause, prevention, tasks ------------------------------------------------------------------------------------
    @cached_property
    def causes(self) -> list[CauseAnalysis]:
        rows = list(self.incident.causes.select_related("by").prefetch_related("categories", "answers__by"))
        for row in rows:
            row.incident = self.incident
        return rows

    @property
    def cause(self) -> CauseAnalysis | None:
        return self.causes[-1] if self.causes else None

    @cached_property
    def may_write_cause(self) -> bool:
        return self._is_pending_for_me(StepCode.CAUSE)

    @cached_property
    def my_answers(self) -> list:
        """The parties for which this person may still answer to the cause."""
        step = self.steps.get(StepCode.CAUSE)
        if self.cause is None or step is None or not step.is_pending:
            return []
        return [party for party in self.cause.unanswered() if self._may(party)]

    @cached_property
    def reports(self) -> list:
        return list(self.incident.prevention_reports.select_related("by", "ruled_by"))

    @property
    def report(self):
        return self.reports[-1] if self.reports else None

    @cached_property
    def may_prevent(self) -> bool:
        return self._is_pending_for_me(StepCode.PREVENTION)

    @cached_property
    def may_rule(self) -> bool:
        return self._is_pending_for_me(StepCode.CONFIRMATION)

    @cached_property
    def may_enter_ruling(self) -> bool:
        """The CISO's word may be typed in by whoever heard it."""
        step = self.steps.get(StepCode.CONFIRMATION)
        return step is not None and step.is_pending

    @property
    def task_rows(self) -> QuerySet[ResponseTask]:
        """Of this report and of those merged into it."""
        incidents = [self.incident.pk, *(row.pk for row in self.merged)]
        rows = ResponseTask.objects.filter(incident__in=incidents)
        return rows.select_related("incident", "department__parent", "handed_to", "done_by", "checked_by", "ordered_by", "meeting")

    @cached_property
    def tasks(self) -> list[ResponseTask]:
        return list(self.task_rows)

    @cached_property
    def order_kinds(self) -> list[ResponseTask.Kind]:
        """The kinds of measures that this person may order now."""
        step = self.steps.get(StepCode.PREVENTION)
        drafting = [ResponseTask.Kind.PREVENTION] if step is not None and step.done_at is None else []
        kinds = (ResponseTask.Kind.ORDER, *drafting, ResponseTask.Kind.INSTRUCTION)
        return [kind for kind in kinds if self._may(*ResponseTask.ORDERERS[kind])]

    # -- the whole ---------------------------------------------------------------------------------------------------
    @cached_property
    def open_points(self) -> list[OpenPoint]:
        return open_points(self.incident, at=self.at)

    @cached_property
    def may_end(self) -> bool:
        return Ending.can_end(self.user, self.incident, at=self.at)

    @cached_property
    def endings(self) -> list[Ending]:
        """Each with `is_shown`: which other report it went into, and why, is for those who see that one."""
        rows = list(self.incident.endings.select_related("by", "into"))
        others = [row.into_id for row in rows if row.into_id]
        seen = Incident.objects.submitted().visible_to(self.user, at=self.at, reach=self.reach).filter(pk__in=others) if others else []
        shown = {incident.pk for incident in seen}
        for row in rows:
            row.is_shown = row.into_id is None or row.into_id in shown
        return rows

    @cached_property
    def merged(self) -> list[Incident]:
        """The reports of the same event that this one has taken over, with their notes."""
        rows = self.incident.merged_reports.with_people().prefetch_related("notes__by")
        return list(rows.order_by("reported_at"))

    @cached_property
    def merged_files(self) -> list[StoredFile]:
        return [file for row in self.merged for file in StoredFile.objects.about(row)]

    @cached_property
    def links(self) -> list[IncidentLink]:
        """What this person may see of what the incident has to do with."""
        rows = IncidentLink.objects.filter(incident=self.incident, removed_at__isnull=True).visible_to(self.user)
        return list(rows.select_related("by").prefetch_related("thing"))

    @cached_property
    def can_add_note(self) -> bool:
        return self.incident.can_add_note(self.user, at=self.at)
