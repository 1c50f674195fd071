"""Who acts in the response to an incident: by an own hat, or spoken on the phone and typed in by another (口頭)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError

from incidents.chain import ONE_UP, SPECS, Party, StepCode
from incidents.parties import Actor, Hand
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from incidents.models import Incident, Step


@dataclass(frozen=True)
class Spoken:
    """What somebody decided or ordered by word of mouth: who, when, in which words."""

    by: User
    at: datetime
    content: str = ""


@dataclass(frozen=True)
class Act:
    """An act with its actor, the moment it counts from, and the hand that typed it in where that is another."""

    actor: Actor
    at: datetime
    hand: Hand | None = None


def standing_in(party: str, incident: "Incident") -> Party:
    """The party itself; the one above the committee where a chief is the matter, for then the committee is not told."""
    return ONE_UP[Party.COMMITTEE] if incident.bypasses_chief and party == Party.COMMITTEE else Party(party)


def people(incident: "Incident", parties: Iterable[str], *, at: datetime) -> list[Actor]:
    """Everyone who may act for one of these parties, each person once, in the order of the parties."""
    found: dict[int, Actor] = {}
    for party in dict.fromkeys(standing_in(party, incident) for party in parties):
        if incident.bypasses_chief and party == Party.SECTION_OFFICER:
            continue  # the chief who is the matter has no part in it
        for actor in incident.able(party, at=at):
            found.setdefault(actor.person.pk, actor)
    return list(found.values())


def actor_of(user: User, incident: "Incident", *parties: str, at: datetime) -> Actor | None:
    """The person as one of these parties, or None; serves button and method alike."""
    return next((actor for actor in people(incident, parties, at=at) if actor.person.pk == user.pk), None)


def demand(user: User, incident: "Incident", *parties: str, at: datetime) -> Actor:
    """As `actor_of`; PermissionDenied, naming the parties, for anyone else."""
    actor = actor_of(user, incident, *parties, at=at)
    if actor is None:
        names = "・".join(dict.fromkeys(standing_in(party, incident).label for party in parties))
        raise PermissionDenied(f"これを行えるのは、{names}だけです。")
    return actor


def acted(incident: "Incident", *parties: str, by: User, at: datetime, spoken: Spoken | None = None) -> Act:
    """Who does this act: the person at the keyboard, or the one who spoke; then whoever sees the report may type it in.

    Raises PermissionDenied, or ValidationError by field where the words cannot have been spoken so.
    """
    if spoken is None or spoken.by.pk == by.pk:
        return Act(demand(by, incident, *parties, at=at), at)
    if not incident.can_add_note(by, at=at):
        raise PermissionDenied("この報告を見られる方だけが、口頭の内容を入力できます。")
    guard_time(incident, spoken.at, at=at, field="spoken_at")
    actor = next((row for row in people(incident, parties, at=spoken.at) if row.person.pk == spoken.by.pk), None)
    if actor is None:
        raise ValidationError({"spoken_by": "選んだ方は、その日時にはこの役割にありません。話した人か日時を確かめてください。"})
    return Act(actor, spoken.at, Hand(by, at))


def guard_time(incident: "Incident", moment: datetime, *, at: datetime, field: str) -> None:
    """What was done to an incident was done after it was noticed, and not in the future."""
    if moment > at:
        raise ValidationError({field: "日時が未来になっています。実際の日時を入力してください。"})
    if moment < incident.noticed_at.replace(second=0, microsecond=0):
        raise ValidationError({field: "気づいた日時より前になっています。実際の日時を確かめてください。"})


def guard_open(incident: "Incident") -> None:
    """InvalidTransition where the incident has ended."""
    if not incident.is_open:
        raise InvalidTransition(f"この報告は「{incident.get_status_display()}」のため、変更できません。最新の状況を表示しました。")


def guard_drill(incident: "Incident") -> None:
    """InvalidTransition where it belongs to a drill that has ended: nothing of it goes on."""
    run = getattr(incident, "drill_run", None) if incident.is_drill else None
    if run is not None and run.drill.ended_at is not None:
        raise InvalidTransition("この報告の訓練は終わっているため、変更できません。")


def step_of(incident: "Incident", code: StepCode) -> "Step":
    """A step of an incident that the caller has locked; begun, else InvalidTransition says what has to come first."""
    step = incident.steps.get(code=code)
    step.incident = incident
    if step.started_at is None:
        before = step.spec.after
        raise InvalidTransition(
            f"先に「{before.label if before else ''}」（第{SPECS[before].number if before else ''}段）を済ませてください。"
        )
    return step
