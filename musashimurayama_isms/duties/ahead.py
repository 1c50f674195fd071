"""The daily round: occurrences of the coming months are made ahead, also after a reorganisation."""

from datetime import datetime

from .catalogue import follow_choices
from .models import Duty
from .models.duty import MONTHS_AHEAD


def make_ahead(*, at: datetime, months: int = MONTHS_AHEAD) -> int:
    """Make what the coming months bring, each duty in a transaction of its own; gives how many are new. Harmless when done again."""
    follow_choices(at=at)
    return sum(duty.plan(at=at, months=months) for duty in Duty.objects.active().order_by("pk"))
