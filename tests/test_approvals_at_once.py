"""Whatever people do to a request in whatever order, it stays true; and of two at once exactly one acts, the other is told why."""

import threading
from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import PersonnelChange
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_request_type
from .matters import RULING
from .test_approvals import AT, CENTRAL, CISO, SECTION, SOON, errand, submitted

PERSONS = ("clerk", "colleague", "section_officer", "division_officer", "central_manager", "general_manager", "ciso", "outsider_officer")
ACTS = ("submit", "permit", "refuse", "return", "withdraw", "recall", "complete", "oral", "deny", "edit")


def act(request: Request, person, what: str, cast) -> None:
    """Try one act; a refusal is an answer like any other."""
    version = request.current_version
    if what in Decision.Outcome.values:
        if version:
            Decision.take(request, what, by=person, at=SOON, digest=version.digest, comment="理由")
    elif what == "oral":
        if version:
            words = {"spoken_by": cast.section_officer, "spoken_at": SOON, "content": "電話"}
            Decision.enter_oral(request, by=person, at=SOON, digest=version.digest, **words)
    elif what == "deny":
        for decision in request.decisions.filter(entered_by__isnull=False):
            decision.deny(by=person, at=SOON, dispute="違います")
    elif what == "edit":
        request.edit({"what": "別のもの"}, by=person, at=SOON)
    else:
        getattr(request, what)(by=person, at=SOON, **({"reason": "理由"} if what == "recall" else {}))


def check(request: Request) -> None:
    """What is true of every request at every moment."""
    request = Request.objects.get(pk=request.pk)
    open_steps = request.steps.open()
    assert open_steps.count() == (1 if request.is_in_review else 0)
    assert request.versions.count() == request.version
    for decision in request.decisions.standing():
        assert decision.person_id not in (request.drafter_id, request.applicant_id)
        assert decision.digest == request.versions.get(number=decision.version).digest
    if request.status in (Request.Status.RUNNING, Request.Status.COMPLETED):
        run = request.steps.filter(version=request.version)
        assert all(step.is_settled and step.ended_at for step in run.prefetch_related("seats"))
        assert not request.decisions.filter(version=request.version, disputed_at__isnull=False, seats__isnull=False).exists()
    assert Entry.objects.about(request).filter(verb="approvals.request.submitted").count() == request.version


def test_no_order_of_acts_leaves_a_request_untrue(cast):
    steps = st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(ACTS)), max_size=12)

    @settings(max_examples=25, deadline=None)
    @given(steps)
    def walk(acts):
        with transaction.atomic():
            request = errand(cast.clerk, ("any", SECTION + CENTRAL), ("all", CISO))
            for person, what in [("clerk", "submit"), *acts]:
                with suppress(InvalidTransition, PermissionDenied, ValidationError), transaction.atomic():
                    act(request, getattr(cast, person), what, cast)
                request.refresh_from_db()
                check(request)
            transaction.set_rollback(True)

    walk()


def at_once(*acts) -> list[str]:
    """Run the acts in threads that start together; gives for each "done" or the words it was refused with."""
    start, told = threading.Barrier(len(acts)), []

    def run(do) -> None:
        try:
            start.wait()
            do()
            told.append("done")
        except (InvalidTransition, PermissionDenied) as error:
            told.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[do]) for do in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def deciding(request: Request, person, outcome: str = "permit"):
    digest = request.current_version.digest
    return lambda: Decision.take(Request.objects.get(pk=request.pk), outcome, by=person, at=SOON, digest=digest, comment="理由")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_deciders_at_once_one_decides_and_the_other_is_told(cast):
    request = submitted(cast.clerk, ("any", SECTION + CENTRAL))
    told = at_once(deciding(request, cast.section_officer, "refuse"), deciding(request, cast.central_manager))
    assert told.count("done") == 1
    assert [words for words in told if "すでに" in words]
    assert Decision.objects.count() == 1
    check(request)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_decision_and_a_withdrawal_at_once_have_one_outcome(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    told = at_once(deciding(request, cast.section_officer), lambda: Request.objects.get(pk=request.pk).withdraw(by=cast.clerk, at=SOON))
    assert told.count("done") == 1
    request.refresh_from_db()
    assert request.status in (Request.Status.RUNNING, Request.Status.WITHDRAWN)
    check(request)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_decision_and_the_deciders_own_transfer_at_once_have_one_outcome(cast):
    """Either the decision came first, by the one who held the post then, or the person is told of the transfer."""
    request = submitted(cast.clerk, ("any", SECTION))
    officer = cast.section_officer
    line = f"職員番号,氏名,区分,新所属,新職\n{officer.staff_number},{officer.name},異動,職員課,職員\n".encode()
    today = AT.date()
    change = PersonnelChange.upload(read(line), effective_on=today, file_name="異動.csv", file_digest="0" * 64, by=cast.personnel, at=AT)
    change.schedule(by=cast.personnel, at=AT)
    told = at_once(deciding(request, officer), lambda: PersonnelChange.objects.get(pk=change.pk).apply(by=cast.personnel, at=SOON))
    decided = Decision.objects.filter(person=officer).exists()
    assert told.count("done") == (2 if decided else 1)
    assert decided or any("異動" in words for words in told)
    assert not officer.appointments.in_force(date(2026, 11, 26)).filter(post__code="shimin-ka.head").exists()
    check(request)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_requests_about_one_subject_are_not_both_submitted(cast):
    make_request_type(RULING, ("any", SECTION))
    drafts = [Request.draft(RULING, by=person, at=AT, subjects=[cast.section]) for person in (cast.clerk, cast.colleague)]
    told = at_once(*(lambda row=row: row.submit(by=row.drafter, at=SOON) for row in drafts))
    assert told.count("done") == 1
    assert any("進行中の申請" in words for words in told)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_once_have_no_doubles(cast):
    make_request_type(RULING, ("any", SECTION))
    drafts = [Request.draft(RULING, by=cast.clerk, at=AT) for _ in range(4)]
    assert at_once(*(lambda row=row: row.submit(by=cast.clerk, at=SOON) for row in drafts)) == ["done"] * 4
    assert sorted(Request.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]
