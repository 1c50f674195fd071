"""On the page of a clause: the regulations that it orders and the documents that hang on it, each with its state."""

from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from policy.models import Clause, Regulation, SectionDocument
from policy.panels import Panel, register
from policy.regulations import Register

SHOWN = 20


@register
def documents(clause: Clause, user: User) -> Panel | None:
    """Of a chapter nothing: the register shows all of it."""
    if "." not in clause.number:
        return None
    ordered = [row for row in Regulation.objects.all() if row.is_under(clause.number)]
    hanging = SectionDocument.objects.under(clause.number, regulations=ordered)
    if not ordered and not hanging.exists():  # most clauses: the rest is not asked for them
        return None
    now = timezone.now()
    entries = [entry for entry in Register(on=day_of(now)).everything if entry.regulation.is_under(clause.number)] if ordered else []
    rows = list(hanging.visible_to(user, at=now).for_list(day_of(now))[: SHOWN + 1])
    if not entries and not rows:
        return None
    context = {"entries": entries, "documents": rows[:SHOWN], "more": len(rows) > SHOWN, "number": clause.number}
    return Panel("定めるべき規程・手順と文書", "policy/clause_documents.html", context)
