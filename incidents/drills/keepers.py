"""How drills are kept: for the map of the policy, and for the register of what has to be made."""

from datetime import date

from incidents.continuity.keepers import duty
from incidents.models import Drill, drill
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from policy.regulations import Holding, register_keeper


def plan_holding(on: date) -> Holding | None:
    """A plan of the year's drill that was not given up (3.9.2.3)."""
    rows = Drill.objects.filter(fiscal_year=fiscal_year(on)).exclude(status=Drill.Status.CANCELLED)
    first = rows.order_by("planned_at").values_list("planned_at", flat=True).first()
    return Holding(day_of(first)) if first and day_of(first) <= on else None


register_keeper("drill-plan", plan_holding)
MECHANISMS = {"duty:drill": lambda *, at: duty(drill.MECHANISM, at=at)}
