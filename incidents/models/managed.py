"""The persons behind the parties of one incident: those of the chain, and who answers for the service or account it names."""

from datetime import datetime

from incidents.also_told import also_told
from incidents.chain import ONE_UP, Party
from incidents.parties import Actor, able, actors, one_up
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Department, RoleCode
from musashimurayama_isms.accounts.standing import day_of, holders

from .opening import entry_party


class Managed:
    """What an incident knows of its own people beyond the roles of its department."""

    @property
    def has_manager(self) -> bool:
        """Whether it names a service or an account for which a person answers."""
        return self.service_id is not None or self.account_id is not None

    def managing(self, *, at: datetime) -> list[Actor]:
        """Who acts as manager of the service, or answers for the account, that the report names."""
        found = [Actor(row.person, row.label, row.in_place_of) for row in self.service.managing(at=at)] if self.service else []
        return found + ([Actor(self.account.owner, "アカウントの責任者")] if self.account else [])

    def kept_from(self, *, at: datetime) -> tuple[int, ...]:
        """The chief who is the matter: the person, whatever other hat that person wears; nobody in any other report."""
        if not self.bypasses_chief:
            return ()
        return once(("kept_from", self.department_id), lambda: self._chiefs(at=at), at=at)

    def _chiefs(self, *, at: datetime) -> tuple[int, ...]:
        """Who holds the post of the officer of the section, present or away."""
        rows = holders(RoleCode.SECTION_OFFICER, on=day_of(at), department=self.department)
        return tuple(rows.values_list("pk", flat=True))

    def standing_for(self, party: Party, *, at: datetime) -> Party:
        """The party itself; the next one up where the only person of it is the one from whom the report is kept."""
        kept = set(self.kept_from(at=at))
        while kept and party in ONE_UP and party != Party.SECTION_OFFICER:
            there = {actor.person.pk for actor in actors(party, self.department, at=at)}
            if not there or there - kept:
                break
            party = ONE_UP[party]
        return party

    def able(self, party: str, *, at: datetime, department: Department | None = None) -> list[Actor]:
        """Who may act for a party in this incident, or for it in another department; where nobody is there, the next one up."""
        without = self.kept_from(at=at)
        found = [actor for actor in self.managing(at=at) if actor.person.pk not in without] if party == Party.SERVICE_MANAGER else []
        return found or able(party, department or self.department, at=at, without=without)

    def one_up(self, party: str, *, at: datetime, department: Department | None = None) -> list[Actor]:
        """The persons above a silent party."""
        return one_up(party, department or self.department, at=at, without=self.kept_from(at=at))

    def first_recipients(self, *, at: datetime) -> list:
        """Who would be told first if the draft were sent now, for the words of the confirm dialog."""
        party = entry_party(self, by=self.reporter, at=at)
        if party == Party.REPORTER:
            told = [actor for party in also_told(self) for actor in self.able(party, at=at)]
            found = [*actors(Party.SECTION_OFFICER, self.department, at=at), *told]
            return list({actor.person.pk: actor for actor in reversed(found)}.values())[::-1]
        return self.able(Party.CENTRAL_MANAGER, at=at) + self.able(Party.DIVISION_OFFICER, at=at)
