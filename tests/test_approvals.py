"""The engine of requests: who may submit, who may decide, what separation of duties does, and what becomes of a request."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import Department, RoleCode
from musashimurayama_isms.approvals import catalogue, reminders
from musashimurayama_isms.approvals.models import Chair, Decision, Request, RequestType, Route, Waiver
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.approvals.union import Requirement, unite
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get as get_parameter
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_absence, make_appointment, make_deputyship, make_post, make_request_type, make_user
from .matters import ERRAND, RULING, Errand

AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
SOON = AT + timedelta(hours=1)
SECTION, DIVISION, CENTRAL, GENERAL, CISO = (
    [chair] for chair in ("SECTION_OFFICER", "DIVISION_OFFICER", "CENTRAL_MANAGER", "GENERAL_MANAGER", "CISO")
)


@pytest.fixture
def told(cast):
    """What the matter of the errand has been told, empty at first."""
    Errand.told.clear()
    return Errand.told


def errand(by, *steps, applicants=(RoleCode.TERMINAL_USER,), **content) -> Request:
    """A draft of an errand whose route has these steps."""
    make_request_type(ERRAND, *steps, applicants=applicants)
    return Request.draft(ERRAND, by=by, at=AT, content={"what": "申請書", **content})


def submitted(by, *steps, **content) -> Request:
    request = errand(by, *steps, **content)
    request.submit(by=by, at=AT)
    return request


def decide(request, by, outcome="permit", *, at=SOON, **words) -> Decision:
    decision = Decision.take(request, outcome, by=by, at=at, digest=request.current_version.digest, **words)
    request.refresh_from_db()
    return decision


def able(request, *, at=SOON) -> set[str]:
    """The names of who may decide now."""
    request = Request.objects.get(pk=request.pk)
    return {row.person.name for _, row in request.open_step.able(Roster(at))}


# -- the way of a request ----------------------------------------------------------------------------------------------
def test_the_holder_of_the_seat_permits_and_the_matter_does_what_follows(cast, told):
    request = submitted(cast.clerk, ("any", SECTION))
    decide(request, cast.section_officer, conditions="ケースに鍵をかけること")
    assert request.status == Request.Status.RUNNING
    request.complete(by=cast.clerk, at=SOON)
    assert request.status == Request.Status.COMPLETED
    assert told == ["permitted", "completed"]
    verbs = list(Entry.objects.about(request).values_list("verb", flat=True))
    assert [verb.rpartition(".")[2] for verb in verbs] == ["drafted", "submitted", "opened", "made", "permitted", "completed"]


def test_steps_follow_each_other_and_the_second_is_asked_only_after_the_first(cast):
    request = submitted(cast.clerk, ("any", CENTRAL), ("any", CISO))
    with pytest.raises(PermissionDenied):
        decide(request, cast.ciso)
    decide(request, cast.central_manager)
    assert request.is_in_review
    decide(request, cast.ciso)
    assert request.status == Request.Status.RUNNING


def test_one_of_any_suffices_and_all_need_each_other(cast):
    request = submitted(cast.clerk, ("all", CENTRAL + DIVISION), ("any", SECTION + GENERAL))
    decide(request, cast.division_officer)
    assert request.open_step.position == 1
    decide(request, cast.central_manager)
    decide(request, cast.general_manager)
    assert request.status == Request.Status.RUNNING


def test_one_act_satisfies_every_role_that_the_person_holds_in_the_step(cast):
    make_appointment(cast.division_officer, make_post(Department.objects.get(code="gyosei-keiei"), "兼務の職", "CENTRAL_MANAGER"))
    request = submitted(cast.clerk, ("all", CENTRAL + DIVISION))
    decision = decide(request, cast.division_officer)
    assert decision.decided_as == "中央電子計算組織管理者、総括情報セキュリティ担当者"
    assert request.status == Request.Status.RUNNING


def test_a_refusal_ends_it_and_needs_a_reason(cast, told):
    request = submitted(cast.clerk, ("any", SECTION))
    with pytest.raises(ValidationError):
        decide(request, cast.section_officer, "refuse", comment=" ")
    decide(request, cast.section_officer, "refuse", comment="別の方法があります。")
    assert (request.status, request.ending, told) == (Request.Status.REFUSED, "別の方法があります。", ["refused"])


def test_what_is_returned_keeps_its_text_and_comes_back_as_a_new_version_with_a_new_run(cast):
    request = submitted(cast.clerk, ("any", CENTRAL), ("any", CISO))
    decide(request, cast.central_manager)
    decide(request, cast.ciso, "return", comment="期間を書いてください。")
    assert request.status == Request.Status.RETURNED
    assert request.content["what"] == "申請書"
    request.edit({**request.content, "way": "cipher"}, ends_on=date(2026, 12, 1), by=cast.clerk, at=SOON)
    request.submit(by=cast.clerk, at=SOON)
    assert (request.version, request.number) == (2, "R8-001")
    assert able(request) == {cast.central_manager.name}
    first, second = request.versions.all()
    assert first.digest != second.digest
    assert "way" not in first.content


def test_what_is_decided_on_cannot_be_edited(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    with pytest.raises(InvalidTransition):
        request.edit({"what": "別のもの"}, by=cast.clerk, at=SOON)


def test_a_decision_on_content_that_has_changed_meanwhile_is_not_taken(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    seen = request.current_version.digest
    decide(request, cast.section_officer, "return", comment="直してください。")
    request.edit({"what": "直した"}, by=cast.clerk, at=SOON)
    request.submit(by=cast.clerk, at=SOON)
    with pytest.raises(InvalidTransition, match="内容が変わりました"):
        Decision.take(request, "permit", by=cast.section_officer, at=SOON, digest=seen)


def test_the_applicant_withdraws_while_nothing_is_decided(cast, told):
    request = submitted(cast.clerk, ("any", SECTION))
    with pytest.raises(PermissionDenied):
        request.withdraw(by=cast.colleague, at=SOON)
    request.withdraw(by=cast.clerk, at=SOON)
    with pytest.raises(InvalidTransition):
        decide(request, cast.section_officer)
    assert told == ["withdrawn"]


def test_a_decider_recalls_a_running_permit_and_nobody_else_does(cast, told):
    request = submitted(cast.clerk, ("any", SECTION))
    decide(request, cast.section_officer)
    for person in (cast.clerk, cast.outsider_officer, cast.ciso):
        with pytest.raises(PermissionDenied):
            request.recall(by=person, at=SOON, reason="不要")
    request.recall(by=cast.section_officer, at=SOON, reason="媒体に不具合が見つかったため")
    assert told == ["permitted", "recalled"]


def test_a_permit_expires_after_its_last_day_and_can_still_be_completed(cast, told):
    request = errand(cast.clerk, ("any", SECTION))
    request.edit(request.content, ends_on=date(2026, 11, 30), by=cast.clerk, at=AT)
    request.submit(by=cast.clerk, at=AT)
    decide(request, cast.section_officer)
    assert reminders.expire_over(at=datetime(2026, 11, 30, 23, 59, tzinfo=TOKYO)) == 0
    assert reminders.expire_over(at=datetime(2026, 12, 1, 0, 1, tzinfo=TOKYO)) == 1
    request.refresh_from_db()
    assert request.status == Request.Status.EXPIRED
    request.complete(by=cast.clerk, at=SOON)
    assert told == ["permitted", "expired", "completed"]


def test_the_matter_may_say_no_and_nothing_is_half_done(cast):
    request = errand(cast.clerk, ("any", SECTION), what="禁制品")
    with pytest.raises(InvalidTransition, match="持ち出せません"):
        request.submit(by=cast.clerk, at=AT)
    request.refresh_from_db()
    assert (request.status, request.version, request.steps.count()) == (Request.Status.DRAFT, 0, 0)


def test_a_subject_has_one_live_request_of_a_type_that_takes_one_at_a_time(cast):
    make_request_type(RULING, ("any", SECTION))
    first, second = (Request.draft(RULING, by=cast.clerk, at=AT, subjects=[cast.section]) for _ in range(2))
    first.submit(by=cast.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="進行中の申請"):
        second.submit(by=cast.clerk, at=AT)
    decide(first, cast.section_officer)
    second.submit(by=cast.clerk, at=AT)
    assert Request.objects.about(cast.section).count() == 2


# -- who submits -------------------------------------------------------------------------------------------------------
def test_where_the_applicant_is_the_chief_a_clerk_drafts_and_the_chief_submits(cast):
    request = errand(cast.clerk, ("any", CENTRAL), applicants=(RoleCode.SECTION_OFFICER,))
    with pytest.raises(PermissionDenied):
        request.submit(by=cast.clerk, at=AT)
    request.prepare(by=cast.clerk, at=AT)
    for stranger in (cast.outsider_officer, cast.clerk):
        with pytest.raises(PermissionDenied):
            request.submit(by=stranger, at=AT)
    request.submit(by=cast.section_officer, at=AT)
    assert request.applicant_as == "情報セキュリティ担当者"
    assert Notification.objects.filter(recipient=cast.section_officer, title__startswith="起案された申請").exists()


def test_the_chief_hands_a_draft_back_with_words(cast):
    request = errand(cast.clerk, ("any", CENTRAL), applicants=(RoleCode.SECTION_OFFICER,))
    request.prepare(by=cast.clerk, at=AT)
    request.hand_back(by=cast.section_officer, at=AT, comment="期間を書いてください。")
    assert request.status == Request.Status.RETURNED
    assert request.comments.get().by == cast.section_officer


def test_a_colleague_does_not_submit_in_the_drafters_name(cast):
    request = errand(cast.clerk, ("any", SECTION))
    with pytest.raises(PermissionDenied):
        request.submit(by=cast.colleague, at=AT)


# -- separation of duties ----------------------------------------------------------------------------------------------
def test_whoever_is_of_the_request_never_decides_it_and_the_next_one_up_does(cast):
    request = errand(cast.clerk, ("any", SECTION), applicants=(RoleCode.SECTION_OFFICER,))
    request.prepare(by=cast.clerk, at=AT)
    request.submit(by=cast.section_officer, at=AT)
    assert able(request) == {cast.division_officer.name}
    with pytest.raises(PermissionDenied, match="兼務の禁止"):
        decide(request, cast.section_officer)
    decide(request, cast.division_officer)
    assert request.status == Request.Status.RUNNING


def test_a_superuser_has_no_short_cut(cast):
    cast.clerk.is_superuser = True
    cast.clerk.save(update_fields=["is_superuser"])
    request = submitted(cast.clerk, ("any", SECTION))
    with pytest.raises(PermissionDenied):
        decide(request, cast.clerk)


def test_the_requests_of_those_above_climb_from_their_own_level(cast):
    assert able(submitted(cast.division_officer, ("any", SECTION))) == {cast.general_manager.name}
    RequestType.objects.update(code="test-old")
    assert able(submitted(cast.ciso, ("any", CISO))) == {cast.general_manager.name}
    RequestType.objects.filter(code=ERRAND).update(code="test-older")
    assert able(submitted(cast.central_manager, ("any", CENTRAL))) == {cast.general_manager.name}


def test_an_absent_holder_is_answered_for_by_the_named_deputy_but_not_by_one_of_the_request(cast):
    make_absence(cast.section_officer, starts_at=AT, hours=8)
    make_deputyship("shimin-ka.head", cast.colleague)
    request = submitted(cast.clerk, ("any", SECTION))
    assert able(request) == {cast.colleague.name}
    decision = decide(request, cast.colleague)
    assert decision.in_place_of == cast.section_officer
    assert list(Decision.objects.awaiting_review_by(cast.section_officer)) == [decision]
    with pytest.raises(PermissionDenied):
        decision.review(by=cast.colleague, at=SOON)
    decision.review(by=cast.section_officer, at=SOON)
    assert not Decision.objects.awaiting_review_by(cast.section_officer).exists()


def test_a_deputy_who_applies_or_has_decided_is_passed_over(cast):
    make_absence(cast.section_officer, starts_at=AT, hours=8)
    make_deputyship("shimin-ka.head", cast.clerk)
    assert able(submitted(cast.clerk, ("any", SECTION))) == {cast.division_officer.name}


def test_for_permits_the_central_manager_is_no_deputy_of_an_absent_general_manager(cast):
    """3.4.2.3.6 covers measures on an infringement alone: a permit goes to the CISO (approvals.md, default)."""
    make_absence(cast.general_manager, starts_at=AT, hours=8)
    assert able(submitted(cast.clerk, ("any", GENERAL))) == {cast.ciso.name}


def test_an_unavoidable_case_needs_a_reason_and_a_third_person_and_stays_with_the_ciso_until_seen(cast):
    request = errand(cast.clerk, ("any", SECTION), applicants=(RoleCode.SECTION_OFFICER,))
    request.prepare(by=cast.clerk, at=AT)
    request.submit(by=cast.section_officer, at=AT)
    waiver = Waiver.ask(request, cast.section_officer, reason="部長も総括管理者も災害対応のため", by=cast.section_officer, at=AT)
    for involved in (cast.section_officer, cast.clerk, cast.outsider_officer):
        with pytest.raises(PermissionDenied):
            waiver.answer(is_granted=True, by=involved, at=AT)
    waiver.answer(is_granted=True, by=cast.central_manager, at=AT)
    decision = decide(request, cast.section_officer)
    assert decision.is_exception
    assert list(Waiver.objects.unseen()) == [waiver]
    with pytest.raises(PermissionDenied):
        waiver.see(by=cast.central_manager, at=SOON)
    waiver.see(by=cast.ciso, at=SOON)
    assert not Waiver.objects.unseen().exists()


@pytest.mark.parametrize(
    ("code", "chosen", "applicant", "route", "who"),
    [
        ("approvals.general_manager_absent", "central_manager", "clerk", GENERAL, {"行政 経営"}),
        ("approvals.own_section_of_central_manager", "ciso", "central_manager", CENTRAL, {"副市 長子"}),
        ("approvals.ciso_own_request", "committee", "ciso", CISO, set()),
    ],
)
def test_the_citys_own_choice_of_who_is_asked_next_is_followed(cast, code, chosen, applicant, route, who):
    make_absence(cast.general_manager, starts_at=AT, hours=8)
    ParameterChoice.choose(get_parameter(code), chosen, basis="委員会の議決", seen=0, by=cast.administrator, at=AT)
    request = submitted(getattr(cast, applicant), ("any", route))
    assert able(request) == who
    assert (request.open_step.seats.get().chair == Chair.COMMITTEE) == (not who)


# -- by word of mouth --------------------------------------------------------------------------------------------------
def oral(request, speaker, by, *, spoken_at=SOON) -> Decision:
    digest = request.current_version.digest
    return Decision.enter_oral(request, spoken_by=speaker, spoken_at=spoken_at, content="電話で許可", by=by, at=SOON, digest=digest)


def test_an_oral_permit_counts_at_once_and_is_confirmed_by_the_speaker(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    decision = oral(request, cast.section_officer, cast.colleague)
    request.refresh_from_db()
    assert request.status == Request.Status.RUNNING
    assert list(Decision.objects.awaiting_confirmation_by(cast.section_officer)) == [decision]
    decision.confirm(by=cast.section_officer, at=SOON)
    with pytest.raises(InvalidTransition):
        decision.deny(by=cast.section_officer, at=SOON, dispute="違います")


def test_the_requests_own_people_enter_no_oral_permit_and_nobody_enters_an_impossible_one(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    with pytest.raises(PermissionDenied):
        oral(request, cast.section_officer, cast.clerk)
    with pytest.raises(ValidationError):
        oral(request, cast.section_officer, cast.colleague, spoken_at=AT - timedelta(hours=1))
    with pytest.raises(ValidationError):
        oral(request, cast.outsider_officer, cast.colleague)


def test_an_oral_permit_that_was_never_given_undoes_what_rested_on_it(cast, told):
    request = submitted(cast.clerk, ("any", SECTION))
    oral(request, cast.section_officer, cast.colleague).deny(by=cast.section_officer, at=SOON, dispute="電話を受けていません。")
    request.refresh_from_db()
    assert request.status == Request.Status.RECALLED
    assert told == ["permitted", "recalled"]


def test_a_denied_oral_step_waits_again_with_all_that_came_after_it(cast):
    request = submitted(cast.clerk, ("any", SECTION), ("any", CENTRAL), ("any", CISO))
    first = oral(request, cast.section_officer, cast.colleague)
    decide(request, cast.central_manager)
    first.deny(by=cast.section_officer, at=SOON, dispute="許可していません。")
    request.refresh_from_db()
    assert (request.status, request.open_step.position) == (Request.Status.IN_REVIEW, 1)
    assert able(request) == {cast.section_officer.name}
    assert request.steps.open().count() == 1


# -- in time -----------------------------------------------------------------------------------------------------------
def test_an_open_step_follows_the_post(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    successor = make_user(name="後任 課長")
    cast.section_officer.appointments.update(until=date(2026, 11, 30))
    make_appointment(successor, "shimin-ka.head", since=date(2026, 12, 1))
    later = datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)
    assert able(request, at=later) == {successor.name}
    with pytest.raises(PermissionDenied, match="異動"):
        decide(request, cast.section_officer, at=later)
    decide(request, successor, at=later)


def test_a_late_step_reminds_its_holder_daily_and_the_next_one_up_once(cast):
    submitted(cast.clerk, ("any", SECTION))
    assert reminders.remind_overdue(at=datetime(2026, 12, 1, 17, 14, tzinfo=TOKYO)) == 0  # three working days end at 17:15
    for day in (1, 2, 3, 4):
        for _ in range(2):
            reminders.remind_overdue(at=datetime(2026, 12, day, 18, 0, tzinfo=TOKYO))
    late = Notification.objects.filter(title__startswith="【期限超過】")
    assert late.filter(recipient=cast.section_officer).count() == 4
    assert late.filter(recipient=cast.division_officer).count() == 1


def test_a_beat_that_was_away_for_days_reminds_once(cast):
    submitted(cast.clerk, ("any", SECTION))
    reminders.remind_overdue(at=datetime(2026, 12, 4, 18, 0, tzinfo=TOKYO))
    assert Notification.objects.filter(recipient=cast.section_officer, title__startswith="【期限超過】").count() == 1


# -- who sees ----------------------------------------------------------------------------------------------------------
def test_a_request_is_seen_by_its_people_its_chiefs_its_deciders_and_the_wide_roles(cast):
    draft = errand(cast.clerk, ("any", CENTRAL))
    assert {user.username for user in cast.everyone() if Request.objects.visible_to(user, at=AT).exists()} == {"clerk"}
    draft.submit(by=cast.clerk, at=AT)
    seen = {user.username for user in cast.everyone() if Request.objects.visible_to(user, at=AT).exists()}
    assert seen == {"clerk", "section_officer", "division_officer", "central_manager", "general_manager", "ciso"}


# -- routes as data ----------------------------------------------------------------------------------------------------
def test_the_reference_data_has_every_row_of_the_approvals_with_a_route_or_as_an_act_of_office(db):
    catalogue.load_request_types()
    types = RequestType.objects.with_routes()
    assert types.count() == 41
    assert all(type_.is_act_of_office == (type_.route.steps.count() == 0) for type_ in types)
    assert catalogue.load_request_types().created == 0
    route = RequestType.objects.get(code="external-network").route
    assert route.words == "最高情報セキュリティ責任者及び電子計算組織総括管理者"


def test_two_persons_change_a_route_and_what_is_under_way_keeps_its_own(cast):
    request = submitted(cast.clerk, ("any", SECTION))
    type_ = request.type
    with pytest.raises(PermissionDenied):
        Route.propose(type_, [("any", CISO)], reason="重要", by=cast.clerk, at=AT)
    proposal = Route.propose(type_, [("any", CISO)], reason="重要な情報を扱うため", by=cast.central_manager, at=AT)
    with pytest.raises(PermissionDenied):
        proposal.confirm(by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition):
        Route.propose(type_, [("any", GENERAL)], reason="もう一つ", by=cast.administrator, at=AT)
    proposal.confirm(by=cast.administrator, at=AT)
    assert able(request) == {cast.section_officer.name}
    again = Request.draft(ERRAND, by=cast.clerk, at=AT, content={"what": "次"})
    again.submit(by=cast.clerk, at=AT)
    assert able(again) == {cast.ciso.name}
    assert list(type_.routes.values_list("number", "status")) == [(2, "in_force"), (1, "retired")]


def test_the_database_itself_refuses_one_person_for_both(cast):
    type_ = make_request_type(ERRAND, ("any", SECTION))
    proposal = Route.propose(type_, [("any", CISO)], reason="試験", by=cast.central_manager, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Route.objects.filter(pk=proposal.pk).update(decided_by=cast.central_manager)


def test_an_act_of_office_has_no_decider_and_is_done_when_submitted(cast):
    make_request_type(ERRAND, applicants=(RoleCode.CENTRAL_MANAGER,), is_act_of_office=True)
    request = Request.draft(ERRAND, by=cast.central_manager, at=AT, content={"what": "届出"})
    request.submit(by=cast.central_manager, at=AT)
    assert request.status == Request.Status.RUNNING


# -- one errand of several types ---------------------------------------------------------------------------------------
ANY_OF = st.builds(
    Requirement, st.sampled_from(["any", "all"]), st.lists(st.sampled_from("ABCD"), min_size=1, max_size=3, unique=True).map(tuple)
)


def agrees(agreeing: set[str], each: Requirement) -> bool:
    return set(each.chairs) <= agreeing if each.mode == "all" else bool(set(each.chairs) & agreeing)


@given(st.lists(ANY_OF, min_size=1, max_size=4), st.sets(st.sampled_from("ABCD")))
def test_united_routes_ask_exactly_what_all_of_them_ask_together(requirements, agreeing):
    united = unite([[each] for each in requirements])
    assert all(agrees(agreeing, each) for each in united) == all(agrees(agreeing, each) for each in requirements)
    assert not any(one.satisfies(other) for one in united for other in united if one is not other)


def test_steps_of_united_routes_keep_their_order():
    first, second, third = (Requirement("any", (chair,)) for chair in "ABC")
    assert unite([[first, third], [first, second], [first]]) == [first, third, second]


def test_a_second_press_of_one_who_sits_in_the_next_step_too_decides_nothing_more(cast):
    request = submitted(cast.clerk, ("any", CENTRAL), ("any", CENTRAL + CISO))
    decide(request, cast.central_manager, step=1)
    with pytest.raises(InvalidTransition, match="すでに済んでいます"):
        decide(request, cast.central_manager, step=1)
    assert request.is_in_review
