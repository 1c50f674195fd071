"""How a clause is kept, where it is not: the running exceptions that leave it out, on its page."""

from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from policy.models import Clause, PolicyException
from policy.panels import Panel, register

CHAPTER = 1


@register
def exceptions(clause: Clause, user: User) -> Panel | None:
    """Those of the clause, of one that contains it and of those below it, as far as the person sees them."""
    if clause.depth == CHAPTER:
        return None
    now = timezone.now()
    rows = PolicyException.objects.running(on=day_of(now)).touching(clause.number)
    if not rows.exists():  # nearly always: who may see them need not be asked
        return None
    seen = list(rows.visible_to(user, at=now).for_list().order_by("until"))
    return Panel("例外措置中", "policy/exception_panel.html", {"exceptions": seen, "now": now}) if seen else None
