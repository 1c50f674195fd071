"""業務継続計画（ICT編）: four contents, versions, approval by its owner, review (3.11.3, 3.4.2.3.7)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.continuity.keepers import next_review, plan_holding
from incidents.models import PlanReview, PlanVersion
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Item, Meeting, Resolution
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from . import response_rows
from .cast import PERSONS, Cast
from .factory import make_absence

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
TODAY = NOW.date()
TEXTS = {"contacts": "順に連絡する", "reporting": "何を報告する", "measures": "止める", "prevention": "調べる"}


def hours(count: int) -> datetime:
    return NOW + timedelta(hours=count)


def choose_owner(cast, owner: str) -> None:
    parameter = catalogue.get("policy.bcp_owner")
    ParameterChoice.choose(parameter, owner, basis="委員会の議決", seen=0, by=cast.central_manager, at=NOW)


def submitted(cast, *, by=None, at=NOW, effective_on=TODAY) -> PlanVersion:
    by = by or cast.secretary
    version = PlanVersion.begin(by=by, at=at)
    version.write(by=by, at=at, **TEXTS)
    version.submit(by=by, at=at, effective_on=effective_on)
    return version


def approved(cast, **fields) -> PlanVersion:
    version = submitted(cast, **fields)
    version.approve(by=cast.central_manager, at=fields.get("at", NOW), digest=version.content_digest())
    return version


def test_a_version_needs_all_four_contents_of_the_clause(cast):
    version = PlanVersion.begin(by=cast.secretary, at=NOW)
    version.write(by=cast.secretary, at=NOW, **{**TEXTS, "prevention": " "})
    with pytest.raises(ValidationError) as refusal:
        version.submit(by=cast.secretary, at=NOW, effective_on=TODAY)
    assert set(refusal.value.message_dict) == {"prevention"}
    assert version.is_draft


def test_the_owner_puts_it_into_force_and_everybody_who_acts_by_it_is_told(cast):
    version = submitted(cast)
    assert Notification.objects.filter(recipient=cast.central_manager, title__contains="承認をお願いします").exists()
    version.approve(by=cast.central_manager, at=hours(1), digest=version.content_digest())
    assert PlanVersion.objects.in_force(TODAY).get() == version
    assert version.approved_as == "中央電子計算組織管理者"
    told = set(Notification.objects.filter(title__contains="承認されました").values_list("recipient__username", flat=True))
    assert {"ciso", "section_officer", "division_officer", "secretary"} <= told


def test_who_wrote_it_does_not_approve_it_the_next_one_up_does(cast):
    version = submitted(cast, by=cast.central_manager)
    with pytest.raises(PermissionDenied):
        version.approve(by=cast.central_manager, at=NOW, digest=version.content_digest())
    version.approve(by=cast.general_manager, at=NOW, digest=version.content_digest())
    assert version.approved_by == cast.general_manager


def test_whoever_had_a_hand_in_the_text_is_a_writer_too(cast):
    version = PlanVersion.begin(by=cast.secretary, at=NOW)
    version.write(by=cast.central_manager, at=NOW, **TEXTS)
    version.submit(by=cast.secretary, at=NOW, effective_on=TODAY)
    assert version.approver(cast.central_manager, at=NOW) is None
    assert version.approver(cast.general_manager, at=NOW)


def test_what_was_approved_is_what_was_read(cast):
    version = submitted(cast)
    with pytest.raises(InvalidTransition, match="内容が変わりました"):
        version.approve(by=cast.central_manager, at=NOW, digest="0" * 64)
    version.approve(by=cast.central_manager, at=NOW, digest=version.content_digest())
    assert version.digest == version.content_digest()
    with pytest.raises(InvalidTransition):
        version.write(by=cast.secretary, at=NOW, contacts="後から")


def test_a_version_is_sent_back_with_a_reason_and_comes_again(cast):
    version = submitted(cast)
    with pytest.raises(ValidationError):
        version.send_back(by=cast.central_manager, at=NOW, reason=" ")
    version.send_back(by=cast.central_manager, at=NOW, reason="夜間の順番を書いてください")
    assert (version.is_draft, version.returned_reason) == (True, "夜間の順番を書いてください")
    version.submit(by=cast.secretary, at=hours(1), effective_on=TODAY)
    assert version.returned_reason == ""


def test_the_owner_is_the_city_s_choice(cast):
    choose_owner(cast, "CISO")
    version = submitted(cast)
    assert version.approver(cast.central_manager, at=NOW) is None
    version.approve(by=cast.ciso, at=NOW, digest=version.content_digest())
    assert version.approved_by == cast.ciso


def test_a_committee_approves_by_a_resolution_alone(cast):
    choose_owner(cast, "COMMITTEE")
    version = submitted(cast, by=cast.central_manager)
    facts = {"by": cast.secretary, "at": hours(3), "digest": version.content_digest()}
    with pytest.raises(ValidationError, match="議決"):
        version.approve(**facts)
    item = Item.bring(cast.committee, Item.Kind.DELIBERATION, title="業務継続計画", by=cast.member, at=hours(1))
    meeting = Meeting.call(cast.committee, Meeting.Kind.COMMITTEE, planned_at=hours(1), items=[item], by=cast.secretary, at=hours(1))
    present = {person.pk: ("present", None) for person in cast.committee.members(TODAY)}
    meeting.hold(held_at=hours(1), members=present, by=cast.secretary, at=hours(2))
    resolution = Resolution.enter(meeting.agenda.get(), "passed", by=cast.secretary, at=hours(2))
    version.approve(**facts, resolution=resolution)
    assert version.resolution == resolution


def test_a_version_with_a_later_day_waits_for_it_and_the_older_one_is_kept(cast):
    first = approved(cast)
    second = approved(cast, at=hours(2), effective_on=TODAY + timedelta(days=7))
    assert second.contacts == TEXTS["contacts"]
    assert PlanVersion.objects.in_force(TODAY).get() == first
    assert PlanVersion.objects.in_force(TODAY + timedelta(days=7)).get() == second
    assert second.phase(TODAY, current=first)[0] == "施行待ち"
    assert first.phase(TODAY + timedelta(days=7), current=second)[0] == "旧版"


def test_one_draft_at_a_time(cast):
    PlanVersion.begin(by=cast.secretary, at=NOW)
    with pytest.raises(InvalidTransition):
        PlanVersion.begin(by=cast.central_manager, at=NOW)


def test_what_is_in_force_is_everyone_s_to_read_drafts_are_not(cast):
    version = approved(cast)
    draft = PlanVersion.begin(by=cast.secretary, at=hours(1))
    assert list(PlanVersion.objects.visible_to(cast.clerk, at=hours(1))) == [version]
    assert set(PlanVersion.objects.visible_to(cast.ciso, at=hours(1))) == {version, draft}
    with pytest.raises(PermissionDenied):
        PlanVersion.begin(by=cast.clerk, at=NOW)


def test_a_deputy_approves_in_the_place_of_who_is_away(cast):
    version = submitted(cast)
    make_absence(cast.central_manager, starts_at=NOW - timedelta(hours=1), hours=48)
    assert version.approver(cast.general_manager, at=NOW)


# -- the review --------------------------------------------------------------------------------------------------------


def test_a_review_is_recorded_and_does_the_duty_of_the_year(cast):
    load_duties(at=NOW)
    version = approved(cast)
    later = datetime(2027, 11, 20, 10, 0, tzinfo=TOKYO)
    facts = {"occasion": "年に一度", "findings": "変わりなし", "by": cast.central_manager, "at": later}
    PlanReview.enter(result="keep", fits_policy=True, **facts)
    assert not Occurrence.objects.filter(duty__mechanism="duty:bcp-review").appeared(on=later.date()).open()
    assert next_review(version).year == 2028
    assert plan_holding(later.date()).review_on == next_review(version)


def test_a_plan_that_contradicts_the_policy_does_not_stay(cast):
    approved(cast)
    facts = {"occasion": "改定の後", "findings": "食い違いがある", "fits_policy": False, "by": cast.central_manager, "at": NOW}
    with pytest.raises(ValidationError):
        PlanReview.enter(result="keep", **facts)
    assert PlanReview.enter(result="revise", **facts).result == "revise"


def test_nothing_is_reviewed_where_nothing_is_in_force(cast):
    with pytest.raises(InvalidTransition):
        PlanReview.enter(occasion="試験", findings="試験", result="keep", fits_policy=True, by=cast.central_manager, at=NOW)


# -- whatever people do ------------------------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(st.sampled_from(sorted(PERSONS)), st.sampled_from(["begin", "write", "submit", "return", "approve", "discard"])), max_size=12
)


def act(person, what: str, at) -> None:
    """Try one act; a refusal is an answer like any other."""
    latest = PlanVersion.objects.order_by("-number").first()
    try:
        if what == "begin":
            PlanVersion.begin(by=person, at=at)
        elif latest is None:
            return
        elif what == "write":
            latest.write(by=person, at=at, **TEXTS)
        elif what == "submit":
            latest.submit(by=person, at=at, effective_on=at.date())
        elif what == "return":
            latest.send_back(by=person, at=at, reason="直す")
        elif what == "approve":
            latest.approve(by=person, at=at, digest=latest.content_digest())
        else:
            latest.discard(by=person, at=at)
    except (InvalidTransition, PermissionDenied, ValidationError):
        pass


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(acts=ACTS)
def test_no_order_of_acts_puts_a_plan_into_force_that_its_writer_approved_or_that_lacks_a_content(acts):
    with transaction.atomic():
        cast = Cast()
        for number, (who, what) in enumerate(acts):
            act(getattr(cast, who), what, hours(number))
        for version in PlanVersion.objects.approved():
            assert version.approved_by_id not in version.hands()
            assert all(text.strip() for _, _, text in version.contents)
            assert version.digest == version.content_digest()
        assert PlanVersion.objects.unsettled().count() <= 1
        assert PlanVersion.objects.in_force(hours(20).date()).count() == min(1, PlanVersion.objects.approved().count())
        assert Entry.objects.filter(verb="incidents.plan.approved").count() == PlanVersion.objects.approved().count()
        transaction.set_rollback(True)


# -- the pages ---------------------------------------------------------------------------------------------------------


def day(name: str, value) -> dict:
    return {f"{name}_year": value.year, f"{name}_month": value.month, f"{name}_day": value.day}


def test_from_the_first_draft_to_what_everyone_reads(cast):
    writer, owner = cast.client(cast.secretary), cast.client(cast.central_manager)
    writer.post(reverse("incidents:plan_begin"))
    version = PlanVersion.objects.get()
    write = reverse("incidents:plan_write", args=[version.pk])
    answer = writer.post(write, {**TEXTS, "measures": "", "submit": "1", **day("effective_on", timezone.localdate())})
    assert answer.status_code == 422
    assert "定めることが求められている内容" in answer.content.decode()
    assert TEXTS["contacts"] in answer.content.decode()
    version.refresh_from_db()
    assert version.contacts == ""  # nothing half written
    assert writer.post(write, {**TEXTS, "submit": "1", **day("effective_on", timezone.localdate())}).status_code == 302
    version.refresh_from_db()
    page = owner.get(version.get_absolute_url()).content.decode()
    assert "この版を承認してください" in page
    owner.post(reverse("incidents:plan_approve", args=[version.pk]), {"digest": version.content_digest()})
    assert TEXTS["measures"] in cast.client(cast.clerk).get(reverse("incidents:plan")).content.decode()
    assert cast.client(cast.clerk).post(reverse("incidents:plan_begin")).status_code == 404


def test_a_drill_pushes_no_true_incident_off_the_page_of_the_plan(cast):
    reference.load("incident_kinds.json")
    now = timezone.now()
    real = response_rows.sent(cast, at=now)
    response_rows.sent(cast, at=now, is_drill=True)
    page = cast.client(cast.central_manager).get(reverse("incidents:plan"))
    assert list(page.context["open_incidents"]) == [real]


def test_the_worker_makes_the_plan_on_paper_and_a_version_is_always_the_same_paper(cast, monkeypatch):
    version = approved(cast, at=timezone.now(), effective_on=timezone.localdate())
    now, made = timezone.now(), []
    for minutes in (0, 1):
        monkeypatch.setattr(timezone, "now", lambda later=timedelta(minutes=minutes): now + later)
        job = enqueue("incidents.plan", by=cast.clerk, subject=version, version=version.pk)
        run_job(job.pk)
        made.append(JobResult.objects.get(job=job).content.read())
    assert made[0][:5] == b"%PDF-"
    assert made[0] == made[1]
