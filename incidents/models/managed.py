"""The persons behind the parties of one incident: those of the chain, and who answers for the service or account it names."""

from datetime import datetime

from incidents.chain import Party
from incidents.parties import Actor, able


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
