"""The live figures of what leaves and of what is done away with, for policy.mechanisms."""

from datetime import datetime

from django.db.models import Count
from django.urls import reverse

from assets.models import Disposal, Move
from assets.ways import Way
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.figures import by_type, requests
from policy.mechanisms import Figures

WAYS = [f"request:{way}" for way in Way.values]


def leaving(*, at: datetime) -> dict[str, Figures]:
    """The requests of each way, errands that unite it included; late are also those whose things are out past their day."""
    overdue = Move.objects.overdue(on=day_of(at)).exclude(request__status="expired").order_by()
    late = dict(overdue.values_list("request__united__code").annotate(Count("pk")))
    found = by_type(Way.values, at=at)
    return {f"request:{way}": Figures(row.open, row.late + late.get(way, 0), row.total, row.url) for way, row in found.items()}


def disposals(*, at: datetime) -> Figures:
    """The requests of disposal; late are also those permitted whose record has not been made on the planned day."""
    found = requests("disposal", at=at)
    late = Disposal.objects.overdue(on=day_of(at)).exclude(request__status="expired").count()
    return Figures(found.open, found.late + late, found.total, reverse("assets:disposal_list"))


KEEPERS = {"request:disposal": disposals}
