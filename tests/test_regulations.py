"""定めるべき規程・手順 and laws: what must be written, how it stands, 別途保管, who says so (2.9, 3.11.5)."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms
from policy.catalogue import LAWS, OBLIGATIONS, REGULATIONS, load_laws, load_regulations, rows_of
from policy.coverage import lines_of
from policy.importer.outline import load_outline
from policy.models import Clause, Law, Obligation, Regulation
from policy.models.obligation import key_of, position_of
from policy.regulations import Register, in_force

from .document_rows import approve, make_document, make_regulation, write
from .taken import take, text_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
YEAR = timedelta(days=365)
State = Regulation.State
WRITTEN = ("duty:regulation", "ledger:regulation", "duty:procedure-maintenance")


def state(code: str, on=TODAY) -> str:
    return Register(on=on).entry(code).state


@pytest.fixture
def byod(cast):
    load_request_types()
    return make_regulation()


def fulfil(cast, regulation, **fields):
    """A rule of the section that fulfils it, in force today."""
    document = make_document(cast.section, by=cast.clerk, at=NOW, kind="rule", confidentiality="internal", regulations=[regulation])
    version = write(document.versions.get(), by=cast.clerk, at=NOW, **fields)
    return approve(version, asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)


# -- the catalogue ---------------------------------------------------------------------------------------------------


def test_every_obligation_to_write_something_leads_to_a_regulation():
    rows = [Regulation(**row) for row in rows_of(REGULATIONS)]
    obliged = {row["clause"] for row in rows_of(OBLIGATIONS) if row["mechanism"] in WRITTEN}
    orphans = [
        clause for clause in obliged if not any(clause == own or clause.startswith(f"{own}.") for row in rows for own in row.clauses)
    ]
    assert orphans == []


def test_regulations_and_laws_name_clauses_that_there_are_and_load_once():
    load_outline()
    numbers = set(Clause.objects.values_list("number", flat=True))
    named = {clause for name in (REGULATIONS, LAWS) for row in rows_of(name) for clause in row["clauses"]}
    assert named <= numbers
    first = load_regulations(), load_laws()
    Regulation.objects.filter(code="byod-procedure").update(title="市の言葉")
    assert [(row.created, row.kept) for row in (load_regulations(), load_laws())] == [(0, row.created) for row in first]
    assert Regulation.objects.get(code="byod-procedure").title == "市の言葉"


def test_who_makes_what_the_policy_gives_to_several_is_the_city_s_choice(cast):
    load_regulations()
    assert Register(on=TODAY).entry("ict-bcp").makers == ["CENTRAL_MANAGER"]
    assert Register(on=TODAY).entry("procedure").makers == ["SECTION_OFFICER"]
    facts = {"basis": "議決", "seen": 0, "by": cast.central_manager, "at": NOW}
    ParameterChoice.choose(catalogue.get("policy.bcp_owner"), "COMMITTEE", **facts)
    assert Register(on=TODAY).entry("ict-bcp").makers == ["COMMITTEE"]


def test_the_standards_stand_because_the_policy_is_in_force():
    load_regulations()
    assert not in_force("standard", on=TODAY)
    load_outline()
    assert in_force("standard", on=TODAY)
    with pytest.raises(LookupError):
        in_force("nonsense", on=TODAY)


# -- how one stands --------------------------------------------------------------------------------------------------


def test_from_missing_over_a_draft_to_in_force_and_late_for_its_review(cast, byod):
    assert state("byod") == State.MISSING
    document = make_document(cast.section, by=cast.clerk, at=NOW, kind="rule", regulations=[byod])
    assert state("byod") == State.DRAFTING
    write(document.versions.get(), by=cast.clerk, at=NOW, effective_on=TODAY + timedelta(days=5))
    approve(document.versions.get(), asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)
    assert state("byod") == State.DRAFTING
    assert not in_force("byod", on=TODAY)
    document.versions.get().come_into_force(at=NOW + timedelta(days=5))
    assert state("byod", TODAY + timedelta(days=5)) == State.IN_FORCE
    late = TODAY + 2 * YEAR
    assert state("byod", late) == State.OVERDUE
    assert in_force("byod", on=late)
    document.withdraw(by=cast.section_officer, at=NOW + timedelta(days=6))
    assert state("byod", TODAY + timedelta(days=6)) == State.MISSING


def test_the_city_s_word_that_it_lies_elsewhere_counts_until_it_is_taken_back(cast, byod):
    byod.keep_elsewhere(where="書庫", since=TODAY, review_on=TODAY + YEAR, by=cast.central_manager, at=NOW)
    assert state("byod") == State.ELSEWHERE
    assert in_force("byod", on=TODAY)
    assert not in_force("byod", on=TODAY - timedelta(days=1))
    assert state("byod", TODAY + 2 * YEAR) == State.OVERDUE
    with pytest.raises(InvalidTransition):
        byod.keep_elsewhere(where="別の書庫", since=TODAY, review_on=None, by=cast.central_manager, at=NOW)
    byod.bring_back(by=cast.central_manager, at=NOW)
    assert state("byod") == State.MISSING
    assert [entry.verb for entry in Entry.objects.about(byod)] == ["policy.regulation.kept_elsewhere", "policy.regulation.brought_back"]
    with pytest.raises(InvalidTransition):
        byod.bring_back(by=cast.central_manager, at=NOW)


@pytest.mark.parametrize("who", ["clerk", "section_officer", "ciso", "member"])
def test_where_the_city_s_document_lies_is_not_said_by_everybody(cast, byod, who):
    with pytest.raises(PermissionDenied):
        byod.keep_elsewhere(where="机", since=TODAY, review_on=None, by=getattr(cast, who), at=NOW)


def test_what_every_section_makes_stands_only_where_each_has_its_own(cast, byod):
    each = make_regulation("procedure", per="section")
    everywhere = Register(on=TODAY).entry("procedure")
    assert len(everywhere.owing) > 2
    each.keep_elsewhere(where="課の棚", since=TODAY, review_on=None, by=cast.section_officer, at=NOW, department=cast.section)
    fulfil(cast, each)
    assert in_force("procedure", on=TODAY, department=cast.section)
    assert not in_force("procedure", on=TODAY, department=cast.other_section)
    assert state("procedure") == State.MISSING
    with pytest.raises(InvalidTransition):
        each.keep_elsewhere(where="棚", since=TODAY, review_on=None, by=cast.central_manager, at=NOW)
    with pytest.raises(PermissionDenied):
        each.keep_elsewhere(where="棚", since=TODAY, review_on=None, by=cast.section_officer, at=NOW, department=cast.other_section)


def test_what_is_made_for_an_occasion_is_never_missing(cast, byod):
    make_regulation("occasion", per="occasion")
    assert state("occasion") == State.OCCASIONAL
    assert not in_force("occasion", on=TODAY)


def test_one_document_may_fulfil_several_and_the_register_narrows(cast, byod):
    other = make_regulation("web", clauses=["3.3"], makers=["CENTRAL_MANAGER"])
    version = fulfil(cast, byod)
    document = version.document
    document.describe(by=cast.section_officer, at=NOW, clauses=["3.3"], regulations=[byod, other])
    assert state("byod") == state("web") == State.IN_FORCE
    wanted = {"maker": "CENTRAL_MANAGER", "clause": "3.3", "state": "in_force"}
    assert [entry.regulation for entry in Register(on=TODAY, wanted=wanted).entries] == [other]


def test_the_file_has_a_row_for_each_and_taking_it_is_recorded(cast, byod):
    byod.keep_elsewhere(where="=書庫", since=TODAY, review_on=None, by=cast.central_manager, at=NOW)
    (row,) = list(csv.DictReader(StringIO(text_of(take(cast.client(cast.clerk), "policy.regulations")))))
    assert (row["名称"], row["状態"], row["保管の場所"]) == ("規程 byod", "別途保管", "'=書庫")
    assert Entry.objects.filter(verb="exports.table.taken", actor=cast.clerk).count() == 1


# -- coverage --------------------------------------------------------------------------------------------------------


def test_an_obligation_is_red_by_its_own_regulation_and_not_by_another_s(cast, byod):
    make_regulation("web", clauses=["3.3"])
    fulfil(cast, byod)
    facts = {"kind": "duty", "summary": "作ります。", "question": "ありますか。", "mechanism": "duty:regulation"}
    for clause in ("3.2.2.1.1", "3.3.1"):
        Obligation.objects.create(key=key_of(clause, 1), clause=clause, ordinal=1, position=position_of(clause, 1), **facts)
    lines = {line.obligation.clause: line for line in lines_of(Obligation.objects.all(), at=NOW)}
    assert lines["3.2.2.1.1"].state == mechanisms.State.KEPT
    assert lines["3.3.1"].state == mechanisms.State.LATE
    assert lines["3.3.1"].keeping.figures.url.endswith("/web/")
    assert mechanisms.keeping("duty:regulation", at=NOW).figures.late == 1


def test_a_procedure_late_for_its_review_is_late_maintenance(cast, byod):
    document = make_document(cast.section, by=cast.clerk, at=NOW)
    write(document.versions.get(), by=cast.clerk, at=NOW)
    approve(document.versions.get(), asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)
    figures = mechanisms.keeping("duty:procedure-maintenance", at=NOW).figures
    assert (figures.open, figures.late, figures.total) == (0, 0, 1)
    assert mechanisms.keeping("duty:procedure-maintenance", at=NOW + 2 * YEAR).state == mechanisms.State.LATE
    assert mechanisms.keeping("ledger:document", at=NOW).figures.total == 0


# -- laws ------------------------------------------------------------------------------------------------------------


def test_the_ordinance_that_the_national_act_has_overtaken_asks_for_an_amendment():
    load_laws()
    assert Law.objects.get(mark="amend").title == "武蔵村山市個人情報保護条例"
    assert Law.objects.filter(kind="act", clauses__isnull=False).count() >= 6


def test_a_law_is_checked_off_with_a_reason_and_a_next_day(cast):
    load_laws()
    law = Law.objects.get(code="copyright-act")
    facts = {"next_check_on": TODAY + YEAR, "by": cast.central_manager, "at": NOW}
    with pytest.raises(ValidationError):
        law.check_off(mark="amend", mark_reason=" ", **facts)
    with pytest.raises(InvalidTransition):
        law.check_off(mark="none", mark_reason="", **{**facts, "next_check_on": TODAY})
    law.check_off(mark="none", mark_reason="", **facts)
    assert (law.checked_on, law.checked_by) == (TODAY, cast.central_manager)
    assert law in Law.objects.check_overdue(TODAY + 2 * YEAR)
    with pytest.raises(PermissionDenied):
        law.check_off(mark="none", mark_reason="", **{**facts, "by": cast.section_officer})


def test_a_law_that_is_missing_is_added_by_the_administrator(cast):
    law = Law.add(title="新しい法律", kind="act", clauses=["3.3"], by=cast.administrator, at=NOW)
    law.describe(title="改題した法律", by=cast.administrator, at=NOW)
    assert [entry.verb for entry in Entry.objects.about(law)] == ["policy.law.added", "policy.law.described"]
    with pytest.raises(PermissionDenied):
        Law.add(title="勝手な法律", kind="act", by=cast.clerk, at=NOW)
