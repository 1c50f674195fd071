"""What the policy leaves open: the catalogue holds every gap, the city chooses once at a time, every floor reads the value."""

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from incidents.allowances import RECEIPT, due
from incidents.chain import StepCode
from musashimurayama_isms.parameters import routes
from musashimurayama_isms.parameters.catalogue import catalogue, get, read
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.parameters.overview import Overview, State, line_of, lines
from musashimurayama_isms.parameters.values import Values, value
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import Cast
from .factory import make_absence, make_deputyship
from .parameter_sources import SOURCES
from .taken import take, text_of

ROOT = Path(__file__).resolve().parent.parent
TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday
STEP = "approvals.step_working_days"


def choose(cast, code=STEP, chosen=7, *, seen=0, by=None, at=NOW) -> ParameterChoice:
    return ParameterChoice.choose(get(code), chosen, basis="令和8年11月20日 委員会の議決", seen=seen, by=by or cast.central_manager, at=at)


def back(cast, *, seen, code=STEP) -> ParameterChoice:
    return ParameterChoice.back_to_default(get(code), basis="取りやめ", seen=seen, by=cast.central_manager, at=NOW)


def state(code=STEP) -> State:
    (line,) = [line for line in lines(at=timezone.now()) if line.parameter.code == code]
    return line.state


# -- the catalogue -----------------------------------------------------------------------------------------------------


def test_every_default_and_every_gap_of_the_sources_is_in_the_catalogue_and_nothing_else_is():
    named = {code for lines in SOURCES.values() for codes in lines.values() for code in codes}
    assert named == set(catalogue())
    assert all(codes for lines in SOURCES.values() for codes in lines.values())


def test_every_gap_cites_clauses_that_the_policy_has():
    outline = json.loads((ROOT / "fixtures" / "policy_outline.json").read_text(encoding="utf-8"))
    known = {clause["number"] for clause in _clauses(outline)}
    assert len(known) > 500
    assert {code: set(each.clauses) - known for code, each in catalogue().items() if set(each.clauses) - known} == {}


def _clauses(node) -> list[dict]:
    if isinstance(node, list):
        return [found for each in node for found in _clauses(each)]
    if isinstance(node, dict):
        return ([node] if "number" in node else []) + [found for each in node.values() for found in _clauses(each)]
    return []


def test_what_the_catalogue_calls_used_is_read_by_the_code_and_what_is_planned_is_said():
    apps = ("musashimurayama_isms", "policy", "incidents", "assets", "audits")
    types = {row["code"] for row in json.loads((ROOT / "fixtures" / "request_types.json").read_text(encoding="utf-8"))}
    source = "".join(path.read_text(encoding="utf-8") for app in apps for path in (ROOT / app).rglob("*.py"))
    for code, each in catalogue().items():
        if each.request_type:
            assert each.request_type in types, code
        elif each.used_by:
            assert f'"{each.setting or code}"' in source, code
        else:
            assert each.planned or not each.rules.is_confirmable, code


def test_an_entry_that_nobody_could_choose_does_not_start():
    row = {
        "code": "a.b",
        "group": "甲",
        "name": "乙",
        "clauses": [],
        "gap": "丙",
        "kind": "whole",
        "default": 9,
        "at_least": 1,
        "at_most": 5,
    }
    with pytest.raises(ValueError, match=r"a\.b"):
        read([row])


# -- reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_default_is_read_until_the_city_chooses_and_again_after_it_has_gone_back(cast):
    assert value(STEP) == 3
    choose(cast)
    assert (value(STEP), Values()[STEP]) == (7, 7)
    back(cast, seen=1)
    assert (value(STEP), Values()[STEP]) == (3, 3)
    choose(cast, chosen=4, seen=2)
    assert value(STEP) == 4


@pytest.mark.django_db
def test_the_values_of_an_earlier_moment_can_be_asked(cast):
    choose(cast, at=NOW)
    choose(cast, chosen=9, seen=1, at=NOW + timedelta(days=2))
    assert [Values(at=NOW + timedelta(days=days))[STEP] for days in (-1, 0, 1, 2)] == [3, 7, 7, 9]


@pytest.mark.django_db
def test_a_list_that_a_reader_alters_stays_the_reader_s_own():
    value("policy.confirmation_remind_before").append(99)
    assert value("policy.confirmation_remind_before") == [7, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["approvals.nonsense", "routes.user_id", "organisation.many_hats"])
