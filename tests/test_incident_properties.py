"""Whatever people do in whatever order, the chain of an incident stays true; and of two at once, exactly one acts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.chain import SPECS, Party, StepCode
from incidents.models import Incident, Receipt, Step
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS, Cast
from .test_incident_chain import MORNING, chain, sent  # noqa: F401  chain is the fixture

ACTS = st.lists(st.tuples(st.sampled_from(sorted(PERSONS)), st.sampled_from([*StepCode.values, "receipt", "raise"])), max_size=10)


def act(incident: Incident, person, what: str, at) -> None:
    """Try one act; a refusal is an answer like any other."""
    try:
        if what == "receipt":
            for receipt in Receipt.objects.pending().filter(step__incident=incident):
                receipt.acknowledge(by=person, at=at)
        elif what == "raise":
            incident.raise_gravity(by=person, at=at)
        else:
            for step in incident.steps.filter(code=what):
                step.pass_on(by=person, at=at)
    except (InvalidTransition, PermissionDenied):
        pass


def check(incident: Incident) -> None:
    """What is true of every incident at every moment."""
    incident.refresh_from_db()
    steps = {step.code: step for step in incident.steps.select_related("incident")}
    for step in steps.values():
        before = SPECS[StepCode(step.code)].after
        assert step.done_at is None or step.started_at is not None
        assert step.started_at is None or before is None or steps[before].done_at is not None
        assert step.receipts.count() == (len(step.recipients) if step.done_at else 0)
        if step.outcome == Step.Outcome.DONE and step.sender != Party.REPORTER:
            assert any(actor.person == step.done_by for actor in step.able(at=step.done_at))
    told = any(step.done_at for step in steps.values() if Party.CISO in step.spec.recipients)
    assert (incident.status == Incident.Status.REACHED) == told
    assert Entry.objects.filter(verb="incidents.incident.reported").count() == 1


@pytest.mark.parametrize("bypasses", [False, True])
def test_no_order_of_acts_breaks_the_chain(chain, bypasses):  # noqa: F811
    @settings(max_examples=8, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            incident = sent(chain, bypasses_chief=bypasses)
            for minute, (person, what) in enumerate(acts, start=1):
                act(incident, getattr(chain, person), what, MORNING + timedelta(minutes=minute))
                check(incident)
            transaction.set_rollback(True)

    walk()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_pass_on_at_once_one_acts_and_the_other_is_told_why():
    cast = Cast()
    reference.load("incident_kinds.json")
    step = sent(cast).steps.get(code=StepCode.PASS_ON)
    gate = Barrier(4)

    def press() -> str:
        try:
            gate.wait()
            Step.objects.select_related("incident__department__parent").get(pk=step.pk).pass_on(by=cast.section_officer, at=MORNING)
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(future.result() for future in [pool.submit(press) for _ in range(4)])
    assert answers == ["done", "told", "told", "told"]
    assert Receipt.objects.filter(step=step).count() == 3
    assert Entry.objects.filter(verb="incidents.step.passed_on").count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_reports_sent_at_once_get_numbers_without_gap_or_double():
    cast = Cast()
    reference.load("incident_kinds.json")
    gate = Barrier(4)

    def report(_) -> str:
        try:
            gate.wait()
            return sent(cast).number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(report, range(4))) == ["R8-001", "R8-002", "R8-003", "R8-004"]
