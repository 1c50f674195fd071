"""How a report enters the chain: at the reporter's own level, past the chief when the chief is the matter (chains.md)."""

from datetime import datetime
from typing import TYPE_CHECKING

from incidents.chain import CHAIN, LEVELS, ONE_UP, Party, StepCode, StepSpec
from incidents.parties import Actor, Hand, actors
from musashimurayama_isms.accounts.models import User

from .step import Step

if TYPE_CHECKING:
    from .incident import Incident


def entry_party(incident: "Incident", *, by: User, at: datetime) -> Party:
    """The level at which this person reports: the highest party of the line that the person holds, else REPORTER."""
    for party in reversed(LEVELS[1:]):
        if any(actor.person.pk == by.pk and actor.in_place_of is None for actor in actors(party, incident.department, at=at)):
            return party
    return Party.SECTION_OFFICER if incident.bypasses_chief else Party.REPORTER


def open_chain(incident: "Incident", *, by: User, at: datetime, typed_at: datetime) -> None:
    """Copy the chain into the incident and close what the act of reporting has done already.

    Step 1 is the report itself. Steps whose sender stands below the reporter's level are passed over; the step whose
    sender is the reporter is done by the same act (同一人). `at` is when the chief was told, `typed_at` when the report was typed in.
    """
    level = LEVELS.index(entry_party(incident, by=by, at=at))
    for position, spec in enumerate(CHAIN):
        if not (incident.bypasses_chief and spec.sender == Party.COMMITTEE and spec.is_word):
            Step.objects.create(incident=incident, code=spec.code, position=position, sender=_sender(spec, incident, at=at))
    reporter = Actor(by, Party.REPORTER.label if incident.bypasses_chief else LEVELS[level].label)
    for code in [spec.code for spec in CHAIN if spec.is_word and spec.sender in LEVELS[: level + 1]]:
        step = Step.objects.get(incident=incident, code=code)
        step.incident = incident
        if step.done_at is None:
            step.finish(reporter, outcome=_outcome(step, level, incident), at=at, hand=Hand(by, typed_at))


def _sender(spec: StepSpec, incident: "Incident", *, at: datetime) -> Party:
    """The committee is left out when a chief is the matter, and so is a party whose only person is that chief.

    What they would do falls to the next one up.
    """
    is_left_out = incident.bypasses_chief and spec.sender == Party.COMMITTEE
    return incident.standing_for(ONE_UP[spec.sender] if is_left_out else spec.sender, at=at)


def _outcome(step: Step, level: int, incident: "Incident") -> str:
    """How the act of reporting closes a step: done, done as the same person, or passed over."""
    if step.code == StepCode.REPORT and level == 0:
        return Step.Outcome.DONE
    is_own = LEVELS.index(step.spec.sender) == level or (step.code == StepCode.REPORT and level == 1)
    return Step.Outcome.SAME_PERSON if is_own and not incident.bypasses_chief else Step.Outcome.PASSED_OVER