def test_what_is_no_value_cannot_be_read(code):
    with pytest.raises(LookupError):
        value(code)
    with pytest.raises(LookupError):
        Values()[code]


@pytest.mark.django_db
def test_many_values_cost_one_query_and_one_value_costs_one(cast, django_assert_num_queries):
    for code in (STEP, "duties.remind_days_before", "duties.remind_every_days"):
        choose(cast, code)
    choose(cast, seen=1, chosen=8)
    with django_assert_num_queries(1):
        values = Values()
        assert [values[code] for code in (STEP, "duties.remind_days_before", "committee.quorum_percent")] == [8, 7, 50]
    with django_assert_num_queries(1):
        assert value(STEP) == 8


@pytest.mark.django_db
def test_a_value_that_a_release_takes_no_longer_gives_way_to_the_default(cast):
    choose(cast)
    ParameterChoice.objects.update(value=9999)
    assert (value(STEP), state()) == (3, State.UNCONFIRMED)


# -- choosing ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_choosing_is_written_down_with_who_as_what_and_the_value_in_words(cast):
    choice = choose(cast)
    entry = Entry.objects.about(choice).get()
    assert (entry.verb, entry.actor, entry.role) == ("parameters.parameter.chosen", cast.central_manager, "中央電子計算組織管理者")
    assert entry.changes == {"parameter": STEP, "choice": "chosen", "chosen_value": "7開庁日"}


@pytest.mark.django_db
def test_free_words_of_a_choice_do_not_enter_the_trail(cast):
    choice = choose(cast, "organisation.security_section", "総務部情報課")
    assert Entry.objects.about(choice).get().changes["chosen_value"] == ""


@pytest.mark.django_db
def test_the_state_says_what_the_city_has_done(cast):
    assert state() == State.UNCONFIRMED
    choose(cast, chosen=3)
    assert state() == State.CONFIRMED
    choose(cast, seen=1)
    assert state() == State.CHOSEN
    back(cast, seen=2)
    assert state() == State.UNCONFIRMED
    assert state("organisation.many_hats") == State.NOTED
    with pytest.raises(InvalidTransition):
        back(cast, seen=3)


@pytest.mark.django_db
def test_a_deputy_of_the_central_manager_chooses_in_the_manager_s_place(cast):
    make_deputyship("gyosei-keiei.head", cast.secretary)
    with pytest.raises(PermissionDenied):
        choose(cast, by=cast.secretary)
    make_absence(cast.central_manager, starts_at=NOW - timedelta(hours=1))
    choice = choose(cast, by=cast.secretary)
    assert choice.chosen_as == f"中央電子計算組織管理者（{cast.central_manager.name}代理）"
    assert Entry.objects.about(choice).get().in_place_of == cast.central_manager.name


@pytest.mark.django_db
def test_administrators_choose_and_nobody_else_does(cast):
    choose(cast, by=cast.administrator)
    for person in (cast.clerk, cast.ciso, cast.general_manager, cast.secretary):
        with pytest.raises(PermissionDenied):
            choose(cast, seen=1, by=person)
    assert ParameterChoice.objects.count() == 1


@pytest.mark.django_db
def test_of_two_choosers_the_second_is_told_and_nothing_is_overwritten(cast):
    choose(cast, seen=0)
    with pytest.raises(InvalidTransition, match="ほかの人が先に"):
        choose(cast, chosen=9, seen=0, by=cast.administrator)
    assert value(STEP) == 7


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_the_same_moment_one_is_told():
    cast = Cast()
    gate = Barrier(2)

    def press(by) -> str:
        try:
            gate.wait()
            choose(cast, by=by)
        except InvalidTransition:
            return "told"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, (cast.central_manager, cast.administrator))) == ["done", "told"]
    assert ParameterChoice.objects.count() == Entry.objects.filter(verb="parameters.parameter.chosen").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "chosen"),
    [
        (STEP, 0),
        (STEP, True),
        (STEP, "3"),
        ("approvals.remind_daily", 1),
        ("policy.bcp_owner", "TERMINAL_USER"),
        ("incidents.violation_recipients", ["CISO", "CISO"]),
        ("policy.review_months", []),
        ("policy.review_months", [13]),
        ("duties.contact_list_days", ["02-30"]),
        ("duties.contact_list_days", [None]),
        ("policy.confirmation_remind_before", [0]),
        ("organisation.security_section", " "),
    ],
)
def test_a_value_that_does_not_fit_is_refused(cast, code, chosen):
    with pytest.raises(ValidationError):
        choose(cast, code, chosen)


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["routes.user_id", "organisation.many_hats"])
def test_routes_and_notes_are_not_chosen_here(cast, code):
    with pytest.raises(InvalidTransition):
        choose(cast, code, get(code).default)


