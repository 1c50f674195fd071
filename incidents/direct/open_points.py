"""What these kinds leave open before an incident may be closed."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from incidents.direct import faults
from incidents.models import CardStop, Incident
from incidents.open_points import OpenPoint, leaves_open


@leaves_open
def card(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """A lost card that still opens doors (3.9.4.1.2)."""
    if CardStop.is_asked(incident):
        yield OpenPoint("ICカードの利用を止めた記録がありません", reverse("incidents:card_stop", args=[incident.pk]))


@leaves_open
def fault(incident: Incident, at: datetime) -> Iterable[OpenPoint]:
    """A fault that stands in no ledger (3.10.1.7)."""
    if faults.is_asked(incident):
        yield OpenPoint("障害記録に書かれていません", reverse("incidents:fault_record", args=[incident.pk]))
