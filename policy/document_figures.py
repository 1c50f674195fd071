"""The live figures of what the register, the sections' documents and their reviews keep (policy.mechanisms)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures
from policy.models import DocumentVersion, Obligation, Regulation, SectionDocument
from policy.regulations import Entry, Register, State

Kind = SectionDocument.Kind
LATE = (State.MISSING, State.OVERDUE)


def regulations(*, at: datetime) -> Figures:
    """Every regulation that is owed (duty:regulation), and clause by clause the one that this clause orders.

    The policy sets no day by which one must be there: it is owed since the policy is in force. So a missing one counts as
    late, not as merely open, and an auditor finds it red; one of which a draft is being written is open; one whose review
    day has passed is late. What is made for each occasion can neither be missing nor late here.
    """
    entries = Register(on=day_of(at)).everything
    clauses = Obligation.objects.in_force().filter(mechanism="duty:regulation").order_by().values_list("clause", flat=True).distinct()
    whole = _figures_of(entries, url=reverse("policy:regulations"))
    return Figures(whole.open, whole.late, whole.total, whole.url, {clause: _at(clause, entries) for clause in clauses})


def _at(clause: str, entries: Iterable[Entry]) -> Figures:
    """The figures of those regulations whose clauses are the clause itself or contain it; without any the clause is unkept."""
    here = [entry for entry in entries if any(clause == own or clause.startswith(f"{own}.") for own in entry.regulation.clauses)]
    if not here:
        return Figures(open=1, late=1, total=1, url=reverse("policy:regulations"))
    url = reverse("policy:regulations") if len(here) != 1 else here[0].regulation.get_absolute_url()
    return _figures_of(here, url=url)


def _figures_of(entries: Iterable[Entry], *, url: str) -> Figures:
    """What every section makes counts section by section."""
    states = [state for entry in entries if entry.regulation.is_owed for state in _states_of(entry)]
    late = sum(state in LATE for state in states)
    return Figures(open=late + states.count(State.DRAFTING), late=late, total=len(states), url=url)


def _states_of(entry: Entry) -> list[State]:
    if entry.regulation.per == Regulation.Per.SECTION:
        return [entry.state_of(section) for section in entry.owing]
    return [entry.state]


def procedures(*, at: datetime) -> Figures:
    """Whether the 実施手順 that are there are kept up to date (duty:procedure-maintenance): late past their review day.

    A section that has none is no matter of maintenance; `regulations` counts it.
    """
    return _documents_of([Kind.PROCEDURE], on=day_of(at))


def register(*, at: datetime) -> Figures:
    """規程・実施手順の台帳 (ledger:regulation): rules and procedures of the sections with their reviews."""
    return _documents_of([Kind.PROCEDURE, Kind.RULE], on=day_of(at))


def system_documents(*, at: datetime) -> Figures:
    """システム文書の台帳 (ledger:document): diagrams, specifications, and the papers of development and maintenance."""
    return _documents_of([Kind.NETWORK_DIAGRAM, Kind.SPECIFICATION, Kind.DEVELOPMENT, Kind.OTHER], on=day_of(at))


def test_results(*, at: datetime) -> Figures:
    """試験結果の記録 (ledger:test-result): kept for good, nothing is ever deleted."""
    return _documents_of([Kind.TEST_RESULT], on=day_of(at))


def _documents_of(kinds: list[str], *, on: date) -> Figures:
    """Open is what is being written or decided, and what is late for its review; total are the documents in force."""
    rows = SectionDocument.objects.filter(kind__in=kinds)
    late = rows.review_overdue(on).count()
    on_the_way = DocumentVersion.objects.on_the_way(on).filter(document__kind__in=kinds).count()
    url = f"{reverse('policy:documents')}?kind={kinds[0]}"
    return Figures(open=on_the_way + late, late=late, total=rows.in_use(on).count(), url=url)


DOCUMENT_KEEPERS = {
    "duty:regulation": regulations,
    "duty:procedure-maintenance": procedures,
    "ledger:regulation": register,
    "ledger:document": system_documents,
    "ledger:test-result": test_results,
}
