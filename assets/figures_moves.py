"""The live figures of what leaves and of what is done away with, for policy.mechanisms."""

from datetime import datetime
from functools import partial

from django.urls import reverse

from assets.figures_registers import ledger
from assets.models import Disposal, Move
from assets.ways import Way
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.figures import requests
from policy.mechanisms import Figures


def leaving(way: str, *, at: datetime) -> Figures:
    """The requests of one way, errands that unite it included; late are also those whose things are out past their day."""
    found = requests(way, at=at)
    overdue = Move.objects.overdue(on=day_of(at)).exclude(request__status="expired")
    late = overdue.filter(request__united__code=way).count()
    return Figures(found.open, found.late + late, found.total, found.url)


def disposals(*, at: datetime) -> Figures:
    """The requests of disposal; late are also those permitted whose record has not been made on the planned day."""
    found = requests("disposal", at=at)
    late = Disposal.objects.overdue(on=day_of(at)).exclude(request__status="expired").count()
    return Figures(found.open, found.late + late, found.total, reverse("assets:disposal_list"))


KEEPERS = {
    **{f"request:{way}": partial(leaving, way) for way in Way.values},
    "request:disposal": disposals,
    "ledger:disposal": partial(ledger, "disposal"),
}
