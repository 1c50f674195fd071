"""What leaves the house: one errand for five ways, who decides it, what becomes of it until it is back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from assets import move_reminders
from assets.classification import AssetClass
from assets.models import Asset, Move
from assets.requests.moves import begin
from assets.things import Thing
from assets.ways import Way, united
from musashimurayama_isms.accounts.handover import _held
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.permits import Permit
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms

from .cast import Cast
from .errands import AT, DAY, disposal, errand, form_of, load_types, medium, move, permit, write
from .factory import make_asset
from .taken import take, text_of

pytestmark = pytest.mark.django_db
SOON = AT + timedelta(hours=1)
OFFICER, CENTRAL = {"section_officer"}, {"central_manager"}
S = Move.Status


@pytest.fixture
def city(cast):
    load_types()
    return cast


def able(request) -> set[str]:
    """Who may decide the open step now."""
    return {row.person.username for _, row in Request.objects.get(pk=request.pk).open_step.able(Roster(SOON))}


def days(number: float) -> object:
    return AT + timedelta(days=number)


# -- writing it ----------------------------------------------------------------------------------------------------
def sent(request, files: list, **words) -> str:
    """The page after 確認へ進む, where the way has just been ticked and its questions follow."""
    data = {"things": request.content["things"], "ways": ["transport"], "purpose": "統計の提出", "asked": "", **words}
    return Cast.client(request.drafter).post(reverse("approvals:draft", args=[request.pk]), {**data, "uploads": files}).content.decode()


def test_a_file_chosen_before_further_questions_are_asked_is_kept(city):
    request = begin([Thing(medium(city))], [], by=city.clerk, at=AT)
    page = sent(request, [SimpleUploadedFile("map.txt", b"a way")])
    assert "質問を加えました" in page
    assert "もう一度選んで" not in page
    assert [file.name for file in StoredFile.objects.about(request)] == ["map.txt"]
    request.refresh_from_db()
    assert request.content["purpose"] == "統計の提出"


def test_a_file_that_is_refused_there_is_named_and_nothing_is_kept(city):
    request = begin([Thing(medium(city))], [], by=city.clerk, at=AT)
    page = sent(request, [SimpleUploadedFile("map.exe", b"MZ")])
    assert "（map.exe）は、まだ保存されていません" in page
    assert not StoredFile.objects.about(request).exists()


# -- who decides ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ways", "deciders"),
    [
        (["transport"], OFFICER | CENTRAL),
        (["media-dispatch"], OFFICER),
        (["off-site-copy"], OFFICER),
        (["disclosure"], OFFICER),
        (["take-out"], OFFICER),
        (["transport", "disclosure"], OFFICER),
        (["transport", "media-dispatch", "off-site-copy", "disclosure", "take-out"], OFFICER),
    ],
)
def test_each_way_and_their_union_is_decided_by_its_roles_and_nobody_else(city, ways, deciders):
    request = errand(city.clerk, [medium(city)], ways)
    assert able(request) == deciders
    assert [type_.code for type_ in request.types] == [way for way in Way.values if way in ways]
    for person in set(city.everyone()) - {getattr(city, name) for name in deciders}:
        with pytest.raises(PermissionDenied):
            permit(request, person, at=SOON)
    permit(request, city.section_officer, at=SOON)
    assert request.status == "running"


def test_who_carries_it_decides_nothing_of_it(city):
    request = errand(city.clerk, [medium(city)], ["transport"], carrier=city.section_officer.username)
    assert able(request) == CENTRAL | {"division_officer"}  # the seat that is left empty goes one up
    assert permit(request, city.central_manager).move.carrier == city.section_officer
    assert Notification.objects.filter(recipient=city.section_officer, title__contains="運ぶことが許可").exists()


def test_below_class_two_a_transport_needs_the_permit_to_take_it_out():
    assert united(["transport"], AssetClass.III) == ["take-out"]
    assert united(["transport", "take-out"], AssetClass.IV) == ["take-out"]
    assert united(["transport"], AssetClass.II) == ["transport"]


def test_the_request_is_that_of_the_section_the_things_belong_to_and_follows_what_is_chosen(city):
    first, second = medium(city), make_asset(city.section, by=city.clerk, at=AT)
    request = begin([Thing(first)], ["take-out"], by=city.clerk, at=AT)
    write(request, city.clerk, more=second.number)
    assert request.subject_labels == [str(first), str(second)]
    write(request, city.clerk, things=[Thing(second).key])
    assert request.subject_labels == [str(second)]
    stranger = make_asset(city.other_section, by=city.outsider_clerk, at=AT)
    assert "台帳に見つかりません" in str(form_of(request, city.clerk, more=stranger.number).errors["more"])


# -- what is asked -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ways", "words", "field"),
    [
        (["transport"], {"protections": []}, "protections"),
        (["disclosure"], {"protections": ["case", "password"]}, "protections"),
        (["take-out"], {"returns_on": None}, "returns_on"),
        (["media-dispatch"], {"penalty": ""}, "penalty"),
        (["off-site-copy"], {"write_protected": ""}, "write_protected"),
        (["off-site-copy"], {"is_backup": "on", "safe_area": ""}, "safe_area"),
        (["off-site-copy"], {"is_proof": ""}, "is_proof"),
        (["transport"], {"arrives_on": DAY - timedelta(days=1)}, "arrives_on"),
        (["take-out"], {"carried_by": "contractor"}, "contractor"),
        (["transport"], {"things": []}, "things"),
    ],
)
def test_what_the_policy_asks_for_is_missed_beside_its_field(city, ways, words, field):
    form = form_of(begin([Thing(medium(city))], ways, by=city.clerk, at=AT), city.clerk, **words)
    assert set(form.errors) == {field}


def test_personal_data_need_a_password_and_to_disclose_them_a_ground(city):
    asset = make_asset(city.section, by=city.clerk, at=AT, has_personal=True)
    request = begin([Thing(asset)], ["take-out"], by=city.clerk, at=AT)
    assert "protections" in form_of(request, city.clerk, protections=["case"]).errors
    assert "legal_ground" in form_of(request, city.clerk, ways=["disclosure"]).errors
    low = make_asset(city.section, by=city.clerk, at=AT, asset_class=AssetClass.III)
    assert "許可は要りません" in str(form_of(begin([Thing(low)], ["disclosure"], by=city.clerk, at=AT), city.clerk).errors["ways"])


def test_a_way_ticked_on_the_page_brings_its_questions_before_anything_is_complained_of(city):
    request = begin([Thing(medium(city))], ["take-out"], by=city.clerk, at=AT)
    form = form_of(request, city.clerk, ways=["take-out", "media-dispatch"], asked="take-out", trusted="")
    assert not form.is_valid()
    assert list(form.errors) == ["__all__"]
    assert {"means", "trusted"} <= set(form.fields)
    assert form["asked"].value() == "media-dispatch,take-out"
    assert "means" not in form_of(request, city.clerk).fields


def test_the_checks_follow_from_ways_class_and_content(city):
    asset = medium(city, asset_class=AssetClass.I, has_personal=True)
    request = errand(city.clerk, [asset], ["off-site-copy", "disclosure"], legal_ground="法第69条")
    clauses = [check.clause for check in request.matter.checks_for(request)]
    assert clauses == ["3.5.2.6.5", "3.5.2.8.2", "3.5.2.8.3", "3.5.2.6.2", "3.5.2.6.3", "3.5.2.6.4", "3.9.1.4", "3.5.2.8.3"]
    permit(request, city.section_officer)
    assert Permit.of(request).file_name.startswith("【分類Ⅰ】許可証")


def test_what_is_out_already_or_has_risen_in_class_cannot_go(city):
    asset = medium(city, asset_class=AssetClass.III)
    request = write(begin([Thing(asset)], ["take-out"], by=city.clerk, at=AT), city.clerk)
    asset.reclassify(AssetClass.I, reason="個人情報を入れた", by=city.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="分類が上がりました"):
        request.submit(by=city.clerk, at=AT)
    move(city, things=[asset])
    with pytest.raises(InvalidTransition, match="移動の途中"):
        errand(city.clerk, [asset], ["take-out"])


def test_an_errand_without_a_way_is_decided_by_nobody_and_so_cannot_be_submitted(city):
    request = begin([Thing(medium(city))], [], by=city.clerk, at=AT)
    with pytest.raises(InvalidTransition, match="どうするか"):
        request.submit(by=city.clerk, at=AT)


# -- the life of a move --------------------------------------------------------------------------------------------
def test_what_is_taken_out_comes_back_and_another_person_of_the_section_confirms(city):
    found = move(city)
    found.depart(by=city.clerk, at=SOON)
    assert found in Move.objects.outside()
    with pytest.raises(InvalidTransition):
        found.arrive(by=city.clerk, at=SOON)
    with pytest.raises(InvalidTransition):
        found.request.complete(by=city.clerk, at=SOON)
    found.return_(by=city.clerk, at=days(4))
    for person in (city.clerk, city.outsider_officer, city.ciso):
        with pytest.raises(PermissionDenied):
            found.confirm_return(by=person, at=days(4))
    found.deny_return(by=city.colleague, at=days(4))
    assert (found.status, found.due_on) == (S.DEPARTED, DAY + timedelta(days=4))
    found.return_(by=city.clerk, at=days(5))
    found.confirm_return(by=city.colleague, at=days(5))
    found.request.refresh_from_db()
    assert (found.status, found.request.status) == (S.CLOSED, "completed")


def test_what_is_handed_over_ends_with_the_name_of_who_received_it(city):
    found = move(city, ["transport", "disclosure"])
    found.depart(by=city.clerk, at=SOON)
    with pytest.raises(InvalidTransition, match="受け取った人"):
        found.arrive(receiver=" ", by=city.clerk, at=SOON)
    found.arrive(receiver="都 統計課 担当", by=city.clerk, at=SOON)
    found.request.refresh_from_db()
    assert (found.status, found.request.status) == (S.CLOSED, "completed")


def test_a_copy_stored_outside_stays_on_the_list_until_it_is_back(city):
    found = move(city, ["off-site-copy"], returns_on=None, carried_by="contractor", contractor="運送 一郎")
    found.depart(by=city.colleague, at=SOON)
    found.arrive(by=city.colleague, at=SOON)
    assert (found.status, found.due_on) == (S.ARRIVED, None)
    assert list(Move.objects.outside()) == [found]


def test_nobody_leaves_before_the_day_without_a_permit_or_for_another(city):
    found = move(city, leaves_on=DAY + timedelta(days=1), returns_on=DAY + timedelta(days=2))
    with pytest.raises(InvalidTransition, match="まだ始まっていません"):
        found.depart(by=city.clerk, at=SOON)
    with pytest.raises(PermissionDenied):
        found.depart(by=city.colleague, at=days(1))
    found.request.recall(by=city.section_officer, at=SOON, reason="不要になった")
    found.refresh_from_db()
    assert found.status == S.CANCELLED


def test_the_last_day_of_the_permit_does_not_close_the_move_and_a_recall_calls_it_back(city):
    first, second = move(city), move(city)
    for each in (first, second):
        each.depart(by=city.clerk, at=SOON)
    first.request.expire(on=DAY + timedelta(days=5), at=days(5))
    first.refresh_from_db()
    assert first.status == S.DEPARTED
    first.return_(by=city.clerk, at=days(6))
    first.confirm_return(by=city.colleague, at=days(6))
    assert Request.objects.get(pk=first.request_id).status == "completed"
    second.request.recall(by=city.section_officer, at=days(1), reason="媒体の故障")
    second = Move.objects.get(pk=second.pk)
    assert (second.is_called_back, second.due_on) == (True, DAY + timedelta(days=1))
    assert Notification.objects.filter(recipient=city.clerk, title__contains="すぐに戻して").exists()


def test_a_loss_on_the_way_stands_in_the_register_and_begins_an_incident_report(city):
    asset = medium(city)
    found = move(city, things=[asset])
    found.depart(by=city.clerk, at=SOON)
    found.lose(by=city.clerk, at=SOON)
    asset.refresh_from_db()
    assert (found.status, asset.status) == (S.LOST, Asset.Status.LOST)
    assert str(found) in city.client(city.clerk).get(asset.get_absolute_url()).content.decode()
    page = city.client(city.clerk).get(found.get_absolute_url()).content.decode()
    assert reverse("incidents:start") + "?kind=lost" in page
    assert Notification.objects.filter(recipient=city.section_officer, title__contains="紛失", urgent=True).exists()
    found.return_(by=city.clerk, at=days(1))
    asset.refresh_from_db()
    assert asset.status == Asset.Status.IN_USE
    found.lose(by=city.clerk, at=days(1))
    with pytest.raises(PermissionDenied):
        found.settle(reason="届出済み", by=city.colleague, at=days(2))
    found.settle(reason="届出済み", by=city.section_officer, at=days(2))
    assert found.status == S.CLOSED


class OneLifeOfAMove(TestCase):
    """Whatever is pressed in whatever order: only the declared ways are gone, and the permit ends exactly with the move."""

    ACTS = ("depart", "arrive", "return_", "confirm_return", "deny_return", "lose", "settle")

    @classmethod
    def setUpTestData(cls) -> None:
        cls.people = Cast()
        load_types()
        cls.moves = [move(cls.people, ways).pk for ways in (["take-out"], ["transport"], ["off-site-copy", "media-dispatch"])]

    @settings(max_examples=12, deadline=None)
    @given(
        which=st.integers(0, 2),
        acts=st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(["clerk", "colleague", "section_officer"])), max_size=9),
    )
    def test_every_way_through_its_life(self, which, acts):
        found = Move.objects.get(pk=self.moves[which])
        for name, who in acts:
            before, words = found.status, {"arrive": {"receiver": "都"}, "settle": {"reason": "届出"}}.get(name, {})
            try:
                getattr(found, name)(by=getattr(self.people, who), at=SOON, **words)
            except (InvalidTransition, PermissionDenied):
                found = Move.objects.get(pk=found.pk)
                assert found.status == before
            else:
                assert found.status in Move.TRANSITIONS[S(before)]
        request = Request.objects.get(pk=found.request_id)
        assert (found.status == S.CLOSED) == (request.status == "completed")
        assert found.due_on is None or found.status in (S.PLANNED, *Move.OUT)


# -- reminders, lists ----------------------------------------------------------------------------------------------
def test_reminders_come_before_on_and_after_the_day_each_once_also_after_days_without_a_beat(city):
    found = move(city)
    found.depart(by=city.clerk, at=SOON)
    mine = Notification.objects.filter(recipient=city.clerk, key__startswith="assets.move:")
    officer = Notification.objects.filter(recipient=city.section_officer, key__startswith="assets.move:")
    for day, number in ((2, 0), (3, 1), (3.2, 1), (4, 2)):
        move_reminders.remind(at=days(day))
        assert mine.count() == number
    assert not officer.exists()
    for _ in range(2):
        move_reminders.remind(at=days(7))  # the beat was away on the fifth and sixth
    assert (mine.count(), officer.count()) == (3, 1)
    move_reminders.remind(at=days(8))
    assert (mine.count(), officer.count()) == (4, 1)
    assert mechanisms.keeping("request:take-out", at=days(8)).figures.late == 1
    assert mechanisms.keeping("request:transport", at=days(8)).figures.total == 0


def test_what_is_outside_tonight_is_seen_by_the_section_its_chiefs_and_the_wide_roles_late_ones_first(city):
    for back in (9, 3, 6):
        found = move(city, returns_on=DAY + timedelta(days=back))
        found.depart(by=city.clerk, at=SOON)
    rows = Move.objects.visible_to(city.section_officer, at=SOON).outside().late_first()
    assert [(row.due_on - DAY).days for row in rows] == [3, 6, 9]
    seen = {user.username for user in city.everyone() if Move.objects.visible_to(user, at=SOON).exists()}
    section = {"clerk", "colleague", "promoter", "section_officer", "division_officer"}
    assert seen == section | {"ciso", "general_manager", "central_manager"}
    page = city.client(city.section_officer).get(reverse("assets:outside"))
    assert "庁外 3件" in page.content.decode()
    table = take(city.client(city.ciso), "assets.outside")
    assert "%E3%80%90%E5%88%86%E9%A1%9E%E2%85%A1" in table["Content-Disposition"]
    assert len(text_of(table).splitlines()) == 4


def test_the_lists_and_the_desk_ask_the_same_number_of_queries_whatever_the_rows(city):
    client = city.client(city.section_officer)
    urls = [reverse(f"assets:{name}") for name in ("outside", "move_list", "disposal_list")] + [reverse("desk")]
    found = []
    for _ in range(2):
        move(city).depart(by=city.clerk, at=SOON)
        disposal(city, [medium(city), medium(city)])
        for url in urls:
            client.get(url)  # what is cached stays out of the count
            with CaptureQueriesContext(connection) as asked:
                client.get(url)
            found.append(len(asked))
    assert found[:4] == found[4:]


def test_what_a_person_carries_stands_on_the_list_of_those_who_move(city):
    found = move(city)
    held = [holding.label for holding in _held(city.clerk, DAY)]
    assert any(found.number in label and "USBメモリ3号" in label for label in held)
    assert not any(found.number in holding.label for holding in _held(city.colleague, DAY))
