"""Systems, devices, connections and development files: who keeps them, what the policy lets happen with them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.development_items import ITEMS, ORDER, Phase, items_of
from assets.ledgers import registry
from assets.models import Connection, DevelopmentFile, Device, LedgerEntry, LogKept, System
from assets.reminders_registers import remind_registers
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms
from policy.importer.outline import load_outline
from policy.models import Clause

from .factory import make_absence, make_deputyship
from .ledger_rows import AT, set_stage, sound
from .taken import take, text_of

pytestmark = pytest.mark.django_db
TODAY = AT.date()
LINE = {"counterpart": "国の機関", "purpose": "副本の登録", "limits": "特定の端末から443番だけ", "firewall": "境界装置", "since": TODAY}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with set_stage(django_db_blocker) as found:
        yield found


@pytest.fixture
def cast(stage):
    return stage.cast


# -- the register ------------------------------------------------------------------------------------------------------
def test_the_section_enters_its_systems_and_a_stranger_neither_enters_nor_sees(cast, stage):
    system = stage.system
    assert (system.code, system.status) == ("S-0001", "planned")
    facts = {"name": "x", "purpose": "x", "network": "lgwan", "asset_class": 2, "manager": "x"}
    with pytest.raises(PermissionDenied):
        System.enter(by=cast.outsider_clerk, at=AT, department=cast.section, **facts)
    for user in (cast.clerk, cast.division_officer, cast.central_manager, cast.ciso):
        assert System.objects.visible_to(user, at=AT).get() == system
    assert not System.objects.visible_to(cast.outsider_officer, at=AT).exists()
    with pytest.raises(PermissionDenied):
        system.change(by=cast.division_officer, at=AT, vendor="x")
    with pytest.raises(ValidationError):
        system.change(by=cast.clerk, at=AT, has_my_number=True)  # what holds My Numbers holds personal information


def test_a_change_names_its_fields_and_only_the_officer_gives_a_system_to_another_section(cast, stage):
    stage.system.change(by=cast.clerk, at=AT, vendor="見本株式会社", manager="市民課長")
    assert Entry.objects.filter(verb="assets.system.changed").get().changes["fields"] == ["開発・保守の事業者"]
    assert System.objects.found("見本株式会社").get() == stage.system
    stage.system.change(by=cast.clerk, at=AT, vendor="見本株式会社")
    assert Entry.objects.filter(verb="assets.system.changed").count() == 1
    with pytest.raises(ValidationError, match="移せる"):
        stage.system.change(by=cast.clerk, at=AT, department=cast.other_section)
    moved = stage.system.change(by=cast.section_officer, at=AT, department=cast.other_section)
    assert System.objects.visible_to(cast.outsider_clerk, at=AT).get() == moved


def test_a_system_goes_into_use_after_its_tests_and_is_retired_when_nothing_hangs_on_it(cast, stage):
    system, development = stage.system, stage.development
    with pytest.raises(InvalidTransition, match="移行の段階"):
        system.start_use(on=TODAY, by=cast.section_officer, at=AT)
    development.stop(reason="中止", by=cast.section_officer, at=AT)
    with pytest.raises(PermissionDenied):
        system.start_use(on=TODAY, by=cast.clerk, at=AT)
    system = system.start_use(on=TODAY, by=cast.section_officer, at=AT)
    line = Connection.enter(system, by=cast.central_manager, at=AT, is_offline_counterpart=True, **LINE)
    with pytest.raises(InvalidTransition, match="外部との接続 1件"):
        system.retire(on=TODAY, by=cast.section_officer, at=AT)
    line.end(on=TODAY, by=cast.secretary, at=AT)
    system = system.retire(on=TODAY, by=cast.section_officer, at=AT)
    with pytest.raises(InvalidTransition):
        system.change(by=cast.clerk, at=AT, vendor="x")
    with pytest.raises(InvalidTransition):
        DevelopmentFile.open(system, by=cast.clerk, at=AT, title="x", kind="new", manager="x", starts_on=TODAY, ends_on=TODAY)


def test_while_the_officer_is_away_the_deputy_decides_and_the_record_says_for_whom(cast, stage):
    stage.development.stop(reason="中止", by=cast.central_manager, at=AT)
    make_absence(cast.section_officer, starts_at=AT - timedelta(hours=1))
    make_deputyship("shimin-ka.head", cast.colleague)
    stage.system.start_use(on=TODAY, by=cast.colleague, at=AT)
    stopped, begun = Entry.objects.filter(verb__in=("assets.development.stopped", "assets.system.put_in_use")).order_by("number")
    assert stopped.role == "中央電子計算組織管理者"
    assert (begun.role, begun.in_place_of) == ("情報セキュリティ担当者（市民 課長代理）", "市民 課長")


def test_a_log_is_kept_no_shorter_than_the_city_has_decided(cast, stage):
    kept = {"kind": "access", "place": "ログサーバ"}
    with pytest.raises(ValidationError, match="365日"):
        LogKept.enter(stage.system, by=cast.clerk, at=AT, kept_days=364, **kept)
    log = LogKept.enter(stage.system, by=cast.clerk, at=AT, kept_days=365, **kept)
    assert log.kept_words == "1年"
    parameter = catalogue.get("retention.system_logs_years")
    ParameterChoice.choose(parameter, 3, basis="委員会の議決", seen=0, by=cast.central_manager, at=AT)
    assert mechanisms.keeping("ledger:log", at=AT).state == mechanisms.State.LATE
    with pytest.raises(PermissionDenied):
        log.end(on=TODAY, by=cast.clerk, at=AT)
    log.end(on=TODAY, by=cast.section_officer, at=AT)
    assert mechanisms.keeping("ledger:log", at=AT).state == mechanisms.State.KEPT


# -- connections -------------------------------------------------------------------------------------------------------
def test_a_connection_of_the_my_number_network_needs_an_offline_counterpart_or_a_ground(cast, stage):
    with pytest.raises(ValidationError) as refused:
        Connection.enter(stage.system, by=cast.central_manager, at=AT, **LINE)
    assert list(refused.value.message_dict) == ["exception_ground"]
    with pytest.raises(PermissionDenied):
        Connection.enter(stage.system, by=cast.section_officer, at=AT, exception_ground="公的な機関の定め", **LINE)
    line = Connection.enter(stage.system, by=cast.central_manager, at=AT, exception_ground="公的な機関の定め", **LINE)
    assert mechanisms.keeping("ledger:connection", at=AT).state == mechanisms.State.LATE
    with pytest.raises(ValidationError, match="調査の結果"):
        line.change(by=cast.secretary, at=AT, surveyed_on=TODAY)
    line.change(by=cast.secretary, at=AT, surveyed_on=TODAY, survey_result="影響なし")
    assert mechanisms.keeping("ledger:connection", at=AT).state == mechanisms.State.ACTIVE
    assert line.confirm(by=cast.secretary, at=AT).confirmed_on == TODAY


def test_the_officer_cuts_a_connection_and_only_the_central_manager_restores_it(cast, stage):
    line = Connection.enter(stage.system, by=cast.central_manager, at=AT, is_offline_counterpart=True, **LINE)
    with pytest.raises(PermissionDenied):
        line.cut(by=cast.clerk, at=AT)
    line = line.cut(by=cast.section_officer, at=AT)
    assert Notification.objects.get(recipient=cast.central_manager, title__contains="遮断").urgent
    with pytest.raises(PermissionDenied):
        line.restore(by=cast.section_officer, at=AT)
    assert line.restore(by=cast.central_manager, at=AT).status == "in_use"
    with pytest.raises(ValidationError):
        line.end(on=TODAY - timedelta(days=1), by=cast.central_manager, at=AT)


# -- devices -----------------------------------------------------------------------------------------------------------
def test_a_device_is_disposed_of_from_the_store_room_only_and_its_tag_is_given_once(cast, stage):
    device = stage.device
    with pytest.raises(ValidationError, match="備品番号"):
        Device.enter(by=cast.clerk, at=AT, department=cast.section, kind="other", name="x", network="lgwan", place="x", asset_tag="B-1")
    with pytest.raises(InvalidTransition):
        device.dispose(on=TODAY, by=cast.section_officer, at=AT)
    device = device.report_lost(by=cast.section_officer, at=AT).store(by=cast.section_officer, at=AT)
    assert device.dispose(on=TODAY, by=cast.section_officer, at=AT).disposed_on == TODAY
    with pytest.raises(InvalidTransition):
        device.use(by=cast.section_officer, at=AT)


def test_a_device_outside_is_checked_by_the_central_section(cast, stage):
    with pytest.raises(InvalidTransition, match="庁外"):
        stage.device.check_off_site(on=TODAY, is_fine=True, by=cast.central_manager, at=AT)
    device = stage.device.change(by=cast.clerk, at=AT, is_off_site=True)
    assert Device.objects.off_site().get() == device
    with pytest.raises(PermissionDenied):
        device.check_off_site(on=TODAY, is_fine=True, by=cast.section_officer, at=AT)
    with pytest.raises(ValidationError, match="未来"):
        device.check_off_site(on=TODAY + timedelta(days=1), is_fine=True, by=cast.secretary, at=AT)
    assert device.check_off_site(on=TODAY, is_fine=False, by=cast.secretary, at=AT).checked_on == TODAY
    assert Entry.objects.about(device).last().changes["outcome"] == "問題あり"


def test_the_end_of_support_is_told_ahead_and_again_when_it_is_over(cast, stage):
    stage.device.change(by=cast.clerk, at=AT, support_ends_on=date(2027, 3, 31))
    assert remind_registers(at=AT) == remind_registers(at=AT) == 1
    over = AT + timedelta(days=130)
    assert remind_registers(at=over) == 1
    titles = Notification.objects.filter(recipient=cast.section_officer, title__contains="サポート").values_list("title", flat=True)
    assert sorted(title.startswith("【期限超過】") for title in titles) == [False, True]


# -- development files -------------------------------------------------------------------------------------------------
def test_every_item_names_clauses_that_exist_and_a_phase_of_the_file(db):
    load_outline()
    known = set(Clause.objects.values_list("number", flat=True))
    assert {number for spec in ITEMS for number in spec.clauses} <= known
    assert {number for ledger in registry.ledgers() for number in ledger.clauses} <= known
    assert {act.clause for ledger in registry.ledgers() for act in ledger.acts if act.clause} <= known
    assert {spec.phase for spec in ITEMS} == set(ORDER[:-1])
    assert len(items_of("maintenance")) < len(items_of("new")) < len(items_of("renewal")) == len(ITEMS)


def settle(development, stage, *, but: str = ""):
    """Every item of the present step done, with the place of its paper."""
    for item in development.items.open().filter(phase=development.phase).exclude(code=but):
        item.complete(on=TODAY, note="確かめた", evidence="書庫", by=stage.cast.clerk, at=AT)


def test_a_development_goes_on_only_when_every_item_of_the_step_is_settled(cast, stage):
    development = stage.development
    with pytest.raises(InvalidTransition, match="リスクを分析"):
        development.advance(by=cast.section_officer, at=AT)
    settle(development, stage, but="risk-analysis")
    item = development.items.get(code="risk-analysis")
    with pytest.raises(ValidationError, match="証拠"):
        item.complete(on=TODAY, note="x", by=cast.clerk, at=AT)
    with pytest.raises(PermissionDenied):
        item.waive(reason="小さな変更", by=cast.clerk, at=AT)
    with pytest.raises(ValidationError):
        item.waive(reason=" ", by=cast.section_officer, at=AT)
    item = item.waive(reason="小さな変更", by=cast.section_officer, at=AT)
    item = item.reopen(by=cast.section_officer, at=AT)
    item.complete(on=TODAY, note="x", files=1, by=cast.clerk, at=AT)
    with pytest.raises(PermissionDenied):
        development.advance(by=cast.clerk, at=AT)
    for now, then in pairwise(ORDER):
        assert development.phase == now
        settle(development, stage)
        development = development.advance(by=cast.section_officer, at=AT)
        assert development.phase == then
    assert development.is_ended
    with pytest.raises(InvalidTransition):
        development.advance(by=cast.section_officer, at=AT)


def test_a_development_ends_when_its_ids_are_gone(cast, stage):
    development = stage.development
    data = {**sound(registry.get("user-id"), stage), "kind": "development", "development": development}
    key = LedgerEntry.enter("user-id", department=cast.section, data=data, by=cast.clerk, at=AT)
    for _ in ORDER[1:-1]:
        settle(development, stage)
        development = development.advance(by=cast.section_officer, at=AT)
    assert development.phase == Phase.MIGRATING
    settle(development, stage)
    with pytest.raises(InvalidTransition, match="開発用ID 1件の抹消"):
        development.advance(by=cast.section_officer, at=AT)
    with pytest.raises(InvalidTransition, match="1件残って"):
        development.stop(reason="x", by=cast.section_officer, at=AT)
    key.act("remove", data={"removed_on": TODAY, "removal_reason": "開発の完了"}, by=cast.clerk, at=AT)
    assert development.advance(by=cast.section_officer, at=AT).phase == Phase.COMPLETED


# -- pages -------------------------------------------------------------------------------------------------------------
def test_the_page_of_a_system_shows_what_points_to_it_in_a_constant_number_of_questions(cast, stage, django_assert_num_queries):
    client, page = cast.client(cast.section_officer), stage.system.get_absolute_url()
    fault = sound(registry.get("fault-record"), stage)
    LedgerEntry.enter("fault-record", department=cast.section, data=fault, by=cast.clerk, at=AT)
    Connection.enter(stage.system, by=cast.central_manager, at=AT, is_offline_counterpart=True, **LINE)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        answer = client.get(page).content.decode()
    assert "症状の見本" in answer
    assert "特定の端末から443番だけ" in answer
    for _ in range(8):
        LedgerEntry.enter("fault-record", department=cast.section, data=fault, by=cast.clerk, at=AT)
        Connection.enter(stage.system, by=cast.central_manager, at=AT, is_offline_counterpart=True, **LINE)
    with django_assert_num_queries(len(few)):
        client.get(page)


def test_a_system_is_entered_found_and_taken_out_by_the_pages(cast, stage):
    client = cast.client(cast.clerk)
    typed = {"department": cast.section.pk, "name": "印鑑登録", "purpose": "証明", "network": "lgwan", "asset_class": "1", "manager": ""}
    assert client.post(reverse("assets:system_new"), typed).status_code == 422
    answer = client.post(reverse("assets:system_new"), {**typed, "manager": "市民課長"})
    made = System.objects.get(name="印鑑登録")
    assert answer.url == made.get_absolute_url()
    listed = client.get(reverse("assets:system_list"), {"q": "いんかん 印鑑"}).content.decode()
    assert "印鑑登録" not in listed
    assert "印鑑登録" in client.get(reverse("assets:system_list"), {"q": "印鑑", "network": "lgwan"}).content.decode()
    out = take(client, "assets.systems", q="印鑑")
    content = text_of(out)
    assert "印鑑登録" in content
    assert "住民記録" not in content
    assert "%E5%88%86%E9%A1%9E" in out["Content-Disposition"]  # 分類 stands in the file's name
    address = reverse("assets:system_change", args=[made.pk])
    assert client.post(address, {**typed, "manager": "市民課長", "vendor": "見本株式会社"}).status_code == 302
    made.refresh_from_db()
    assert made.vendor == "見本株式会社"


def test_an_item_is_settled_by_its_page_with_a_file(cast, stage):
    client = cast.client(cast.clerk)
    item = stage.development.items.get(code="risk-analysis")
    day = {"on_year": "R8", "on_month": "11", "on_day": "20"}
    day |= {"on_0": "R8", "on_1": "11", "on_2": "20"}
    address = reverse("assets:item_done", args=[item.pk])
    assert client.post(address, {**day, "note": "低い"}).status_code == 422
    file = SimpleUploadedFile("分析.txt", "分析の結果".encode())
    assert client.post(address, {**day, "note": "低い", "uploads": [file]}).status_code == 302
    page = client.get(stage.development.get_absolute_url()).content.decode()
    assert "分析.txt" in page
    assert "低い" in page
