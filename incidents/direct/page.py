"""What the page of an incident shows of its kind: the act that is asked at once, and what came of it."""

from datetime import datetime

from assets.models import LedgerEntry
from incidents.direct import faults
from incidents.models import CardStop, Incident
from incidents.models.card_stop import KIND as CARD
from musashimurayama_isms.accounts.models import User


class DirectActs:
    """One person's view of what the kind asks; empty for other kinds, without a question to the database."""

    def __init__(self, incident: Incident, user: User, *, at: datetime) -> None:
        self.card_stop: CardStop | None = None
        self.asks_card = self.asks_fault = False
        self.fault_entries: list[LedgerEntry] = []
        if incident.kind.code == CARD:
            self.card_stop = CardStop.objects.filter(incident=incident).select_related("entry", "by").first()
            self.asks_card = self.card_stop is None and incident.is_open and CardStop.actor(incident, user, at=at) is not None
        elif incident.kind.code == faults.KIND:
            self.fault_entries = list(faults.entries_of(incident))
            self.asks_fault = faults.is_asked(incident) and incident.is_open and faults.can_record(incident, user, at=at)