# -- what stands elsewhere ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_value_of_the_environment_is_confirmed_as_it_stands_and_open_again_when_it_changes(cast, settings):
    code = "portal.session_idle_minutes"
    settings.SESSION_IDLE = timedelta(minutes=20)
    with pytest.raises(InvalidTransition, match="設定ファイル"):
        choose(cast, code, 30)
    choose(cast, code, 20)
    assert (value(code), state(code)) == (20, State.CHOSEN)
    settings.SESSION_IDLE = timedelta(minutes=30)
    assert (value(code), state(code)) == (30, State.UNCONFIRMED)


def test_a_route_is_told_by_the_floor_that_keeps_it(monkeypatch):
    parameter = get("routes.user_id")
    assert line_of(parameter).now == "中央電子計算組織管理者"
    settled = routes.RouteInForce("最高情報セキュリティ責任者", "/routes/1/", False, "行政 経営", "中央電子計算組織管理者", NOW)
    monkeypatch.setattr(routes, "_present", [lambda request_types, *, at: dict.fromkeys(request_types, settled)])
    line = line_of(parameter, route=routes.in_force([parameter.request_type], at=NOW)[parameter.request_type])
    assert (line.now, line.state, line.settled.by, line.route_url) == (settled.words, State.CHOSEN, "行政 経営", "/routes/1/")


@pytest.mark.django_db
def test_the_time_for_an_act_of_the_incident_chain_is_the_city_s(cast):
    assert due(RECEIPT, start=NOW, reported_at=NOW, is_grave=False) == NOW + timedelta(minutes=30)
    evening = NOW.replace(hour=17)
    assert due(StepCode.PASS_ON, start=evening, reported_at=NOW, is_grave=True) == evening + timedelta(minutes=60)
    choose(cast, "incidents.pass_on_minutes", 30)
    choose(cast, "incidents.grave_clock", False)
    assert due(StepCode.PASS_ON, start=evening, reported_at=NOW, is_grave=True) == NOW.replace(day=25, hour=8, minute=45)


# -- the pages ---------------------------------------------------------------------------------------------------------


def answer(cast, by, code=STEP, **data):
    given = {"act": "choose", "value": "7", "basis": "委員会の議決", "seen": "0"} | data
    return cast.client(by).post(reverse("parameters:choose", args=[code]), given)


def page_of(client, code=STEP) -> str:
    return client.get(reverse("parameters:detail", args=[code]))


@pytest.mark.django_db
def test_the_city_s_choice_stands_on_the_list_with_who_and_when(cast):
    assertRedirects(answer(cast, cast.central_manager), reverse("parameters:detail", args=[STEP]))
    page = cast.client(cast.clerk).get(reverse("parameters:list"), {"state": "chosen"})
    assertContains(page, "審査の一段階の期限")
    assertContains(page, "7開庁日")
    assertContains(page, cast.central_manager.name)
    assertNotContains(page, "報告を受領するまでの時間")


