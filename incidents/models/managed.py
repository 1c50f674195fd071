"""The persons behind the parties of one incident: those of the chain, and who answers for the service or account it names."""

from datetime import datetime

from incidents.also_told import also_told
from incidents.chain import Party
from incidents.parties import Actor, able, actors

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

    def able(self, party: str, *, at: datetime) -> list[Actor]:
        """Who may act for a party in this incident; where nobody is there, the next one up."""
        found = self.managing(at=at) if party == Party.SERVICE_MANAGER else []
        return found or able(party, self.department, at=at)

    def first_recipients(self, *, at: datetime) -> list:
        """Who would be told first if the draft were sent now, for the words of the confirm dialog."""
        party = entry_party(self, by=self.reporter, at=at)
        if party == Party.REPORTER:
            told = [actor for party in also_told(self) for actor in self.able(party, at=at)]
            found = [*actors(Party.SECTION_OFFICER, self.department, at=at), *told]
            return list({actor.person.pk: actor for actor in reversed(found)}.values())[::-1]
        return actors(Party.CENTRAL_MANAGER, self.department, at=at) + actors(Party.DIVISION_OFFICER, self.department, at=at)
