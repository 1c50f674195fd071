"""Whatever people do in whatever order, the response loses no step, no clock and nobody who was told; of two at once, one acts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.chain import CHAIN, SPECS, Party, StepCode
from incidents.models import Ending, Incident, PreventionReport, Receipt, Step
from incidents.models.emergency_measure import finish_measures
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .response_rows import agree, order, passed_on, sent, take, weigh, write_cause

AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
MINUTE = timedelta(minutes=1)

ACTS = {
    "pass_on": lambda city, row, at: _pass_on(city, row, at),
    "receipts": lambda city, row, at: _receive(city, row, at),
    "weigh": lambda city, row, at: weigh(city, row, at=at),
    "measure": lambda city, row, at: take(city, row, at=at),
    "measures": lambda city, row, at: finish_measures(row, by=city.central_manager, at=at),
    "cause": lambda city, row, at: _cause(city, row, at),
    "draft": lambda city, row, at: order(city, row, "prevention", at=at, check_on=(at + timedelta(days=30)).date()),
    "report": lambda city, row, at: PreventionReport.report(row, words="案", by=city.secretary, at=at),
    "confirm": lambda city, row, at: row.prevention_reports.last().confirm(words="", by=city.ciso, at=at),
    "send_back": lambda city, row, at: row.prevention_reports.last().send_back(words="改める", by=city.ciso, at=at),
    "close": lambda city, row, at: Ending.close(row, reason="終える", by=city.general_manager, at=at),
    "mistake": lambda city, row, at: Ending.mistake(row, reason="誤報", by=city.central_manager, at=at),
    "merge": lambda city, row, at: Ending.merge(row, into=city.survivor, reason="同じ", by=city.central_manager, at=at),
    "reopen": lambda city, row, at: Ending.reopen(row, reason="再び", by=city.central_manager, at=at),
}


def _pass_on(city, row, at) -> None:
    who = {Party.SECTION_OFFICER: city.section_officer, Party.DIVISION_OFFICER: city.division_officer}
    who |= {Party.GENERAL_MANAGER: city.general_manager, Party.COMMITTEE: city.secretary}
    for step in row.steps.filter(done_at__isnull=True, started_at__isnull=False):
        if step.spec.is_word:
            step.pass_on(by=who[step.sender], at=at)


def _receive(city, row, at) -> None:
    while receipt := Receipt.objects.pending().filter(step__incident=row).first():  # one look reads all that a party was told
        receipt.acknowledge(by=receipt.able(at=at)[0].person, at=at)


def _cause(city, row, at) -> None:
    analysis = write_cause(city, row, at=at)
    agree(city, analysis, at=at)
    analysis.finish(by=city.central_manager, at=at)


def check(row: Incident, ever_told: set) -> None:
    """What is true of every incident at every moment; `ever_told` grows and is never lost."""
    row = Incident.objects.get(pk=row.pk)
    steps = {StepCode(step.code): step for step in row.steps.select_related("incident")}
    assert set(steps) == {spec.code for spec in CHAIN}
    for code, step in steps.items():
        before = SPECS[code].after
        left = step.outcome == Step.Outcome.LEFT
        assert (step.done_at is None) == (step.outcome == "")
        assert step.done_at is None or step.started_at is not None
        assert left or step.started_at is None or before is None or steps[before].done_at is not None
        if step.is_pending:
            assert step.due_at is not None
            assert step.due_at > step.started_at
        if row.is_open and step.started_at is None:
            assert steps[before].done_at is None  # nothing that could begin has been forgotten
        now = step.receipts.filter(round=step.round)
        assert now.count() == (len(step.recipients) if step.done_at and not left else 0)
    assert row.is_open or not Step.objects.pending().filter(incident=row).exists()
    assert not row.is_open or not any(step.outcome == Step.Outcome.LEFT for step in steps.values())
    told = set(Receipt.objects.filter(step__incident=row).values_list("step__code", "party", "round"))
    assert ever_told <= told
    ever_told |= told
    assert (row.ended_at is None) == row.is_open
    assert row.endings.count() == 0 or row.is_open == (row.endings.last().kind == Ending.Kind.REOPENED)


def test_no_order_of_acts_loses_a_step_a_clock_or_anybody_told(cast):
    reference.load("incident_kinds.json")

    @settings(max_examples=6, deadline=None)
    @given(st.lists(st.sampled_from(sorted(ACTS)), min_size=4, max_size=14))
    def walk(names):
        with transaction.atomic():
            row, told = passed_on(cast, at=AT), set()
            cast.survivor = sent(cast, at=AT)
            for minute, name in enumerate(names, start=1):
                try:
                    with transaction.atomic():
                        ACTS[name](cast, Incident.objects.get(pk=row.pk), AT + minute * MINUTE)
                except (InvalidTransition, PermissionDenied, ValidationError, AttributeError):
                    pass  # a refusal is an answer; there may be no report yet to rule on
                check(row, told)
            transaction.set_rollback(True)

    walk()


def test_the_long_way_with_every_turn_loses_nothing(cast):
    reference.load("incident_kinds.json")
    row, told = passed_on(cast, at=AT), set()
    cast.survivor = sent(cast, at=AT)
    names = ["weigh", "measure", "measures", "close", "reopen", "cause", "draft", "report", "send_back", "mistake", "reopen", "receipts"]
    names += ["report", "confirm", "pass_on", "close", "reopen", "merge", "reopen", "receipts", "pass_on"]
    for minute, name in enumerate(names, start=1):
        ACTS[name](cast, Incident.objects.get(pk=row.pk), AT + minute * MINUTE)
        check(row, told)


def _at_once(*acts) -> list[str]:
    gate = Barrier(len(acts))

    def press(act) -> str:
        try:
            gate.wait()
            act()
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(press, acts))


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_at_once_one_acts_and_the_other_is_told_why():
    city = Cast()
    reference.load("incident_kinds.json")
    row = passed_on(city, at=AT)

    def close(who):
        return lambda: Ending.close(Incident.objects.get(pk=row.pk), reason="終える", by=who, at=AT)

    assert _at_once(close(city.general_manager), close(city.central_manager)) == ["done", "told"]
    assert row.endings.count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_word_passed_on_while_somebody_closes_is_done_or_left_but_never_both():
    city = Cast()
    reference.load("incident_kinds.json")
    row = sent(city, at=AT)
    step = row.steps.get(code=StepCode.PASS_ON)
    answers = _at_once(
        lambda: Ending.close(Incident.objects.get(pk=row.pk), reason="終える", by=city.general_manager, at=AT),
        lambda: Step.objects.select_related("incident__department__parent").get(pk=step.pk).pass_on(by=city.section_officer, at=AT),
    )
    step.refresh_from_db()
    assert answers in (["done", "done"], ["done", "told"])
    assert (step.outcome == Step.Outcome.DONE) == (answers == ["done", "done"])
    assert step.receipts.count() == (3 if answers == ["done", "done"] else 0)
    check(row, set())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_reports_merged_into_each_other_at_once_leave_one_that_goes_on():
    city = Cast()
    reference.load("incident_kinds.json")
    first, second = sent(city, at=AT), sent(city, at=AT)

    def merge(one, into):
        rows = Incident.objects
        return lambda: Ending.merge(rows.get(pk=one.pk), into=rows.get(pk=into.pk), reason="同じ", by=city.central_manager, at=AT)

    assert _at_once(merge(first, second), merge(second, first)) == ["done", "told"]
    assert Incident.objects.open().count() == 1