@pytest.mark.django_db
def test_staff_read_the_page_of_a_gap_and_only_choosers_find_the_form(cast):
    assertNotContains(page_of(cast.client(cast.clerk)), "市の決定を記録する")
    assertContains(page_of(cast.client(cast.central_manager)), "市の決定を記録する")
    assertNotContains(page_of(cast.client(cast.central_manager), "organisation.many_hats"), "市の決定を記録する")
    assert page_of(cast.client(cast.clerk), "approvals.nonsense").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "typed", "read"),
    [
        (STEP, "１０", 10),
        ("approvals.remind_daily", "no", False),
        ("policy.bcp_owner", "COMMITTEE", "COMMITTEE"),
        ("incidents.violation_recipients", ["CISO"], ["CISO"]),
        ("incidents.violation_recipients", [], []),
        ("policy.review_months", ["3", "2"], [3, 2]),
        ("duties.contact_list_days", "４月１日、10/1", ["04-01", "10-01"]),
        ("policy.confirmation_remind_after", "3 10", [3, 10]),
        ("organisation.security_section", "総務部", "総務部"),
    ],
)
def test_each_kind_of_value_is_read_from_its_field(cast, code, typed, read):
    assert answer(cast, cast.central_manager, code, value=typed).status_code == 302
    assert value(code) == read


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "typed", "told"),
    [
        (STEP, "99", "1から60までの整数で入力してください。"),
        (STEP, "", "市の値を入力してください。"),
        ("policy.review_months", [], "月を一つ以上選んでください。"),
        ("duties.contact_list_days", "二月", "月と日で入力してください"),
    ],
)
def test_what_does_not_fit_is_told_beside_the_field_and_what_was_typed_is_kept(cast, code, typed, told):
    page = answer(cast, cast.central_manager, code, value=typed, basis="要綱第3条")
    assert page.status_code == 422
    assert told in page.content.decode()
    assert page.context["form"]["basis"].value() == "要綱第3条"
    assert "value" in page.context["form"].errors
    assert not ParameterChoice.objects.exists()


@pytest.mark.django_db
def test_the_default_is_confirmed_whatever_stands_in_the_field_and_given_up_again(cast):
    answer(cast, cast.central_manager, act="confirm", value="99")
    assert (value(STEP), state()) == (3, State.CONFIRMED)
    answer(cast, cast.central_manager, act="return", seen="1")
    assert state() == State.UNCONFIRMED
    page = page_of(cast.client(cast.clerk)).content.decode()
    assert page.index("標準（3開庁日）のまま確認した") < page.index("標準に戻した（未確認）")


@pytest.mark.django_db
def test_a_chooser_whose_page_is_old_is_told_and_sees_the_new_value(cast):
    choose(cast)
    page = cast.client(cast.administrator).post(
        reverse("parameters:choose", args=[STEP]), {"act": "choose", "value": "9", "basis": "議決", "seen": "0"}, follow=True
    )
    assertContains(page, "ほかの人が先にこの項目を決めた")
    assertContains(page, "7開庁日")


@pytest.mark.django_db
def test_the_list_is_searched_by_words_and_by_clauses():
    def found(**wanted) -> set[str]:
        return {line.parameter.code for line in Overview(wanted, at=NOW).lines}

    assert found(q="緊急対策会議") == {"incidents.emergency_meeting_members"}
    assert found(q="3-9(2)ウ") == found(q="3.9.2.3") == {"duties.drill_months"}
    assert found(group="保存年限") == {code for code in catalogue() if code.startswith("retention.")}
    assert len(found()) == len(catalogue())


@pytest.mark.django_db
def test_the_file_holds_every_gap_and_taking_it_out_is_recorded(cast):
    choose(cast)
    head, *rows = csv.reader(StringIO(text_of(take(cast.client(cast.clerk), "parameters.gaps"))))
    assert [row[-1] for row in rows] == list(catalogue())
    (row,) = [dict(zip(head, row, strict=True)) for row in rows if row[-1] == STEP]
    assert (row["条項"], row["標準"], row["市の決定"], row["決めた日時"][:10]) == ("3-4(3)ア", "3開庁日", "7開庁日", "2026-11-24")
    assert Entry.objects.get(verb="exports.table.taken").changes["count"] == len(catalogue())
    assert take(cast.client(cast.clerk), "parameters.gaps", "xlsx", state="chosen").getvalue().startswith(b"PK")


@pytest.mark.django_db
def test_the_pages_ask_the_same_however_much_was_chosen(cast, django_assert_num_queries):
    client = cast.client(cast.central_manager)
    addresses = [reverse("parameters:list"), reverse("parameters:detail", args=[STEP])]
    few = []
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(address)
        few.append(len(asked))
    for seen in range(4):
        choose(cast, seen=seen, chosen=seen + 2)
        choose(cast, "duties.remind_days_before", seen=seen, by=cast.administrator)
    for address, count in zip(addresses, few, strict=True):
        with django_assert_num_queries(count):
            client.get(address)
