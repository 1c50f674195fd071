"""How the duties of the reference data keep their mechanisms: rounds open, late and done, clause by clause (policy.mechanisms)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties import catalogue
from musashimurayama_isms.duties.models import Duty, Occurrence
from policy import mechanisms
from policy.mechanisms import Figures


def codes() -> set[str]:
    """The mechanisms that a duty of the reference data names and no other keeper counts."""
    named = {row.columns.get("mechanism", "") for row in catalogue.rows()} - {""}
    return {code for code in named if code.startswith("duty:")} - mechanisms.registered()


def rounds(*, at: datetime) -> dict[str, Figures]:
    """The figures of every duty mechanism, in one query. What nobody does, because no duty is set up or it was stopped, is late."""
    on = day_of(at)
    appeared = Q(occurrences__appears_on__lte=on)
    is_open = appeared & Q(occurrences__status=Occurrence.Status.PLANNED)
    counted = Duty.objects.active().exclude(mechanism="").order_by("pk")
    found: dict[str, list[Duty]] = {}
    for duty in counted.annotate(
        open=Count("occurrences", filter=is_open),
        late=Count("occurrences", filter=is_open & Q(occurrences__due_on__lt=on)),
        total=Count("occurrences", filter=appeared),
    ):
        found.setdefault(duty.mechanism, []).append(duty)
    known = {row.columns.get("mechanism", "") for row in catalogue.rows()}
    return {code: _figures(code, found.get(code, [])) for code in known | set(found)}


def _figures(code: str, duties: list[Duty]) -> Figures:
    url = f"{reverse('duties:duties')}?{urlencode({'mechanism': code})}"
    if not duties:
        return Figures(open=1, late=1, url=url)
    clauses = {clause for duty in duties for clause in duty.clauses}
    by_clause = {clause: _sum([duty for duty in duties if clause in duty.clauses], url) for clause in clauses}
    whole = _sum(duties, url)
    return Figures(whole.open, whole.late, whole.total, url, by_clause)


def _sum(duties: Iterable[Duty], url: str) -> Figures:
    duties = list(duties)
    return Figures(sum(duty.open for duty in duties), sum(duty.late for duty in duties), sum(duty.total for duty in duties), url)
