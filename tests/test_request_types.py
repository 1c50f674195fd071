"""Every type of request that the registers declare: what it asks, who submits, who decides, and what really follows."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from assets.area_permits import permitted_persons
from assets.models import Asset, ByodRuling, Connection, Device, LedgerEntry
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.approvals import matters
from musashimurayama_isms.approvals.models import Decision, Request, RequestType
from musashimurayama_isms.approvals.models.request_set import Reach
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.approvals.scopes import RUNNING, requests_of
from musashimurayama_isms.approvals.waiting import CARRY_OUT, waiting_for
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Regulation

from .request_rows import AT, CONTENT, DAY, LATER, SETTLED, TODAY, Stage, people_of, permit, run, submitted

pytestmark = pytest.mark.django_db
DONE = {"done_on": DAY, "note": ""}
# Types whose own tests say who decides them: exceptions, documents and revisions, errands and disposals, external services.
ELSEWHERE = {"exception", "emergency-exception", "document-version", "policy-revision", "errand", "disposal"}
ELSEWHERE |= {"audit-plan", "transport", "media-dispatch", "off-site-copy", "disclosure", "take-out"}
ELSEWHERE |= {"external-service", "external-service-light", "subcontracting", "social-media"}


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)


@pytest.fixture
def cast(stage):
    return stage.cast


def form_of(code, stage, content):
    drafts, _ = people_of(code, stage.cast)
    form = matters._matters[code].form
    return form(form.data_of(content), request=Request.draft(code, by=drafts, at=AT), user=drafts, at=AT)


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


# -- every type --------------------------------------------------------------------------------------------------------
def test_every_declared_type_stands_in_this_table_or_has_tests_of_its_own(db):
    declared = {code for code in matters.registered() if not code.startswith("test-")}
    assert declared - ELSEWHERE == set(CONTENT)


@pytest.mark.parametrize("code", CONTENT)
def test_the_form_takes_a_sound_content_and_asks_in_japanese_for_what_is_missing(stage, code):
    form = form_of(code, stage, CONTENT[code](stage))
    assert form.is_valid(), form.errors
    assert form.content_so_far() == {**CONTENT[code](stage), **form.content()}
    empty = form_of(code, stage, {})
    assert not empty.is_valid()
    assert all(ord(words[0]) > 0x3000 for errors in empty.errors.values() for words in errors)
    with pytest.raises(InvalidTransition, match="入力されていません"):
        submitted(code, stage, content={})


@pytest.mark.parametrize("code", CONTENT)
def test_the_right_roles_submit_and_decide_and_nobody_else_of_the_whole_cast(stage, code):
    cast, type_ = stage.cast, RequestType.objects.get(code=code)
    drafts, submits = people_of(code, cast)
    draft = Request.draft(code, by=drafts, at=AT)
    may_submit = {user.username for user in cast.everyone() if draft.applying(user, at=AT)}
    officers = {RoleCode.CENTRAL_MANAGER: "central_manager", RoleCode.TERMINAL_USER: drafts.username}
    officers[RoleCode.SECTION_OFFICER] = "section_officer" if drafts == cast.clerk else "central_manager"
    assert may_submit == {officers[RoleCode(role)] for role in type_.applicants}

    request = submitted(code, stage)
    if type_.is_act_of_office:
        assert request.status == "running"
        assert not request.decisions.exists()
        return
    chairs = {seat.chair.lower() for seat in request.open_step.seats.all()}
    assert chairs == {seat.lower() for step in type_.route.as_steps() for seat in step[1]}
    deciders = {getattr(cast, chair) for chair in chairs}
    roster = Roster(AT)
    assert {user for user in cast.everyone() if request.open_step.seats_of(user, roster)} == deciders
    for user in (submits, cast.outsider_officer):
        with pytest.raises(PermissionDenied), transaction.atomic():
            permit(request, user, ruling=SETTLED.get(code))
    permit(request, *deciders, ruling=SETTLED.get(code))
    assert request.status in ("running", "completed")
    assert request.matter.checks
    for check in request.matter.checks_for(request):
        assert check.clause.startswith(("3.", "2."))


# -- what a form refuses -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "change", "field"),
    [
        ("remote-access", {"route": "internet", "unavoidable": "回線がない"}, "identification"),
        ("remote-access", {"route": "internet", "identification": ["id", "password", "biometric", "medium"]}, "unavoidable"),
        ("remote-access", {"identification": ["id"]}, "identification"),
        ("web-storage", {"asset_class": 2}, "asset_class"),
        ("publication", {"asset_class": 1}, "asset_class"),
        ("byod", {"measures": ["lock"]}, "measures"),
        ("byod", {"asset_class": 2}, "asset_class"),
        ("device-connection", {"scan_result": "found"}, "scan_result"),
        ("software", {"support_ends_on": LATER, "use_until": "2027-12-31"}, "support_plan"),
        ("software", {"licences": None}, "licences"),
        ("external-network", {"is_offline_counterpart": False}, "exception_ground"),
        ("device-survey", {"sees_personal": "yes"}, "law"),
        ("user-id", {"outsider": "○○社"}, "person"),
        ("viewing", {"ends_on": "2026-11-01"}, "ends_on"),
        ("area-entry", {"staff": [], "visitors": ""}, "staff"),
        ("area-entry", {"attended": "none"}, "attended"),
        ("security-setting", {"device": None}, "device"),
    ],
)
def test_a_form_says_at_the_field_what_the_policy_does_not_allow(stage, code, change, field):
    form = form_of(code, stage, {**CONTENT[code](stage), **change})
    assert not form.is_valid()
    assert list(form.errors) == [field]


def test_what_is_only_kept_is_not_asked_for_its_reasons(stage):
    form = matters._matters["remote-access"].form
    assert form(form.data_of({"route": "internet"}), request=None, at=AT, is_lenient=True).is_valid()


# -- what follows ------------------------------------------------------------------------------------------------------
def test_a_ruling_on_a_class_puts_the_asset_into_the_register_of_the_applicants_section(stage, cast):
    request = submitted("classification-ruling", stage)
    with pytest.raises(ValidationError, match="分類を決めずに"):
        permit(request, cast.central_manager)
    permit(request, cast.central_manager, ruling=SETTLED["classification-ruling"])
    asset = Asset.objects.get()
    assert (asset.department, asset.asset_class, asset.handlers) == (cast.section, 2, "市民課の職員")
    assert (asset.has_personal, asset.registered_by, request.subject_labels) == (True, cast.central_manager, [str(asset)])
    page = cast.client(cast.clerk).get(request.get_absolute_url())
    assertContains(page, "公開の予定がない")


def test_a_device_placed_outside_is_checked_at_the_citys_interval_until_it_is_back(stage, cast):
    request = run("off-site-equipment", stage)
    device = Device.objects.off_site().get()
    duty = Duty.objects.about(device).get()
    assert (device.place, duty.every_months, duty.owner) == ("○○データセンター", 6, "CENTRAL_MANAGER")
    first = duty.occurrences.open().order_by("due_on").first()
    seen = AT + (first.due_on - TODAY) * 1
    device.check_off_site(on=first.due_on, is_fine=True, by=cast.central_manager, at=seen)
    first.refresh_from_db()
    assert first.status == "done"
    request.complete(by=cast.central_manager, at=AT, report={**DONE, "place": "電算室"})
    device.refresh_from_db()
    assert (device.is_off_site, device.place, Duty.objects.about(device).active().exists()) == (False, "電算室", False)


def enter(stage, by=None, **who):
    data = {"area": "電算室", "entered_at": AT, "number": 1, "purpose": "点検", **who}
    return LedgerEntry.enter("area-entry-log", department=stage.cast.section, data=data, by=by or stage.cast.secretary, at=AT)


def test_only_who_stands_on_a_permit_in_force_is_entered_in_the_log_of_entries(stage, cast):
    with pytest.raises(ValidationError, match="有効な許可がありません"):
        enter(stage, person=cast.clerk)
    request = run("area-entry", stage)
    assert [row.request for row in permitted_persons(TODAY)] == [request]
    assert not list(permitted_persons(TODAY + timedelta(days=31)))
    enter(stage, person=cast.clerk)
    enter(stage, visitor="○○社　保守太郎", attended_by="市民課")
    for stranger in ({"person": cast.colleague}, {"visitor": "△△社 他人", "attended_by": "市民課"}, {"area": "書庫", "person": cast.clerk}):
        with pytest.raises(ValidationError, match="有効な許可がありません"):
            enter(stage, **stranger)
    request.recall(by=cast.central_manager, at=AT, reason="作業が延びたため")
    with pytest.raises(ValidationError):
        enter(stage, person=cast.clerk)


def test_what_was_carried_into_the_machine_room_stands_in_the_record_of_work(stage, cast):
    request = run("equipment-in-out", stage)
    with pytest.raises(InvalidTransition, match="行ったことを記録"):
        request.complete(by=cast.clerk, at=AT)
    report = {"started_at": AT.isoformat(), "finished_at": AT.isoformat(), "workers": "○○社", "attended_by": "市民課", "result": "異常なし"}
    request.complete(by=cast.clerk, at=AT, report=report)
    entry = LedgerEntry.objects.of("work-record").get()
    assert (entry.data["attended_by"], request.number in entry.data["work"]) == ("市民課", True)
    assert list(LedgerEntry.objects.about(request)) == [entry]


def test_a_private_device_needs_the_rule_and_the_cisos_ruling(stage, cast):
    request = submitted("byod", stage)
    stage.ruling.request.recall(by=cast.ciso, at=AT, reason="事故が起きたため")
    assert not ByodRuling.objects.in_force(on=TODAY).exists()
    with pytest.raises(InvalidTransition, match="CISOの判断"):
        permit(request, cast.central_manager)
    Regulation.objects.get(code="byod-procedure").bring_back(by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition, match="支給以外の端末の業務利用の実施手順.*regulations/byod-procedure"):
        submitted("byod", stage)
    client = cast.client(cast.clerk)
    page = client.get(reverse("approvals:begin"))
    assertContains(page, "がまだ定められていないため、申請できません")
    assertNotContains(page, reverse("approvals:start", args=["byod"]))
    assertNotContains(page, "利用権の停止・剥奪")
    assertContains(cast.client(cast.central_manager).get(reverse("approvals:begin")), "利用権の停止・剥奪")
    client.post(reverse("approvals:start", args=["byod"]))
    assertContains(client.get(reverse("approvals:type", args=["byod"])), "いまは申請できません")


def test_where_the_city_wants_it_so_a_ruling_serves_one_request(stage, cast):
    run("byod", stage)
    run("byod", stage)
    parameter = get("approvals.byod_ruling")
    ParameterChoice.choose(parameter, "each_request", basis="市の方針", seen=0, by=cast.central_manager, at=AT)
    with pytest.raises(InvalidTransition, match="申請のたびに"):
        submitted("byod", stage)
    again = stage.rule()
    assert run("byod", stage, content={**CONTENT["byod"](stage), "ruling": again.pk}).status == "running"


def test_permitted_software_is_kept_in_the_ledger_of_licences_by_the_sections_officer(stage, cast):
    request = submitted("software", stage)
    with pytest.raises(ValidationError, match="安全の確認"):
        permit(request, cast.central_manager)
    permit(request, cast.central_manager, ruling=SETTLED["software"])
    assert [row.act for row in waiting_for(cast.section_officer, at=AT)] == [CARRY_OUT]
    with pytest.raises(PermissionDenied):
        request.complete(by=cast.outsider_officer, at=AT, report={**DONE, "where": "D-0001"})
    request.complete(by=cast.section_officer, at=AT, report={**DONE, "where": "D-0001"})
    entry = LedgerEntry.objects.of("software-licence").get()
    found = (entry.data["version"], entry.data["licence"], entry.data["support_ends_on"], entry.data["request_code"])
    assert found == ("3", "device", (TODAY + timedelta(days=400)).isoformat(), request.number)


def test_a_connection_stands_in_the_register_with_survey_liability_and_firewall(stage, cast):
    request = run("external-network", stage)
    row = Connection.objects.get()
    assert (row.system, row.counterpart, row.liability, row.firewall) == (stage.system, "都のネットワーク", "契約書第9条", "FW-1")
    assert (row.surveyed_on, row.request_code, row.since) == (TODAY, request.number, TODAY)


def test_a_changed_device_says_so_in_the_register_and_the_history(stage, cast):
    request = run("hardware-change", stage)
    report = {**DONE, "changed_by": "○○社", "result": "8GB→16GB", "device_os": "OS 12"}
    request.complete(by=cast.clerk, at=AT, report=report)
    device = Device.objects.get(pk=stage.device.pk)
    assert (device.os, "8GB→16GB" in device.note) == ("OS 12", True)
    assert LedgerEntry.objects.of("change-history").about(device).get().data["content"] == "8GB→16GB"


def test_an_id_is_registered_changed_and_removed_in_the_ledger(stage, cast):
    run("user-id", stage).complete(by=cast.central_manager, at=AT, report={**DONE, "login_id": "u-1"})
    entry = LedgerEntry.objects.of("user-id").get()
    assert (entry.data["rights"], entry.data["login_id"], entry.status) == ("照会", "u-1", "active")
    content = {**CONTENT["user-id"](stage), "act": "change", "login_id": "u-1", "rights": "発行"}
    run("user-id", stage, content=content).complete(by=cast.central_manager, at=AT, report={**DONE, "login_id": "u-1"})
    assert LedgerEntry.objects.of("user-id").get().data["rights"] == "発行"

    notice = run("user-id-removal", stage)
    assert [row.act for row in waiting_for(cast.central_manager, at=AT)] == [CARRY_OUT]
    assert any("抹消をお願い" in title for title in told(cast.central_manager))
    with pytest.raises(InvalidTransition):
        Decision.take(notice, "refuse", by=cast.central_manager, at=AT, digest=notice.current_version.digest, comment="いやです")
    notice.complete(by=cast.central_manager, at=AT, report={**DONE, "is_removed": True})
    assert LedgerEntry.objects.of("user-id").get().status == "removed"


def test_a_named_deputy_holds_a_privileged_id_until_its_end_and_may_not_agree_to_it(stage, cast):
    assert submitted("privilege-deputy", stage).barred.parties >= {cast.secretary.pk}
    request = run("privilege-deputy", stage)
    entry = LedgerEntry.objects.of("privileged-id").get()
    assert (entry.data["is_deputy"], entry.data["expires_on"], entry.status) == (True, LATER, "active")
    request.complete(by=cast.central_manager, at=AT, report={**DONE, "is_removed": True})
    entry.refresh_from_db()
    assert entry.status == "removed"


@pytest.mark.parametrize(
    "code", ["viewing", "web-storage", "remote-access", "device-connection", "antimalware-authority", "security-setting"]
)
def test_a_permit_in_force_is_listed_for_the_sections_officer_until_it_is_recorded_as_done(stage, cast, code):
    request = run(code, stage)
    for user, sees in ((cast.section_officer, True), (cast.outsider_officer, False)):
        rows = requests_of(RUNNING, user, Reach.of(user, at=AT), at=AT)
        assert (request in rows) is sees
    assert request.ends_on == TODAY + timedelta(days=30)
    request.complete(by=cast.clerk, at=AT, report=DONE)
    assert request.status == "completed"


def test_what_was_published_says_where_and_the_page_asks_for_it(stage, cast):
    request, client = run("publication", stage), cast.client(cast.clerk)
    url = reverse("approvals:complete", args=[request.pk])
    refused = client.post(url, {"done-published_at": "/toukei/"})
    assertContains(refused, "確かめてから、印を付けてください", status_code=422)
    today = timezone.localdate()
    box = {"done-done_on_year": today.year, "done-done_on_month": today.month, "done-done_on_day": today.day}
    client.post(url, {**box, "done-published_at": "/toukei/index.html", "done-is_same": "on"})
    assertContains(client.get(request.get_absolute_url()), "/toukei/index.html")


# -- acts of office ----------------------------------------------------------------------------------------------------
def readers(request, cast) -> set[str]:
    return {user.username for user in cast.everyone() if Request.objects.visible_to(user, at=AT).filter(pk=request.pk).exists()}


WIDE = {"central_manager", "general_manager", "ciso"}


def test_a_survey_is_read_by_the_wide_roles_and_those_named_while_it_runs(stage, cast):
    content = {**CONTENT["device-survey"](stage), "surveyors": [cast.administrator.pk]}
    request = run("device-survey", stage, content=content)
    assert readers(request, cast) == WIDE | {"secretary", "administrator"}  # the secretary has drafted it
    assert any("利用状況の調査" in title for title in told(cast.ciso))
    report = {**DONE, "seen": "調べた人が通信の記録を見た", "result": "nothing"}
    request.complete(by=cast.central_manager, at=AT, report=report)
    assert readers(request, cast) == WIDE | {"secretary"}


def test_where_the_city_wants_it_so_the_ciso_is_not_told_of_a_survey(stage, cast):
    parameter = get("approvals.device_survey_tells_ciso")
    ParameterChoice.choose(parameter, False, basis="市の方針", seen=0, by=cast.central_manager, at=AT)
    run("device-survey", stage)
    assert not any("利用状況の調査" in title for title in told(cast.ciso))


def test_a_suspension_is_told_at_once_to_the_three_whom_the_policy_names(stage, cast):
    request = run("suspension", stage)
    for user in (cast.ciso, cast.general_manager, cast.division_officer):
        assert Notification.objects.get(recipient=user, title__startswith="利用権を停止").urgent
    assert readers(request, cast) == WIDE | {"secretary", "division_officer", "section_officer"}
    request.complete(by=cast.central_manager, at=AT, report={**DONE, "ending": "再研修を終えた"})
    assert request.status == "completed"


def test_a_banned_terminal_is_out_of_use_until_the_ban_is_lifted(stage, cast):
    request = run("terminal-ban", stage)
    assert Device.objects.get(pk=stage.device.pk).status == "stored"
    assert any("端末の使用を禁止" in title for title in told(cast.section_officer))
    request.complete(by=cast.central_manager, at=AT, report={**DONE, "ending": "消した"})
    assert Device.objects.get(pk=stage.device.pk).status == "in_use"
