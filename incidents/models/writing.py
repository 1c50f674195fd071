"""How an act of the chain is written into the trail."""

from datetime import datetime
from typing import TYPE_CHECKING

from incidents.parties import Actor, Hand
from musashimurayama_isms.trail.record import record

if TYPE_CHECKING:
    from .incident import Incident


def write(verb: str, incident: "Incident", actor: Actor, hand: Hand | None, *, at: datetime, **changes) -> None:
    """The trail's entry of an act: by whoever did it, or by the hand that typed it in with the speaker named beside it."""
    if hand is None or hand.by == actor.person:
        record(actor.person, verb, incident, role=actor.label, in_place_of=actor.in_place_of, at=hand.at if hand else at, **changes)
    else:
        record(hand.by, verb, incident, at=hand.at, orally_by=actor.person.name, orally_as=actor.label, done_at=at, **changes)
