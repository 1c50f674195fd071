"""How the clauses of the incident chain are kept: the steps that rest on a clause, with their live figures."""

from django.db.models import Count, Q
from django.utils import timezone

from incidents.chain import CHAIN, StepSpec
from incidents.models import Step
from musashimurayama_isms.accounts.models import User
from policy.models import Clause
from policy.panels import Panel, register


def _rests_on(spec: StepSpec, number: str) -> bool:
    """A step rests on its clauses and on the clauses that contain them, from the (1) level down."""
    return number.count(".") >= 2 and any(clause == number or clause.startswith(f"{number}.") for clause in spec.clauses)


@register
def chain(clause: Clause, user: User) -> Panel | None:
    """The steps of the chain under a clause: who tells whom, how many are open, how many late."""
    specs = [spec for spec in CHAIN if _rests_on(spec, clause.number)]
    if not specs:
        return None
    now = timezone.now()
    rows = Step.objects.pending().filter(incident__is_drill=False, code__in=[spec.code for spec in specs]).values("code").order_by()
    figures = {row["code"]: row for row in rows.annotate(open=Count("pk"), late=Count("pk", filter=Q(due_at__lte=now)))}
    steps = [{"spec": spec, "open": 0, "late": 0, **figures.get(str(spec.code), {})} for spec in specs]
    return Panel("インシデントの報告の流れ", "incidents/clause_panel.html", {"steps": steps})
