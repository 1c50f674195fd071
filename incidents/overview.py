"""Everything the page of one incident shows, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from incidents.chain import Party
from incidents.direct.page import DirectActs
from incidents.models import Incident, OralEntry, Receipt, Step
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry


@dataclass
class Overview:
    """One person's view of one incident at a moment."""

    incident: Incident
    user: User
    at: datetime

    @cached_property
    def steps(self) -> list[Step]:
        """The chain of this incident in order, each with its receipts and oral entries."""
        rows = self.incident.steps.select_related("done_by", "oral_entry").prefetch_related("receipts__received_by", "receipts__oral_entry")
        for step in rows:
            step.incident = self.incident
            for receipt in step.receipts.all():
                receipt.step = step
        return list(rows)

    @cached_property
    def receipts(self) -> list[Receipt]:
        return [receipt for step in self.steps for receipt in step.receipts.all()]

    @cached_property
    def people(self) -> dict[str, list[Actor]]:
        """Who may act for each party that something waits for; asked once a party."""
        parties = {step.sender for step in self.steps if step.is_pending} | {row.party for row in self.receipts if row.is_pending}
        return {party: self.incident.able(party, at=self.at) for party in parties}

    def _is_mine(self, party: str) -> bool:
        return any(actor.person.pk == self.user.pk for actor in self.people.get(party, []))

    @cached_property
    def my_steps(self) -> list[Step]:
        """Words to pass on, with one button on this page."""
        return [step for step in self._mine if step.spec.is_word]

    @cached_property
    def my_tasks(self) -> list[Step]:
        """Steps of the response that this person works on, each on its own page."""
        return [step for step in self._mine if not step.spec.is_word]

    @cached_property
    def _mine(self) -> list[Step]:
        return [step for step in self.steps if step.is_pending and self._is_mine(step.sender)]

    @cached_property
    def my_receipts(self) -> list[Receipt]:
        """Receipts to acknowledge; not those that passing on will close anyway."""
        senders = {step.sender for step in self.my_steps}
        mine = [row for row in self.receipts if row.is_pending and self._is_mine(row.party) and row.party not in senders]
        return list({row.party: row for row in mine}.values())  # one look at the report reads all that a party was told

    @cached_property
    def my_oral_entries(self) -> list[OralEntry]:
        return list(
            self.incident.oral_entries.waiting_for(self.user).select_related("step", "receipt__step", "triage", "task", "entered_by")
        )

    @cached_property
    def waits_for_me(self) -> bool:
        return bool(self._mine or self.my_receipts or self.my_oral_entries)

    @property
    def is_reporter(self) -> bool:
        return self.incident.reporter_id == self.user.pk

    @cached_property
    def others(self) -> list[dict]:
        """What waits for other parties, with the persons and their phone numbers: the call list."""
        rows = [
            (step.sender, step.act(at=self.at), step.due_at, step, None)
            for step in self.steps
            if step.is_pending and step not in self._mine
        ]
        rows += [(row.party, "受領する", row.due_at, None, row) for row in self.receipts if row.is_pending and not self._is_mine(row.party)]
        return [
            {"party": Party(party).label, "act": act, "due": due, "people": self.people[party], "step": step, "receipt": receipt}
            for party, act, due, step, receipt in rows
        ]

    @property
    def route_of_words(self) -> list[dict]:
        """Steps 1 to 4 as a step navigation."""
        return self._route(is_word=True)

    @property
    def route_of_response(self) -> list[dict]:
        """Steps 5 to 10 as a step navigation."""
        return self._route(is_word=False)

    def _route(self, *, is_word: bool) -> list[dict]:
        return [
            {
                "number": step.spec.number,
                "title": step.get_code_display(),
                "state": self._state(step),
                "who": step.done_as or Party(step.sender).label,
                "when": step.done_at or step.started_at,
                "due": step.due_at if step.is_pending else None,
                "note": "口頭" if hasattr(step, "oral_entry") else step.get_outcome_display() if step.outcome not in ("", "done") else "",
                "step": step,
            }
            for step in self.steps
            if step.spec.is_word == is_word
        ]

    def _state(self, step: Step) -> str:
        if step.done_at:
            return "skipped" if step.is_passed_over else "done"
        if step.is_pending:
            return "late" if step.is_overdue(at=self.at) else "now"
        return "next"

    @cached_property
    def direct(self) -> DirectActs:
        """What the kind of the report asks at once."""
        return DirectActs(self.incident, self.user, at=self.at)

    @cached_property
    def survivor(self) -> Incident | None:
        """The report that goes on in the place of this one, where this person sees it."""
        if self.incident.merged_into_id is None:
            return None
        return Incident.objects.submitted().visible_to(self.user, at=self.at).filter(pk=self.incident.merged_into_id).first()

    @cached_property
    def files(self):
        return StoredFile.objects.about(self.incident)

    @cached_property
    def notes(self):
        return list(self.incident.notes.select_related("by"))

    @cached_property
    def entries(self):
        return Entry.objects.about(self.incident)

    @cached_property
    def can_add_note(self) -> bool:
        return self.incident.can_add_note(self.user, at=self.at)

    @cached_property
    def can_raise(self) -> bool:
        return self.incident.can_raise(self.user, at=self.at)
