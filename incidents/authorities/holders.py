"""Who acts in step 7: the committee through its secretariat, or the party that the policy names for one authority.

A report about one's own chief is kept from the 課 and the committee (chains.md): then the next one up acts.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from incidents.chain import ONE_UP, Party
from incidents.parties import COMMITTEE_CODE, Actor, actors
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.accounts.standing import day_of

if TYPE_CHECKING:
    from incidents.models import Incident

KEPT_FROM = (Party.SECTION_OFFICER, Party.COMMITTEE)


def holder_for(party: str, incident: "Incident") -> Party:
    """The party that acts in this incident where `party` is the usual one."""
    usual = Party(party)
    return ONE_UP[usual] if incident.bypasses_chief and usual in KEPT_FROM else usual


def assessors(incident: "Incident", *, at: datetime) -> list[Actor]:
    """Who judges which authorities are told and proposes what is published: the committee's people and 中央管理者."""
    people = [*incident.able(holder_for(Party.COMMITTEE, incident), at=at), *actors(Party.CENTRAL_MANAGER, incident.department, at=at)]
    return _once(_others(people, incident, at=at))


def assessor(incident: "Incident", user: User, *, at: datetime) -> Actor:
    """The person as one who judges and proposes, or PermissionDenied."""
    found = next((actor for actor in assessors(incident, at=at) if actor.person.pk == user.pk), None)
    if found is None:
        raise PermissionDenied("報告先の判断と公表の案は、情報化推進委員会（事務局）と中央電子計算組織管理者が行います。")
    return found


def deciders(incident: "Incident", *, at: datetime) -> list[Actor]:
    """Who approves a publication (3.4.2.10.4): the members of the committee, its secretariat alone does not.

    Where the committee is kept out, 総括管理者 and the CISO.
    """
    if incident.bypasses_chief:
        high = [actor for party in (Party.GENERAL_MANAGER, Party.CISO) for actor in actors(party, incident.department, at=at)]
        return _once(_others(high, incident, at=at))
    return list(once("committee_seats", lambda: _seated(at=at), at=at))


def _others(people: list[Actor], incident: "Incident", *, at: datetime) -> list[Actor]:
    """All but the chief who is the matter, whatever hat that person wears."""
    kept = incident.kept_from(at=at)
    return [actor for actor in people if actor.person.pk not in kept]


def _seated(*, at: datetime) -> list[Actor]:
    committee = Committee.objects.filter(code=COMMITTEE_CODE).first()
    if committee is None:
        return []
    seated = committee.seated(day_of(at))
    return _once(
        [Actor(row.person, f"{committee.name}（{'委員長' if seat.is_chair else '委員'}）") for seat, rows in seated for row in rows]
    )


def _once(rows: list[Actor]) -> list[Actor]:
    found: dict[int, Actor] = {}
    for actor in rows:
        found.setdefault(actor.person.pk, actor)
    return list(found.values())
