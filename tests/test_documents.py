"""Documents of a section: drafts, approval, coming into force, who may read, reviews (2.9, 3.10.1.5, 2.12)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from guardian.shortcuts import get_perms
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import Appointment
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition
from policy.document_clauses import move_clauses
from policy.document_days import months_later, turn_day
from policy.document_requests import ask, live_request
from policy.models import DocumentVersion, ReadingGrant, SectionDocument
from policy.readers import Readers, asleep_for, granted_to

from .document_rows import approve, make_document, make_regulation, permit, write
from .factory import make_appointment, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
YEAR = timedelta(days=365)


@pytest.fixture
def types():
    load_request_types()


@pytest.fixture
def document(cast, types):
    return make_document(cast.section, by=cast.clerk, at=NOW)


@pytest.fixture
def draft(cast, document):
    return write(document.versions.get(), by=cast.clerk, at=NOW)


@pytest.fixture
def in_force(cast, draft):
    return approve(draft, asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)


def sees(user, document, at=NOW) -> bool:
    return SectionDocument.objects.visible_to(user, at=at).filter(pk=document.pk).exists()


def choose_procedure_readers(cast, choice: str) -> None:
    code = "policy.procedure_readers"
    facts = {"basis": "議決", "seen": ParameterChoice.objects.of(code).count(), "by": cast.central_manager, "at": NOW}
    ParameterChoice.choose(catalogue.get(code), choice, **facts)


# -- what a document is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "confidentiality"), [("procedure", "public"), ("network_diagram", "internal"), ("specification", "public")]
)
def test_what_the_policy_keeps_from_strangers_cannot_be_opened_to_them(cast, kind, confidentiality):
    with pytest.raises(ValidationError):
        make_document(cast.section, by=cast.clerk, at=NOW, kind=kind, confidentiality=confidentiality)
    assert not SectionDocument.objects.exists()


def test_only_the_section_s_own_staff_begin_a_document_there(cast):
    with pytest.raises(PermissionDenied):
        make_document(cast.section, by=cast.outsider_clerk, at=NOW)


# -- from draft to force ---------------------------------------------------------------------------------------------


def test_a_clerk_s_draft_goes_over_the_chief_to_the_central_manager_and_is_in_force(cast, draft):
    request = ask(draft, by=cast.clerk, at=NOW)
    assert request.status == Request.Status.PREPARED
    draft.refresh_from_db()
    assert draft.is_draft
    ask(draft, by=cast.section_officer, at=NOW)
    draft.refresh_from_db()
    assert draft.status == DocumentVersion.Status.IN_REVIEW
    request.refresh_from_db()
    permit(request, by=cast.central_manager, at=NOW)
    assert DocumentVersion.objects.in_force(TODAY).get() == draft
    assert draft.document.versions.get().approved_by == cast.central_manager


def test_what_waits_for_approval_is_frozen_and_comes_back_when_it_is_returned(cast, draft):
    request = ask(draft, by=cast.section_officer, at=NOW)
    with pytest.raises(InvalidTransition):
        draft.write(by=cast.clerk, at=NOW, text="書き換えた")
    permit(request, by=cast.central_manager, at=NOW, outcome="return", comment="手順が足りません。")
    draft.refresh_from_db()
    assert draft.is_draft
    write(draft, by=cast.clerk, at=NOW, text="手順を足しました。")
    ask(draft, by=cast.section_officer, at=NOW)
    request.refresh_from_db()
    permit(request, by=cast.central_manager, at=NOW)
    assert DocumentVersion.objects.in_force(TODAY).get().text == "手順を足しました。"


def test_the_chief_does_not_submit_what_was_rewritten_unseen(cast, draft):
    request = ask(draft, by=cast.clerk, at=NOW)
    draft.write(by=cast.colleague, at=NOW, text="別の内容")
    with pytest.raises(InvalidTransition, match="書き直されています"):
        request.submit(by=cast.section_officer, at=NOW)
    ask(draft, by=cast.section_officer, at=NOW)
    assert live_request(draft).is_in_review


@pytest.mark.parametrize("missing", [{"text": ""}, {"effective_on": None}, {"review_on": None}])
def test_a_draft_that_lacks_something_is_not_asked_for(cast, draft, missing):
    write(draft, by=cast.clerk, at=NOW, **missing)
    with pytest.raises(InvalidTransition):
        ask(draft, by=cast.section_officer, at=NOW)
    assert not Request.objects.exists()


def test_a_version_of_the_future_comes_into_force_on_its_day_and_its_section_is_told_once(cast, in_force):
    later = TODAY + timedelta(days=10)
    second = in_force.document.begin_version(by=cast.clerk, at=NOW)
    assert second.text == in_force.text
    write(second, by=cast.clerk, at=NOW, text="二重に鍵を掛けます。", effective_on=later, review_on=later + YEAR)
    second = approve(second, asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)
    day_before, day = NOW + timedelta(days=9), NOW + timedelta(days=10)
    assert DocumentVersion.objects.in_force(TODAY + timedelta(days=9)).get() == in_force
    assert second.phase(TODAY, newest=in_force) == DocumentVersion.Phase.AHEAD
    assert DocumentVersion.objects.in_force(later).get() == second
    assert in_force.phase(later, newest=second) == DocumentVersion.Phase.SUPERSEDED
    told = Notification.objects.filter(recipient=cast.colleague, title__contains="第2版が施行")
    assert turn_day(at=day_before) == 0
    assert not told.exists()
    assert turn_day(at=day) == 1
    assert turn_day(at=day) == 0
    assert told.count() == 1
    second.document.refresh_from_db()
    assert second.document.review_on == later + YEAR


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(st.integers(-30, 60), min_size=2, max_size=4))
def test_from_one_day_to_the_next_the_number_in_force_never_falls(cast, types, asked):
    """Whatever days the drafts name, and in whatever order."""
    document = make_document(cast.section, by=cast.clerk, at=NOW, title=f"文書{asked}")
    for place, offset in enumerate(asked):
        version = document.begin_version(by=cast.clerk, at=NOW) if place else document.versions.get()
        DocumentVersion.objects.filter(pk=version.pk).update(
            status="in_review", effective_on=TODAY + timedelta(days=offset), review_on=TODAY + YEAR
        )
        version.refresh_from_db()
        version.approve(by=cast.central_manager, at=NOW)
    days = [TODAY + timedelta(days=offset) for offset in (-1, 0, *sorted(asked), 61)]
    numbers = [version.number for day in sorted(days) for version in document.versions.in_force(day)]
    assert numbers == sorted(numbers)
    assert numbers[-1] == len(asked)
    assert not document.versions.in_force(TODAY - timedelta(days=1)).exists()


def test_a_second_draft_does_not_begin_beside_the_first(cast, document):
    with pytest.raises(InvalidTransition):
        document.begin_version(by=cast.clerk, at=NOW)
    document.versions.get().discard(by=cast.clerk, at=NOW)
    assert document.begin_version(by=cast.clerk, at=NOW).number == 2


def test_documents_and_regulations_follow_their_clauses_to_their_new_places(cast, types):
    document = make_document(cast.section, by=cast.clerk, at=NOW, clauses=["3.1", "3.2", "3.3"])
    regulation = make_regulation("byod", clauses=["3.2"])
    move_clauses({"3.1": "3.2", "3.2": "3.1"})
    regulation.refresh_from_db()
    assert (sorted(document.clauses), regulation.clauses) == (["3.1", "3.2", "3.3"], ["3.1"])
    move_clauses({"3.3": "3.4"})
    assert sorted(SectionDocument.objects.get().clauses) == ["3.1", "3.2", "3.4"]


def test_a_withdrawn_document_is_in_force_no_more_and_nobody_reviews_it(cast, in_force):
    document = in_force.document
    document.withdraw(by=cast.section_officer, at=NOW)
    assert not DocumentVersion.objects.in_force(TODAY).exists()
    assert DocumentVersion.objects.in_force(TODAY - timedelta(days=1)).count() == 0
    withdrawn = DocumentVersion.objects.get(pk=in_force.pk)
    assert withdrawn.phase(TODAY, newest=withdrawn) == DocumentVersion.Phase.WITHDRAWN
    assert not Occurrence.objects.open().exists()
    with pytest.raises(PermissionDenied):
        document.begin_version(by=cast.clerk, at=NOW)


# -- who may read ----------------------------------------------------------------------------------------------------


def test_a_restricted_document_is_read_by_its_line_and_by_duty_and_by_nobody_else(cast, in_force):
    document = in_force.document
    readers = {name for name in vars(cast) if isinstance(getattr(cast, name), type(cast.clerk)) and sees(getattr(cast, name), document)}
    line = {"clerk", "colleague", "section_officer", "division_officer", "promoter"}
    assert readers == line | {"central_manager", "general_manager", "audit_head", "ciso"}
    shown = {reader.who for reader in Readers(document, at=NOW).all}
    assert {cast.central_manager.name, cast.ciso.name, cast.division_officer.name, "市民部市民課の職員"} <= shown


def test_a_draft_is_the_section_s_own_until_it_is_sent(cast, draft):
    document = draft.document
    assert sees(cast.colleague, document)
    assert not sees(cast.central_manager, document)
    ask(draft, by=cast.section_officer, at=NOW)
    assert sees(cast.central_manager, document)
    assert not sees(cast.outsider_clerk, document)


def test_an_internal_document_is_everybody_s_once_it_is_in_force(cast, types):
    document = make_document(cast.section, by=cast.clerk, at=NOW, confidentiality="internal")
    version = write(document.versions.get(), by=cast.clerk, at=NOW)
    assert not sees(cast.outsider_clerk, document)
    approve(version, asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW)
    assert sees(cast.outsider_clerk, document)
    newer = document.begin_version(by=cast.clerk, at=NOW)
    assert set(DocumentVersion.objects.visible_to(cast.outsider_clerk, at=NOW)) == {version}
    assert newer in DocumentVersion.objects.visible_to(cast.clerk, at=NOW)


def test_a_named_person_reads_until_the_last_day_and_the_permission_goes_with_it(cast, in_force):
    document, until = in_force.document, TODAY + timedelta(days=3)
    ReadingGrant.give(document, person=cast.auditor, reason="監査", until=until, by=cast.section_officer, at=NOW)
    assert sees(cast.auditor, document, at=NOW + timedelta(days=3))
    assert not sees(cast.auditor, document, at=NOW + timedelta(days=4))
    assert "view_sectiondocument" in get_perms(cast.auditor, document)
    assert turn_day(at=NOW + timedelta(days=4)) == 1
    assert "view_sectiondocument" not in get_perms(cast.auditor, document)


def test_a_named_section_reads_and_an_ended_grant_opens_nothing(cast, in_force):
    document = in_force.document
    grant = ReadingGrant.give(document, department=cast.other_section, reason="共同の業務", until=TODAY, by=cast.central_manager, at=NOW)
    assert sees(cast.outsider_clerk, document)
    grant.end(by=cast.section_officer, at=NOW)
    assert not sees(cast.outsider_clerk, document)
    with pytest.raises(InvalidTransition):
        grant.end(by=cast.section_officer, at=NOW)


def test_a_grant_sleeps_when_the_person_moves_until_somebody_confirms_it(cast, in_force):
    document, reader = in_force.document, make_user(name="異動 する子")
    post = make_appointment(reader, "bunsho-hosei.staff")
    grant = ReadingGrant.give(document, person=reader, reason="支援", until=TODAY + YEAR, by=cast.section_officer, at=NOW)
    Appointment.objects.filter(pk=post.pk).update(until=TODAY)
    make_appointment(reader, "shokuin.staff", since=TODAY + timedelta(days=1))
    tomorrow = NOW + timedelta(days=1)
    assert sees(reader, document)
    assert "1件" in granted_to(reader, TODAY)[0].label
    assert not sees(reader, document, at=tomorrow)
    assert asleep_for(cast.section_officer, at=tomorrow) == [grant]
    assert asleep_for(cast.clerk, at=tomorrow) == []
    grant.confirm(by=cast.section_officer, at=tomorrow)
    assert sees(reader, document, at=tomorrow)


@pytest.mark.parametrize("who", ["clerk", "division_officer", "administrator", "ciso"])
def test_naming_readers_is_for_who_answers_for_the_document(cast, in_force, who):
    with pytest.raises(PermissionDenied):
        ReadingGrant.give(in_force.document, person=cast.auditor, reason="x", until=TODAY, by=getattr(cast, who), at=NOW)


def test_the_city_s_choice_opens_the_procedures_to_all_or_to_the_named_alone(cast, in_force):
    document = in_force.document
    choose_procedure_readers(cast, "all_staff")
    assert sees(cast.outsider_clerk, document)
    choose_procedure_readers(cast, "named")
    assert not sees(cast.colleague, document)
    assert sees(cast.clerk, document)  # wrote the draft
    assert sees(cast.section_officer, document)


def test_a_file_is_as_visible_as_its_version(cast, draft):
    stored = attach(draft, SimpleUploadedFile("手順.txt", "鍵の番号".encode()), by=cast.clerk)
    seen = StoredFile.objects.visible_to
    assert stored in seen(cast.colleague)
    assert stored not in seen(cast.outsider_clerk)
    assert stored not in seen(cast.central_manager)


# -- reviews ---------------------------------------------------------------------------------------------------------


def due() -> Occurrence:
    return Occurrence.objects.open().get(duty__code="document-review")


def test_a_version_in_force_brings_its_review_and_keeping_it_as_it_is_brings_the_next(cast, in_force):
    document = in_force.document
    first = due()
    assert (first.duty.subject, first.department) == (document, cast.section)
    assert months_later(TODAY, 12).year == TODAY.year + 1
    document.keep_as_is(review_on=TODAY + 2 * YEAR, by=cast.section_officer, at=NOW)
    first.refresh_from_db()
    assert first.status == Occurrence.Status.DONE
    assert due().duty.anchor_on == document.review_on == TODAY + 2 * YEAR
    assert document.reviewed_on == TODAY


def test_a_review_recorded_among_the_duties_moves_the_document_s_day_too(cast, in_force):
    due().complete(by=cast.section_officer, at=NOW)
    in_force.document.refresh_from_db()
    assert in_force.document.reviewed_on == TODAY
    assert in_force.document.review_on == months_later(TODAY, 12)
    assert due().duty.anchor_on == months_later(TODAY, 12)


def test_a_review_is_no_matter_of_the_clerk_and_no_day_of_the_past(cast, in_force):
    with pytest.raises(PermissionDenied):
        in_force.document.keep_as_is(review_on=TODAY + YEAR, by=cast.clerk, at=NOW)
    with pytest.raises(InvalidTransition):
        in_force.document.keep_as_is(review_on=TODAY, by=cast.section_officer, at=NOW)


def test_months_later_ends_on_the_last_day_of_a_shorter_month():
    assert months_later(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_later(date(2026, 12, 1), 1) == date(2027, 1, 1)
