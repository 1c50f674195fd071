"""The one ledger mechanism: every ledger lives by its declaration; who sees, who keeps, what is told."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assets.ledgers import registry, table, write
from assets.ledgers.declaration import Field, Ledger, Party, State
from assets.ledgers.holdings import held
from assets.ledgers.waiting import days_of_officer, ids_to_answer
from assets.models import IdCheck, LedgerEntry, LedgerImport
from assets.registers import RegisterReach
from assets.reminders_registers import remind_registers
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy import mechanisms

from .factory import make_appointment
from .ledger_rows import AT, let_in, lives, sample, set_stage, sound
from .taken import take

pytestmark = pytest.mark.django_db
CODES = [ledger.code for ledger in registry.ledgers()]


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with set_stage(django_db_blocker) as found:
        yield found


@pytest.fixture
def cast(stage):
    return stage.cast


def keeper_of(ledger, cast):
    return {Party.SECTION: cast.clerk, Party.OFFICER: cast.section_officer, Party.CENTRAL_SECTION: cast.secretary}[ledger.keeper]


def enter(code, cast, stage, **data):
    ledger = registry.get(code)
    if code == "area-entry-log":
        let_in(stage)
    return LedgerEntry.enter(code, department=cast.section, data={**sound(ledger, stage), **data}, by=keeper_of(ledger, cast), at=AT)


# -- every ledger by its declaration -----------------------------------------------------------------------------------
@pytest.mark.parametrize("code", CODES)
def test_a_row_lives_through_its_acts_and_is_found_by_what_it_names(cast, stage, code):
    ledger = registry.get(code)
    entry = enter(code, cast, stage)
    assert entry.number == "R8-001"
    assert entry.status == ledger.first_state.code
    assert entry.state.label in [state.label for state in ledger.states]
    with pytest.raises(PermissionDenied):
        LedgerEntry.enter(code, department=cast.section, data=sound(ledger, stage), by=cast.outsider_clerk, at=AT)
    with pytest.raises(ValidationError) as refused:
        write(code, department=cast.section, data={}, by=cast.clerk, at=AT)
    assert {field.name for field in ledger.fields if field.required and field.kind != "yes"} <= set(refused.value.message_dict)
    about = [field for field in ledger.fields if field.is_reference and field.name in entry.data]
    for field in about:
        subject = {"system": stage.system, "person": stage.person, "people": stage.person}.get(field.kind)
        assert subject is None or LedgerEntry.objects.of(code).about(subject).get() == entry

    for act in lives(ledger):
        declared = ledger.act(act)
        data = {field.name: sample(field, stage) for field in declared.fields}
        with pytest.raises(PermissionDenied):
            entry.act(act, data=data, by=cast.outsider_officer, at=AT)
        officer = cast.central_manager if (declared.by or ledger.keeper) == Party.CENTRAL_SECTION else cast.section_officer
        entry = entry.act(act, data=data, by=officer, at=AT)
        assert entry.status == declared.target
    entry.refresh_from_db()
    assert [row.code for row in entry.acts.all()] == lives(ledger)
    assert entry.is_open == ledger.state(entry.status).is_open
    if ledger.acts:
        with pytest.raises(InvalidTransition):
            entry.act(lives(ledger)[0], by=cast.central_manager, at=AT)
    assert Entry.objects.about(entry).count() == 1 + len(lives(ledger))


@pytest.mark.parametrize("ledger", registry.ledgers(), ids=lambda ledger: ledger.code)
def test_every_state_can_be_reached_and_a_row_that_has_ended_is_no_longer_acted_on(ledger):
    reached, frontier = set(), {ledger.first_state.code}
    while frontier:
        reached |= frontier
        frontier = {act.target for act in ledger.acts if set(act.sources) & reached} - reached
    assert reached == {state.code for state in ledger.states}
    leaving = {source for act in ledger.acts for source in act.sources}
    assert leaving == {state.code for state in ledger.states if state.is_open}


def test_a_declaration_that_contradicts_itself_is_refused_at_start():
    bad = Ledger("x", "x", "", (), (Field("a", "あ"), Field("b", "あ")), (State("s", "し"),), title=("nothing",), columns=())
    assert registry.faults(bad) == ["no field nothing", "two fields with one label"]
    with pytest.raises(ValueError, match="no field"):
        registry.register(bad)


def test_an_unknown_ledger_or_field_is_a_mistake_of_the_caller(cast):
    with pytest.raises(LookupError):
        write("nothing", department=cast.section, data={}, by=cast.clerk, at=AT)
    with pytest.raises(LookupError):
        write("media", department=cast.section, data={"colour": "red"}, by=cast.clerk, at=AT)


# -- corrections -------------------------------------------------------------------------------------------------------
def test_a_log_is_corrected_by_a_new_row_and_the_old_one_stays(cast, stage):
    entry = enter("work-record", cast, stage)
    data = {**sound(registry.get("work-record"), stage), "result": "正常に終わった"}
    corrected = entry.correct(data=data, by=cast.clerk, at=AT)
    assert (corrected.corrects, corrected.number) == (entry, "R8-002")
    entry.refresh_from_db()
    assert entry.data["result"] == "結果の見本"
    assert list(LedgerEntry.objects.of("work-record").current()) == [corrected]
    with pytest.raises(InvalidTransition):
        entry.correct(data=data, by=cast.clerk, at=AT)


def test_a_visitor_who_left_stays_gone_when_the_entry_is_corrected(cast, stage):
    entry = enter("area-entry-log", cast, stage)
    entry = entry.act("exit", data={"exited_at": AT - timedelta(hours=1), "carried_out": "なし"}, by=cast.secretary, at=AT)
    corrected = entry.correct(data={**sound(registry.get("area-entry-log"), stage), "purpose": "点検"}, by=cast.secretary, at=AT)
    assert corrected.status == "left"
    assert corrected.cell("carried_out") == "なし"


def test_another_row_is_put_right_and_remembers_what_stood_there(cast, stage):
    entry = enter("media", cast, stage)
    data = {**sound(registry.get("media"), stage), "place": "金庫"}
    assert entry.correct(data=data, by=cast.clerk, at=AT) == entry
    assert LedgerEntry.objects.found("金庫").get() == entry
    assert entry.acts.get().facts == [("保管場所（訂正前）", "保管場所の見本")]
    with pytest.raises(ValueError, match="not rewritten"):
        entry.acts.get().save()


# -- what a ledger's own check says ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "data", "field"),
    [
        ("software-licence", {"licences": 3, "used": 4}, "used"),
        ("software-licence", {"support_ends_on": date(2027, 3, 31), "use_until": date(2028, 3, 31)}, "support_plan"),
        ("user-id", {"person": None}, "person"),
        ("user-id", {"kind": "development"}, "development"),
        ("area-entry-log", {"visitor": "保守会社の人"}, "attended_by"),
        ("area-entry-log", {"entered_at": AT + timedelta(hours=1)}, "entered_at"),
        ("work-record", {"finished_at": AT - timedelta(days=3)}, "finished_at"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(cast, stage, code, data, field):
    with pytest.raises(ValidationError) as refused:
        enter(code, cast, stage, **data)
    assert list(refused.value.message_dict) == [field]


# -- who sees ----------------------------------------------------------------------------------------------------------
def test_rows_are_seen_by_the_section_its_division_and_the_wide_roles_privileged_ids_by_officers(cast, stage):
    entry, secret = enter("user-id", cast, stage), enter("privileged-id", cast, stage)

    def seen(user):
        return set(LedgerEntry.objects.visible_to(user, at=AT))

    for user in (cast.section_officer, cast.division_officer, cast.central_manager, cast.ciso, cast.general_manager):
        assert seen(user) == {entry, secret}
    assert seen(cast.clerk) == {entry}
    assert seen(cast.outsider_clerk) == seen(cast.outsider_officer) == seen(cast.personnel) == set()


def test_the_ledgers_of_the_city_are_seen_by_the_section_that_keeps_them(cast, stage):
    card = enter("ic-card", cast, stage)
    assert LedgerEntry.objects.visible_to(cast.secretary, at=AT).get() == card
    assert not LedgerEntry.objects.visible_to(cast.outsider_clerk, at=AT).exists()


# -- what follows ------------------------------------------------------------------------------------------------------
def test_a_lost_card_is_stopped_and_its_holder_is_told_to_report_an_incident(cast, stage):
    card = enter("ic-card", cast, stage, person=cast.colleague)
    moments = {"told_at": AT - timedelta(minutes=20), "stopped_at": AT - timedelta(minutes=15)}
    with pytest.raises(PermissionDenied):
        card.act("stop", data=moments, by=cast.section_officer, at=AT)
    card = card.act("stop", data=moments, by=cast.central_manager, at=AT)
    assert card.cell("stopped_at") == "令和8年11月25日 14:45"
    told = Notification.objects.filter(url=reverse("incidents:start"))
    assert {row.recipient for row in told} == {cast.colleague, cast.section_officer}
    assert all(row.urgent for row in told)


def test_a_destroyed_medium_or_card_stands_in_the_ledger_of_disposals_too(cast, stage):
    medium = enter("media", cast, stage)
    gone = {"disposed_at": AT, "disposed_by": "市民課 職員", "disposal_method": "destroy"}
    with pytest.raises(PermissionDenied):
        medium.act("dispose", data=gone, by=cast.clerk, at=AT)
    medium.act("dispose", data=gone, by=cast.section_officer, at=AT)
    disposal = LedgerEntry.objects.of("disposal").about(medium).get()
    assert disposal.cell("method") == "物理的に破壊"
    assert disposal.happened_at == AT


def test_a_day_that_comes_is_told_once_to_the_officer_of_the_section(cast, stage):
    medium = enter("media", cast, stage)
    medium = medium.act("lend", data={"holder": cast.colleague, "lent_for": "会議", "return_on": date(2026, 12, 1)}, by=cast.clerk, at=AT)
    assert medium.due_on == date(2026, 12, 1)
    assert remind_registers(at=AT) == 0
    late = AT + timedelta(days=7)
    assert remind_registers(at=late) == remind_registers(at=late) == 1
    assert mechanisms.keeping("ledger:media", at=AT).state == mechanisms.State.ACTIVE
    assert mechanisms.keeping("ledger:media", at=late).state == mechanisms.State.LATE
    assert Notification.objects.get(title__contains="媒体を返す日です").recipient == cast.section_officer
    medium.act("return", data={"erase_checked": True}, by=cast.clerk, at=late)
    medium.refresh_from_db()
    assert (medium.due_on, "holder" in medium.data) == (None, False)
    assert not LedgerEntry.objects.of("media").about(cast.colleague).exists()


def test_what_a_person_holds_by_the_ledgers_goes_onto_the_handover_list(cast, stage):
    key, lent = enter("user-id", cast, stage, person=cast.colleague), enter("media", cast, stage)
    lent.act("lend", data={"holder": cast.colleague, "lent_for": "会議", "return_on": AT.date()}, by=cast.clerk, at=AT)
    assert [row.clause for row in held(cast.colleague, AT.date())] == ["3.9.1.9", "3.10.2.2.1"]
    key.act("remove", data={"removed_on": AT.date(), "removal_reason": "異動"}, by=cast.clerk, at=AT)
    assert [row.label for row in held(cast.colleague, AT.date())] == [f"媒体の返却: R8-001 {lent.title}"]


def test_the_desk_of_the_officer_shows_the_row_whose_day_has_come(cast, stage):
    medium = enter("media", cast, stage)
    medium.act("lend", data={"holder": cast.colleague, "lent_for": "会議", "return_on": AT.date()}, by=cast.clerk, at=AT)
    of = {user: days_of_officer(RegisterReach.of(user, at=AT), at=AT) for user in cast.everyone()}
    assert {user for user, rows in of.items() if rows} == {cast.section_officer}
    assert of[cast.section_officer] == [medium]


# -- lists taken in ----------------------------------------------------------------------------------------------------
def test_a_list_is_tried_then_its_sound_rows_are_written_and_each_bad_row_is_told(cast, stage):
    lines = ["媒体の名前・登録番号,種類,中の情報の分類,保管場所,使うシステム,状態"]
    lines += [f"USB-{number:02d},USBメモリ,分類Ⅱ,金庫,S-0001,保管中" for number in range(1, 31)]
    lines += ["USB-31,絵本,分類Ⅱ,金庫,,", "USB-32,USBメモリ,分類Ⅴ,,S-0099,"]
    ledger = registry.get("media")
    read = table.read(ledger, "\n".join(lines).encode("cp932"), "媒体.csv")
    row = LedgerImport.read("media", read, department=cast.section, file_name="媒体.csv", by=cast.clerk, at=AT)
    assert not LedgerEntry.objects.exists()
    assert [(line["number"], len(line["faults"])) for line in row.wrong] == [(32, 1), (33, 3)]
    assert row.apply(by=cast.clerk, at=AT) == 30
    assert LedgerEntry.objects.of("media").about(stage.system).count() == 30
    assert Entry.objects.filter(verb="assets.ledger.imported").get().changes["count"] == 30
    with pytest.raises(InvalidTransition):
        row.apply(by=cast.clerk, at=AT)


def test_what_was_exported_can_be_taken_in_again_and_the_class_stands_in_the_name(cast, stage):
    enter("user-id", cast, stage, registered_on=date(2026, 4, 1))
    client = cast.client(cast.section_officer)
    take(client, "ledger.user-id", "xlsx")
    job = Job.objects.get(kind="exports.table")
    run_job(job.pk)
    result = JobResult.objects.get(job=job)
    assert "分類Ⅰ" in result.name
    with result.content.open() as content:
        line = table.read(registry.get("user-id"), io.BytesIO(content.read()).getvalue(), "x.xlsx")[0]
    assert line.cells["login_id"] == "IDの見本"
    assert line.cells["registered_on"] == "2026-04-01"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", "見出し\n1".encode(), "製品名,製品名\na,b".encode(), "製品名\n".encode()])
def test_a_file_that_is_no_list_is_told_as_a_whole(content):
    with pytest.raises(ValidationError):
        table.read(registry.get("software-licence"), content, "a.csv")
    with pytest.raises(ValidationError):
        table.read(registry.get("software-licence"), content, "a.xlsx")


# -- unused IDs --------------------------------------------------------------------------------------------------------
def test_unused_ids_are_answered_by_the_personnel_section_and_carried_out_before_the_round_ends(cast, stage):
    long_ago, lately = AT.date() - timedelta(days=300), AT.date() - timedelta(days=3)
    unused = enter("user-id", cast, stage, login_id="a", last_used_on=long_ago)
    enter("user-id", cast, stage, login_id="b", last_used_on=lately)
    gone = enter("user-id", cast, stage, login_id="c", person=cast.colleague, last_used_on=lately)
    moved = enter("shared-id", cast, stage, people=[cast.promoter], last_used_on=lately)
    later = AT + timedelta(days=40)
    User.objects.filter(pk=cast.colleague.pk).update(left_on=later.date() - timedelta(days=1))
    cast.promoter.appointments.filter(kind="main").update(until=later.date() - timedelta(days=2))
    make_appointment(cast.promoter, "bunsho-hosei.staff", since=later.date() - timedelta(days=1))

    with pytest.raises(PermissionDenied):
        IdCheck.begin(months=6, due_on=later.date(), by=cast.section_officer, at=later)
    check = IdCheck.begin(months=6, due_on=later.date(), by=cast.central_manager, at=later)
    lines = {line.entry: line for line in check.lines.all()}
    assert {entry: line.reason for entry, line in lines.items()} == {unused: "unused", gone: "left", moved: "moved"}
    assert Notification.objects.filter(recipient=cast.personnel, url=check.get_absolute_url()).exists()
    assert ids_to_answer(RegisterReach.of(cast.personnel, at=later)).get().waiting == 3
    assert not ids_to_answer(RegisterReach.of(cast.central_manager, at=later)).exists()
    with pytest.raises(PermissionDenied):
        lines[gone].reply("remove", by=cast.central_manager, at=later)
    lines[unused].reply("in_use", by=cast.personnel, at=later)
    lines[moved].reply("in_use", by=cast.personnel, at=later)
    with pytest.raises(InvalidTransition, match="回答を待っている"):
        check.close(by=cast.central_manager, at=later)
    lines[gone].reply("remove", note="退職", by=cast.personnel, at=later)
    assert Notification.objects.filter(recipient=cast.section_officer, url=gone.get_absolute_url()).exists()
    with pytest.raises(InvalidTransition, match="停止や抹消がまだ"):
        check.close(by=cast.central_manager, at=later)
    gone.act("remove", data={"removed_on": later.date(), "removal_reason": "退職"}, by=cast.clerk, at=later)
    rule = {"title": "使われていないIDの点検", "owner": "CENTRAL_MANAGER", "interval": "once", "anchor_on": later.date()}
    duty = Duty.ensure("unused-ids", at=later, **rule)
    assert check.close(by=cast.central_manager, at=later).closed_at == later
    assert duty.occurrences.get().done_by == cast.central_manager


# -- pages -------------------------------------------------------------------------------------------------------------
def test_a_list_asks_the_same_number_of_questions_for_one_row_as_for_many(cast, stage, django_assert_num_queries):
    client = cast.client(cast.section_officer)
    page = reverse("assets:ledger_list", args=["user-id"])
    enter("user-id", cast, stage)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for _ in range(12):
        enter("user-id", cast, stage)
    with django_assert_num_queries(len(few)):
        assert client.get(page).content.count(b"R8-0") >= 13


def test_entering_a_row_by_the_page_keeps_what_was_typed_and_tells_what_is_wrong(cast, stage):
    client = cast.client(cast.clerk)
    address = reverse("assets:ledger_new", args=["media"])
    typed = {"department": cast.section.pk, "label": "USB-01", "kind": "usb", "asset_class": "1", "place": "", "system": "S-0404"}
    answer = client.post(address, typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "USB-01" in page
    assert "一つに決まりません" in page
    answer = client.post(address, {**typed, "place": "金庫", "system": "S-0001"})
    entry = LedgerEntry.objects.get()
    assert answer.url == entry.get_absolute_url()
    assert entry.cell("system") == "S-0001 住民記録"
    act = reverse("assets:ledger_act", args=["media", entry.pk, "lend"])
    given = {"holder": cast.clerk.staff_number, "lent_for": "会議", "return_on_0": "R8", "return_on_1": "12", "return_on_2": "1"}
    given |= {f"return_on_{part}": text for part, text in (("year", "R8"), ("month", "12"), ("day", "1"))}
    assert client.post(act, given).status_code == 302
    assert "市民 花子" in client.get(entry.get_absolute_url()).content.decode()


def test_a_system_of_another_section_cannot_be_named_in_a_row(cast, stage):
    client = cast.client(cast.outsider_clerk)
    typed = {"department": cast.other_section.pk, "label": "x", "kind": "usb", "asset_class": "1", "place": "y", "system": "S-0001"}
    answer = client.post(reverse("assets:ledger_new", args=["media"]), typed)
    assert answer.status_code == 422
    assert "住民記録" not in answer.content.decode()
