"""The business of the committee: 案件, 会議, 出席, 議決, 除斥, 議事録, 伝達, 意見照会 (3.4.2.4, 3.4.2.10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.approvals import committee_desk, figures, matters
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.committee_reminders import remind_committee
from musashimurayama_isms.approvals.models import (
    Circulation,
    Decision,
    Item,
    Meeting,
    MinutesNote,
    Recusal,
    Reply,
    Request,
    RequestType,
    Resolution,
    Route,
)
from musashimurayama_isms.approvals.models.attendance import Quorum
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .factory import make_absence, make_deputyship

MORNING = datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO)
LATER, NOON, EVENING = (MORNING + timedelta(hours=hours) for hours in (1, 3, 8))
Outcome, Status = Resolution.Outcome, Request.Status
MEMBERS = ("general_manager", "member", "division_officer")  # 企画財政部長 (the chair), 総務部長, 市民部長
CODE = "policy-revision"


class Plain(matters.Matter):
    """A revision with nothing behind it: COMMITTEE → CISO."""


@pytest.fixture
def city(cast, monkeypatch):
    load_request_types()
    monkeypatch.setitem(matters._matters, CODE, Plain())
    cast.other_division = Department.objects.get(code="somu")
    return cast


def submitted(cast) -> Request:
    request = Request.draft(CODE, by=cast.central_manager, at=MORNING)
    request.submit(by=cast.central_manager, at=MORNING)
    return request


def brought(cast, kind=Item.Kind.DELIBERATION, **fields) -> Item:
    return Item.bring(cast.committee, kind, title="端末の更新方針", by=fields.pop("by", cast.member), at=MORNING, **fields)


def called(cast, *items, kind=Meeting.Kind.COMMITTEE, **fields) -> Meeting:
    return Meeting.call(cast.committee, kind, planned_at=NOON, by=fields.pop("by", cast.secretary), at=LATER, items=items, **fields)


def held(cast, *items, present=MEMBERS, deputies=(), **fields) -> Meeting:
    meeting = called(cast, *items, **fields)
    rows = {getattr(cast, name).pk: ("present", None) for name in present}
    rows |= {getattr(cast, name).pk: ("deputy", getattr(cast, deputy)) for name, deputy in deputies}
    meeting.hold(held_at=NOON, by=cast.secretary, at=NOON, members=rows)
    return meeting


def resolve(cast, meeting, item, outcome=Outcome.PASSED, **fields) -> Resolution:
    row = meeting.agenda.select_related("item__committee", "item__request__type").get(item=item)
    return Resolution.enter(row, outcome, by=fields.pop("by", cast.secretary), at=EVENING, **fields)


def told(user, word: str) -> bool:
    return Notification.objects.filter(recipient=user, title__contains=word).exists()


# -- a request before the committee --------------------------------------------------------------------------------------


def test_a_revision_goes_from_submission_through_the_resolution_to_the_permit_of_the_ciso(city):
    request = submitted(city)
    item = Item.objects.get(request=request)
    assert (item.kind, item.status, item.code) == (Item.Kind.REQUEST, Item.Status.BROUGHT, "R8-001")
    assert told(city.secretary, "付議")
    meeting = held(city, item)
    resolution = resolve(city, meeting, item, conditions="施行の前に研修を行うこと", votes_for=3, votes_against=0)
    item.refresh_from_db()
    assert (item.status, resolution.decision.outcome) == (Item.Status.RESOLVED, Decision.Outcome.PERMIT)
    assert resolution.decision.conditions == "施行の前に研修を行うこと"
    request.refresh_from_db()
    assert request.status == Status.IN_REVIEW
    Decision.take(request, "permit", by=city.ciso, at=EVENING, digest=request.current_version.digest)
    request.refresh_from_db()
    assert request.status == Status.COMPLETED


@pytest.mark.parametrize(("outcome", "status"), [(Outcome.REJECTED, Status.REFUSED), (Outcome.RETURNED, Status.RETURNED)])
def test_what_the_committee_does_not_agree_to_ends_or_goes_back(city, outcome, status):
    request = submitted(city)
    item = Item.objects.get()
    meeting = held(city, item)
    with pytest.raises(ValidationError, match="理由"):
        resolve(city, meeting, item, outcome)
    resolve(city, meeting, item, outcome, reason="影響の調べが足りません")
    request.refresh_from_db()
    assert request.status == status
    assert request.decisions.get().comment == "影響の調べが足りません"
    if status == Status.RETURNED:
        request.submit(by=city.central_manager, at=EVENING)
        assert [row.status for row in Item.objects.order_by("number")] == [Item.Status.RESOLVED, Item.Status.BROUGHT]


def test_what_is_carried_on_leaves_the_seat_open_for_the_next_meeting(city):
    request, item = submitted(city), Item.objects.get()
    resolve(city, held(city, item), item, Outcome.CONTINUED)
    item.refresh_from_db()
    assert item.status == Item.Status.CONTINUED
    assert not request.decisions.exists()
    resolve(city, held(city, item), item)
    assert request.decisions.get().outcome == Decision.Outcome.PERMIT
    assert [row.resolution.outcome for row in item.agenda.order_by("pk")] == [Outcome.CONTINUED, Outcome.PASSED]


def test_a_withdrawn_request_takes_its_item_from_the_agenda(city):
    request, item = submitted(city), Item.objects.get()
    meeting = held(city, item)
    request.withdraw(by=city.central_manager, at=NOON)
    item.refresh_from_db()
    assert item.status == Item.Status.WITHDRAWN
    with pytest.raises(InvalidTransition, match="取下げ"):
        resolve(city, meeting, item)
    meeting.close_minutes("取下げのため議決しなかった", by=city.secretary, at=EVENING)


def test_an_item_goes_when_another_seat_of_the_step_has_decided(city):
    type_ = RequestType.objects.get(code=CODE)
    type_.routes.update(status=Route.Status.RETIRED)
    Route.make(type_, [("any", ["COMMITTEE", "CISO"])], status=Route.Status.IN_FORCE)
    request, item = submitted(city), Item.objects.get()
    Decision.take(request, "permit", by=city.ciso, at=NOON, digest=request.current_version.digest)
    item.refresh_from_db()
    assert item.status == Item.Status.WITHDRAWN


def test_words_denied_in_an_earlier_step_take_the_item_back_until_the_step_comes_again(city):
    type_ = RequestType.objects.get(code=CODE)
    type_.routes.update(status=Route.Status.RETIRED)
    Route.make(type_, [("any", ["CISO"]), ("any", ["COMMITTEE"])], status=Route.Status.IN_FORCE)
    request = submitted(city)
    spoken = {"spoken_by": city.ciso, "spoken_at": LATER, "content": "電話で", "digest": request.current_version.digest}
    decision = Decision.enter_oral(request, by=city.secretary, at=LATER, **spoken)
    assert Item.objects.live().count() == 1
    decision.deny(by=city.ciso, at=NOON, dispute="話していません")
    assert Item.objects.live().count() == 0
    Decision.take(request, "permit", by=city.ciso, at=EVENING, digest=request.current_version.digest)
    assert Item.objects.live().count() == 1


# -- 除斥 and quorum -----------------------------------------------------------------------------------------------------


def test_the_people_of_a_request_are_excluded_by_themselves_and_do_not_record_its_resolution(city):
    submitted(city)
    item = Item.objects.get()
    recusal = item.recusals.get()
    assert (recusal.person, recusal.is_automatic) == (city.central_manager, True)
    with pytest.raises(InvalidTransition, match="取り消せません"):
        recusal.lift(by=city.secretary, at=LATER)
    with pytest.raises(PermissionDenied, match="除斥"):
        resolve(city, held(city, item), item, by=city.central_manager)  # of the secretariat, and the applicant


def test_an_excluded_member_counts_neither_as_seated_nor_as_present(city):
    item = brought(city)
    with pytest.raises(PermissionDenied):
        Recusal.mark(item, city.member, reason="契約の相手方の役員", by=city.division_officer, at=LATER)
    Recusal.mark(item, city.member, reason="契約の相手方の役員", by=city.secretary, at=LATER)
    meeting = held(city, item, present=("general_manager", "member"))
    with pytest.raises(InvalidTransition, match="2人のうち2人以上"):
        resolve(city, meeting, item)
    item.recusals.get().lift(by=city.secretary, at=NOON)
    resolution = resolve(city, meeting, item)
    assert (resolution.eligible, resolution.present, resolution.excluded) == (3, 2, 0)
    assert Entry.objects.get(verb="approvals.resolution.recorded").changes["eligible"] == 3


def test_a_deputy_counts_for_the_member_unless_the_deputy_is_excluded(city):
    submitted(city)
    item = Item.objects.get()
    meeting = held(city, item, present=("member",), deputies=[("division_officer", "section_officer")])
    assert resolve(city, meeting, item).present == 2
    other = brought(city)
    Recusal.mark(other, city.section_officer, reason="起案した課の長", by=city.secretary, at=LATER)
    meeting = held(city, other, present=("member",), deputies=[("division_officer", "section_officer")])
    with pytest.raises(InvalidTransition, match="出席は1人"):
        resolve(city, meeting, other)


def test_one_person_does_not_sit_for_two(city):
    meeting = called(city)
    for deputy in (city.member, city.section_officer):
        rows = {city.general_manager.pk: ("deputy", deputy), city.division_officer.pk: ("deputy", city.section_officer)}
        with pytest.raises(ValidationError, match="代理者になれません"):
            meeting.hold(held_at=NOON, by=city.secretary, at=NOON, members=rows)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 99))
def test_a_quorum_is_more_than_the_share_and_can_always_be_reached_by_all(eligible, present, percent):
    quorum = Quorum(eligible, min(present, eligible), percent)
    assert quorum.is_met == (quorum.present * 100 > percent * eligible)
    assert Quorum(eligible, eligible, percent).is_met == (eligible > 0)


def test_a_matter_is_resolved_exactly_when_enough_of_those_who_are_not_excluded_are_there(city):
    @settings(max_examples=12, deadline=None)
    @given(st.sets(st.sampled_from(MEMBERS)), st.sets(st.sampled_from(MEMBERS)))
    def meet(present, excluded):
        with transaction.atomic():
            item = brought(city)
            for name in excluded:
                Recusal.mark(item, getattr(city, name), reason="関わりがあるため", by=city.secretary, at=LATER)
            meeting = held(city, item, present=present)
            eligible, there = len(set(MEMBERS) - excluded), len(present - excluded)
            if there * 2 > eligible:
                resolution = resolve(city, meeting, item)
                assert (resolution.eligible, resolution.present, resolution.excluded) == (eligible, there, len(excluded))
            else:
                with pytest.raises(InvalidTransition, match="継続審議"):
                    resolve(city, meeting, item)
                resolve(city, meeting, item, Outcome.CONTINUED)
            transaction.set_rollback(True)

    meet()


@pytest.mark.parametrize(
    ("votes", "outcome", "field"),
    [((3, 1), Outcome.PASSED, "votes_for"), ((1, 2), Outcome.PASSED, "outcome"), ((2, 1), Outcome.REJECTED, "outcome")],
)
def test_votes_that_cannot_be_true_are_told(city, votes, outcome, field):
    item = brought(city)
    with pytest.raises(ValidationError) as refused:
        resolve(city, held(city, item), item, outcome, reason="意見", votes_for=votes[0], votes_against=votes[1])
    assert field in refused.value.error_dict


# -- a meeting's life ----------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_held_resolved_and_closed_with_its_minutes(city):
    item = brought(city)
    meeting = called(city, item, guests=[city.clerk, "外部の専門家"])
    assert str(meeting) == "令和8年度第1回情報化推進委員会"
    assert told(city.member, "招集")
    assert told(city.clerk, "招集")
    assert not told(city.colleague, "招集")
    meeting.replan(planned_at=EVENING, place="301会議室", by=city.secretary, at=LATER)
    with pytest.raises(InvalidTransition, match="先に"):
        meeting.write_minutes("案", by=city.secretary, at=NOON)
    with pytest.raises(ValidationError, match="未来"):
        meeting.hold(held_at=EVENING, by=city.secretary, at=NOON, members={})
    guest = meeting.attendances.get(person=city.clerk)
    present = {getattr(city, name).pk: ("present", None) for name in MEMBERS[:2]}
    meeting.hold(held_at=NOON, by=city.secretary, at=NOON, members=present, guests=[guest.pk])
    assert {row.name: row.presence for row in meeting.attendances.all()} == {
        city.general_manager.name: "present",
        city.member.name: "present",
        city.division_officer.name: "absent",
        city.clerk.name: "present",
        "外部の専門家": "absent",
    }
    with pytest.raises(InvalidTransition, match="結果が記録されていない"):
        meeting.close_minutes("審議した", by=city.secretary, at=EVENING)
    resolve(city, meeting, item)
    assert told(city.member, "結果")
    meeting.close_minutes("審議し、可決した", by=city.secretary, at=EVENING)
    with pytest.raises(InvalidTransition, match="追記"):
        meeting.write_minutes("書き直し", by=city.secretary, at=EVENING)
    MinutesNote.add(meeting, text="出席者の氏名を訂正", by=city.secretary, at=EVENING)
    assert told(city.division_officer, "議事録")
    assert "審議し" not in str(list(Entry.objects.about(meeting).values_list("changes", flat=True)))


def test_attendance_is_mended_only_until_a_resolution_rests_on_it(city):
    item = brought(city)
    meeting = held(city, item, present=())
    meeting.hold(held_at=NOON, by=city.secretary, at=NOON, members={getattr(city, name).pk: ("present", None) for name in MEMBERS})
    assert Entry.objects.filter(verb="approvals.meeting.attendance_mended").count() == 1
    resolve(city, meeting, item)
    with pytest.raises(InvalidTransition, match="出席を変えられません"):
        meeting.hold(held_at=NOON, by=city.secretary, at=EVENING, members={})


def test_a_meeting_that_does_not_take_place_gives_its_items_back(city):
    item, carried = brought(city), brought(city)
    resolve(city, held(city, carried), carried, Outcome.CONTINUED)
    meeting = called(city, item, carried)
    meeting.cancel(by=city.secretary, at=LATER, reason="定足数に届かない見込み")
    assert {row.pk: row.status for row in Item.objects.all()} == {item.pk: Item.Status.BROUGHT, carried.pk: Item.Status.CONTINUED}
    with pytest.raises(InvalidTransition, match="中止"):
        meeting.place_items([item], by=city.secretary, at=NOON)


def test_an_item_is_in_one_meeting_at_a_time_and_can_be_taken_off(city):
    item = brought(city)
    meeting = called(city, item)
    with pytest.raises(InvalidTransition, match="会議に付議"):
        called(city, item)
    meeting.agenda.get().take_off(by=city.secretary, at=LATER)
    meeting.place_items([item], by=city.secretary, at=LATER)
    resolve_in = meeting.agenda.get()
    meeting.hold(held_at=NOON, by=city.secretary, at=NOON, members={getattr(city, name).pk: ("present", None) for name in MEMBERS})
    resolve(city, meeting, item)
    with pytest.raises(InvalidTransition, match="外せません"):
        resolve_in.take_off(by=city.secretary, at=EVENING)


def test_a_resolution_is_recorded_once_and_an_ended_item_stays_as_it_is(city):
    item = brought(city)
    meeting = held(city, item)
    resolve(city, meeting, item)
    with pytest.raises(InvalidTransition, match="可決"):
        resolve(city, meeting, item, Outcome.REJECTED, reason="誤り")
    with pytest.raises(InvalidTransition):
        item.withdraw(by=city.member, at=EVENING, reason="不要")
    with pytest.raises(InvalidTransition, match="除斥を変えられません"):
        Recusal.mark(item, city.member, reason="遅い", by=city.secretary, at=EVENING)


def test_the_share_of_members_that_must_be_there_is_the_citys_choice(city):
    item = brought(city)
    meeting = held(city, item, present=("member",))
    choose(city, "committee.quorum_percent", 30)
    assert resolve(city, meeting, item).quorum == Quorum(eligible=3, present=1, percent=30)


def choose(cast, code: str, value) -> None:
    ParameterChoice.choose(catalogue.get(code), value, basis="委員会の議決", seen=0, by=cast.central_manager, at=MORNING)


def test_a_meeting_in_writing_needs_the_citys_leave(city):
    meeting = called(city, form=Meeting.Form.WRITTEN)
    meeting.hold(held_at=NOON, by=city.secretary, at=NOON, members={city.member.pk: ("present", None)})
    assert meeting.attendances.select_related("meeting").get(person=city.member).words == "回答"
    choose(city, "committee.written_allowed", False)
    with pytest.raises(ValidationError, match="書面"):
        called(city, form=Meeting.Form.WRITTEN)


def test_an_emergency_meeting_has_those_who_are_called_alone_and_decides_no_request(city):
    submitted(city)
    item = Item.objects.get()
    meeting = called(city, kind=Meeting.Kind.EMERGENCY, by=city.central_manager, guests=[city.section_officer])
    assert meeting.sitting() == []
    assert Notification.objects.get(recipient=city.section_officer, title__contains="緊急対策会議").urgent
    assert not told(city.member, "緊急対策会議")
    with pytest.raises(InvalidTransition, match="委員で構成する"):
        meeting.place_items([item], by=city.central_manager, at=LATER)
    assert Meeting.objects.visible_to(city.section_officer, at=LATER).count() == 1
    assert Meeting.objects.visible_to(city.clerk, at=LATER).count() == 0


def test_those_who_are_not_of_the_committee_neither_bring_nor_call_nor_record(city):
    item = brought(city)
    meeting = held(city, item)
    with pytest.raises(PermissionDenied, match="付議"):
        brought(city, by=city.section_officer)
    with pytest.raises(PermissionDenied, match="招集"):
        called(city, by=city.member)
    with pytest.raises(PermissionDenied, match="事務局と委員長"):
        resolve(city, meeting, item, by=city.member)
    with pytest.raises(PermissionDenied, match="事務局と委員長"):
        meeting.close_minutes("議事", by=city.ciso, at=EVENING)
    with pytest.raises(PermissionDenied, match="取り下げられる"):
        item.withdraw(by=city.division_officer, at=EVENING, reason="不要")
    with pytest.raises(PermissionDenied, match="送れる"):
        relayed(city, by=city.ciso)
    item.withdraw(by=city.member, at=EVENING, reason="不要になった")


def test_an_item_is_read_by_the_committee_and_by_those_who_see_its_request(city):
    submitted(city)
    item, plain = Item.objects.get(), brought(city)
    seen = {name: set(Item.objects.visible_to(getattr(city, name), at=LATER)) for name in ("member", "ciso", "clerk", "outsider_officer")}
    assert seen == {"member": {item, plain}, "ciso": {item, plain}, "clerk": set(), "outsider_officer": set()}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_several_who_record_at_once_or_withdraw_exactly_one_is_first(monkeypatch):
    cast = Cast()
    load_request_types()
    monkeypatch.setitem(matters._matters, CODE, Plain())
    request, item = submitted(cast), Item.objects.get()
    meeting, gate = held(cast, item), Barrier(4)

    def record(by, outcome):
        resolve(cast, meeting, item, outcome, by=by, reason="意見")

    def press(act, *args) -> str:
        try:
            gate.wait()
            act(*args)
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    acts = [(record, cast.secretary, "passed"), (record, cast.administrator, "rejected"), (record, cast.general_manager, "returned")]
    acts.append((lambda: request.withdraw(by=cast.central_manager, at=EVENING),))
    with ThreadPoolExecutor(4) as pool:
        answers = [future.result() for future in [pool.submit(press, *act) for act in acts]]
    assert answers[:3].count("done") <= 1
    assert "done" in answers
    assert Resolution.objects.count() == request.decisions.count() == answers[:3].count("done")
    request.refresh_from_db()
    item.refresh_from_db()
    assert not item.is_live
    if answers[3] == "done":
        assert request.status == Status.WITHDRAWN


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_requests_and_meetings_at_once_wait_for_each_other_and_all_are_done(monkeypatch):
    cast = Cast()
    load_request_types()
    monkeypatch.setitem(matters._matters, CODE, Plain())
    requests, gate = [Request.draft(CODE, by=cast.central_manager, at=MORNING) for _ in range(3)], Barrier(6)

    def press(act) -> None:
        try:
            gate.wait()
            act()
        finally:
            connection.close()

    acts = [lambda request=request: request.submit(by=cast.central_manager, at=MORNING) for request in requests]
    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(press, act) for act in [*acts, *[lambda: called(cast)] * 3]]:
            future.result()
    assert sorted(Item.objects.values_list("number", flat=True)) == sorted(Meeting.objects.values_list("number", flat=True)) == [1, 2, 3]


# -- 伝達, 意見照会, 情報共有 --------------------------------------------------------------------------------------------


def relayed(cast, kind=Circulation.Kind.RELAY, to=("section", "other_section"), **fields) -> Circulation:
    fields = {
        "by": cast.secretary,
        "due_on": MORNING.date() + timedelta(days=3),
        "basis": "戦略の決定",
        "basis_on": MORNING.date(),
        **fields,
    }
    recipients = [getattr(cast, name) for name in to]
    return Circulation.send(cast.committee, kind, title="多要素認証の導入", text="内容", recipients=recipients, at=MORNING, **fields)


def test_a_decision_is_handed_to_the_sections_and_each_officer_acknowledges(city):
    relay = relayed(city)
    assert told(city.section_officer, "伝達が届きました")
    assert not told(city.clerk, "伝達が届きました")
    mine = relay.replies.get(department=city.section)
    with pytest.raises(PermissionDenied, match="情報セキュリティ担当者"):
        mine.answer(by=city.clerk, at=LATER)
    make_absence(city.section_officer, starts_at=MORNING, hours=10)
    make_deputyship("shimin-ka.head", city.colleague)
    mine.answer(by=city.colleague, at=LATER)
    assert "代理" in mine.answered_as
    with pytest.raises(InvalidTransition, match="すでに"):
        mine.answer(by=city.colleague, at=LATER)
    relay.replies.get(department=city.other_section).answer(by=city.outsider_officer, at=NOON)
    relay.refresh_from_db()
    assert relay.status == Circulation.Status.CLOSED


def test_who_has_not_acknowledged_is_reminded_daily_and_the_next_one_up_once(city):
    relayed(city, to=("section",))
    due = MORNING + timedelta(days=3)
    assert remind_committee(at=due) == 0
    for days in (1, 1, 2, 9, 9, 10):
        assert remind_committee(at=due + timedelta(days=days)) == 1
    late = Notification.objects.filter(title__contains="期限超過")
    assert late.filter(recipient=city.section_officer).count() == 4
    assert late.filter(recipient=city.division_officer, title__contains="滞って").count() == 1


def test_the_divisions_give_their_opinion_once_and_read_their_own_only(city):
    asked = relayed(city, Circulation.Kind.OPINION, to=("division", "other_division"), basis="", basis_on=None)
    mine, other = asked.replies.get(department=city.division), asked.replies.get(department=city.other_division)
    assert told(city.division_officer, "意見照会が届きました")
    with pytest.raises(ValidationError, match="意見を入力"):
        mine.answer(by=city.division_officer, at=LATER, has_opinion=True, text=" ")
    mine.answer(by=city.division_officer, at=LATER, has_opinion=True, text="窓口の端末は対象外としたい")
    other.answer(by=city.member, at=LATER, has_opinion=False, text="消される")
    assert other.text == ""
    assert list(Reply.objects.visible_to(city.section_officer, at=NOON)) == [mine]
    assert Reply.objects.visible_to(city.ciso, at=NOON).count() == 2
    asked.refresh_from_db()
    assert asked.is_open
    asked.close(by=city.secretary, at=NOON)
    with pytest.raises(InvalidTransition, match="終了"):
        asked.close(by=city.secretary, at=NOON)


def test_what_was_not_answered_stays_on_record_when_an_enquiry_is_closed(city):
    asked = relayed(city, Circulation.Kind.OPINION, to=("division",))
    with pytest.raises(PermissionDenied):
        asked.close(by=city.division_officer, at=LATER)
    asked.close(by=city.secretary, at=LATER)
    assert Entry.objects.get(verb="approvals.circulation.closed").changes["unanswered"] == 1
    with pytest.raises(InvalidTransition, match="終了しています"):
        asked.replies.get().answer(by=city.division_officer, at=NOON, has_opinion=False)


def test_what_was_shared_outside_is_a_record_with_counterpart_time_and_way(city):
    facts = {"title": "注意喚起", "text": "攻撃の特徴", "counterpart": "都の担当課", "means": "mail", "by": city.secretary, "at": NOON}
    with pytest.raises(ValidationError, match="未来"):
        Circulation.share(city.committee, shared_at=EVENING, **facts)
    shared = Circulation.share(city.committee, shared_at=LATER, **facts)
    assert (shared.status, shared.replies.count()) == (Circulation.Status.CLOSED, 0)
    assert Circulation.objects.visible_to(city.section_officer, at=NOON).count() == 0


def test_a_circulation_needs_a_recipient_and_a_day_to_come(city):
    with pytest.raises(ValidationError, match="宛先"):
        relayed(city, to=())
    with pytest.raises(ValidationError, match="期限"):
        relayed(city, due_on=MORNING.date() - timedelta(days=1))


# -- desk and figures ----------------------------------------------------------------------------------------------------


def test_the_desk_shows_each_person_what_waits_and_the_figures_count_it(city):
    submitted(city)
    brought(city)
    relayed(city, to=("section",))
    meeting = called(city)
    kinds = {
        name: sorted(row.kind for row in committee_desk.waiting_for(getattr(city, name), at=LATER))
        for name in ("secretary", "member", "section_officer", "clerk")
    }
    assert kinds == {"secretary": ["付議", "付議"], "member": ["会議"], "section_officer": ["伝達"], "clerk": []}
    assert figures.business(at=LATER)[:3] == (4, 0, 4)
    much_later = MORNING + timedelta(days=14)
    assert [row.kind for row in committee_desk.waiting_for(city.secretary, at=much_later)] == ["付議", "付議", "会議の記録"]
    assert figures.business(at=much_later)[:3] == (4, 3, 4)
    assert remind_committee(at=much_later) == 3
    assert Notification.objects.filter(recipient=city.secretary, title__contains=str(meeting)).exists()
