"""The personnel list: read, shown, applied whole or not at all, undone on its day."""

import csv
import hashlib
import io
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts import handover
from musashimurayama_isms.accounts.access import may_log_in
from musashimurayama_isms.accounts.due import apply_due_changes
from musashimurayama_isms.accounts.models import (
    Appointment,
    Department,
    Deputyship,
    HandoverItem,
    PersonnelChange,
    Post,
    RoleCode,
    User,
)
from musashimurayama_isms.accounts.personnel.file import MAX_BYTES, read
from musashimurayama_isms.accounts.reference import load
from musashimurayama_isms.accounts.standing import holder
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_appointment, make_deputyship, make_user

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
APRIL = date(2027, 4, 1)
MARCH = datetime(2027, 3, 20, 10, 0, tzinfo=TOKYO)
MORNING = datetime(2027, 4, 1, 8, 30, tzinfo=TOKYO)
HEADER = ["職員番号", "氏名", "カナ", "区分", "新所属", "新職", "発令日", "利用者ID"]
Status = PersonnelChange.Status


def sheet(*rows: list[str], header=HEADER, encoding: str = "utf-8-sig") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode(encoding)


def line(person: User, kind: str, department: str = "", post: str = "", day: str = "") -> list[str]:
    return [person.staff_number, person.name, "", kind, department, post, day, ""]


def upload(cast, *rows: list[str], on: date = APRIL) -> PersonnelChange:
    content = sheet(*rows)
    digest = hashlib.sha256(content).hexdigest()
    return PersonnelChange.upload(read(content), effective_on=on, file_name="異動.csv", file_digest=digest, by=cast.personnel, at=MARCH)


def applied(cast, *rows: list[str]) -> PersonnelChange:
    change = upload(cast, *rows)
    change.schedule(by=cast.personnel, at=MARCH)
    change.apply(by=cast.personnel, at=MORNING)
    return change


def problems(change: PersonnelChange) -> dict[int, list[str]]:
    return {row.number: row.problems for row in change.lines.all() if row.problems}


def organisation() -> list[tuple]:
    """Everything a list may touch, to be compared before and after."""
    return [
        *Appointment.objects.order_by("pk").values_list("pk", "person", "post", "kind", "since", "until", "note"),
        *Deputyship.objects.order_by("pk").values_list("pk", "deputy", "post", "since", "until"),
        *User.objects.order_by("pk").values_list("pk", "username", "staff_number", "left_on", "is_active", "password"),
        *HandoverItem.objects.order_by("pk").values_list("pk", "person", "label"),
    ]


# -- reading the file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_each_usual_encoding_is_read_and_leading_zeros_stay(encoding):
    (row,) = read(sheet(["000123", "髙橋 花子", "ﾀｶﾊｼ", "異動", "市民課", "職員", "", ""], encoding=encoding))
    assert row.number == 2
    assert row.cells["職員番号"] == "000123"
    assert row.cells["氏名"] == "髙橋 花子"


def test_full_width_numbers_become_half_width_and_blank_lines_are_left_out():
    content = "職員番号,氏名,区分,新所属,新職\r\n\r\n ００１２ ,花子,異動,市民課,職員\r\n,,,,\r\n"
    (row,) = read(content.encode())
    assert (row.number, row.cells["職員番号"]) == (3, "0012")


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "行がありません"),
        (b"\xff\xfe\x00\x81", "文字を読み取れません"),
        ("職員番号,氏名\n1,花子\n".encode(), "見出しに「区分」「新所属」「新職」がありません"),
        (sheet(["1"] * 9, header=[*HEADER, "住所"]), "見出し「住所」は使えません"),
        (sheet(["1"] * 9, header=[*HEADER, "新所属コード"]), "同じ見出し"),
        (sheet(), "見出しの下に行がありません"),
        ('職員番号,氏名,区分,新所属,新職\n"1,花子,異動,市民課,職員'.encode(), "引用符"),
        (b"x" * (MAX_BYTES + 1), "大きすぎます"),
        (sheet(["a\0b"] + [""] * 7), "文字を読み取れません"),
    ],
)
def test_a_file_that_cannot_be_a_list_says_why(content, word):
    with pytest.raises(ValidationError) as error:
        read(content)
    assert word in error.value.messages[0]


def test_a_row_with_too_few_or_too_many_columns_is_named_alone():
    content = "職員番号,氏名,区分,新所属,新職\n1,花子\n2,次郎,異動,市民課,職員,余り\n3,三郎,異動,市民課,職員\n".encode()
    assert [bool(row.fault) for row in read(content)] == [True, True, False]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_garbage_bytes_are_read_or_refused_never_a_traceback(content):
    try:
        rows = read(content)
    except ValidationError:
        return
    assert all(row.number > 1 for row in rows)


cell = st.one_of(
    st.sampled_from(
        ["", "000123", "花子", "異動", "採用", "退職", "兼務", "兼務解除", "市民課", "shimin-ka", "課長", "職員", "2027-04-01", "=1+1"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cell, min_size=0, max_size=10), max_size=6))
def test_garbage_rows_never_change_anything_and_never_fall_over(cast, rows):
    before = organisation()
    try:
        parsed = read(sheet(*rows))
    except (ValidationError, UnicodeEncodeError):
        return
    change = PersonnelChange.upload(parsed, effective_on=APRIL, file_name="x", file_digest="0" * 64, by=cast.personnel, at=MARCH)
    try:
        change.schedule(by=cast.personnel, at=MARCH)
        change.apply(by=cast.personnel, at=MORNING)
        change.undo(by=cast.personnel, at=MORNING)
    except InvalidTransition:
        assert problems(change)
    assert organisation() == before


# -- what each row does, in words ------------------------------------------------------------------------------------


def test_a_move_is_told_in_words(cast):
    change = upload(cast, line(cast.clerk, "異動", "総務部職員課", "係長"))
    assert change.lines.get().words == "市民 花子さん: 市民部市民課 職員 → 総務部職員課 係長"
    assert problems(change) == {}


def test_every_kind_has_its_words(cast):
    change = upload(
        cast,
        ["000777", "新人 一子", "シンジン", "採用", "shimin-ka", "職員", "", "shinjin"],
        line(cast.colleague, "昇任", "市民課", "係長"),
        line(cast.clerk, "兼務", "職員課", "職員"),
        line(cast.outsider_clerk, "退職"),
        line(cast.promoter, "異動", "職員課", "職員"),
    )
    words = [row.words for row in change.lines.all()]
    assert words == [
        "新人 一子さん: 採用 → 市民部市民課 職員",
        "市民 次郎さん: 市民部市民課 職員 → 市民部市民課 係長",
        "市民 花子さん: 兼務 総務部職員課 職員",
        "文書 法子さん: 退職（最終日 令和9年3月31日） 総務部文書法制課 職員",
        "推進 一郎さん: 市民部市民課 職員 → 総務部職員課 職員（情報化推進員の指名は終わります）",
    ]
    assert problems(change) == {}


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["", "花子", "", "異動", "市民課", "係長", "", ""], "職員番号がありません"),
        (["404404", "花子", "", "異動", "市民課", "係長", "", ""], "登録されていません"),
        (["CLERK", "別人", "", "異動", "市民課", "係長", "", ""], "氏名が違います"),
        (["CLERK", "市民花子", "", "転職", "市民課", "係長", "", ""], "区分「転職」は使えません"),
        (["CLERK", "市民花子", "", "異動", "月面課", "係長", "", ""], "新所属「月面課」が見つかりません"),
        (["CLERK", "市民花子", "", "異動", "", "係長", "", ""], "新所属がありません"),
        (["CLERK", "市民花子", "", "異動", "市民課", "係長補佐", "", ""], "市民部市民課に新職「係長補佐」がありません"),
        (["CLERK", "市民花子", "", "異動", "市民課", "課長", "", ""], "市民 課長さんがいます"),
        (["CLERK", "市民花子", "", "異動", "市民課", "職員", "", ""], "すでに市民部市民課 職員です"),
        (["CLERK", "市民花子", "", "異動", "市民課", "係長", "2027-02-30", ""], "発令日「2027-02-30」を読み取れません"),
        (["CLERK", "市民花子", "", "異動", "市民課", "係長", "2027-04-02", ""], "発令日は"),
        (["CLERK", "市民花子", "", "兼務解除", "市民課", "係長", "", ""], "兼務していません"),
        (["CLERK", "市民花子", "", "採用", "市民課", "係長", "", "new"], "すでに登録されています"),
        (["777", "新人", "", "採用", "市民課", "係長", "", ""], "利用者IDが必要です"),
        (["777", "新人", "", "採用", "市民課", "係長", "", "clerk"], "利用者ID clerk はすでに使われています"),
    ],
)
def test_a_bad_row_is_named_with_its_reason(cast, row, word):
    if row[0] == "CLERK":
        row = [cast.clerk.staff_number, *row[1:]]
    change = upload(cast, line(cast.colleague, "昇任", "市民課", "係長"), row)
    assert list(problems(change)) == [3]
    assert word in problems(change)[3][0]
    with pytest.raises(InvalidTransition, match="1行に誤り"):
        change.schedule(by=cast.personnel, at=MARCH)


def test_the_same_person_twice_is_named_on_both_lines(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"), line(cast.clerk, "異動", "文書法制課", "職員"))
    assert set(problems(change)) == {2, 3}


def test_the_same_post_twice_under_its_code_and_its_name_is_found(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"), line(cast.clerk, "兼務", "shokuin", "職員"))
    assert set(problems(change)) == {2, 3}


def test_two_newcomers_for_one_chair_are_both_named(cast):
    change = upload(
        cast,
        line(cast.section_officer, "異動", "職員課", "係長"),
        line(cast.clerk, "昇任", "市民課", "課長"),
        line(cast.colleague, "昇任", "市民課", "課長"),
    )
    assert set(problems(change)) == {3, 4}


def test_a_section_name_that_two_divisions_share_must_be_written_in_full(cast):
    Department.objects.create(code="x", name="市民課", kind="section", parent=cast.other_section.parent, since=date(2020, 4, 1))
    change = upload(cast, line(cast.outsider_clerk, "異動", "市民課", "係長"))
    assert "複数あります" in problems(change)[2][0]
    assert problems(upload(cast, line(cast.outsider_clerk, "異動", "市民部市民課", "係長"))) == {}


def test_an_appointment_of_the_same_day_cannot_be_ended_before_it_began(cast):
    Appointment.objects.filter(person=cast.clerk).update(since=APRIL)
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"))
    assert "終えられません" in problems(change)[2][0]


def test_the_plan_asks_the_same_number_of_questions_for_one_and_for_sixty_rows(cast, django_assert_max_num_queries):
    people = [make_user() for _ in range(60)]
    for person in people:
        make_appointment(person, "shimin-ka.staff")
    with django_assert_max_num_queries(30):
        change = upload(cast, *(line(person, "異動", "職員課", "職員") for person in people))
    assert change.lines.count() == 60


# -- applying ---------------------------------------------------------------------------------------------------------


def test_a_chair_that_one_row_vacates_is_free_for_another(cast):
    applied(cast, line(cast.section_officer, "異動", "職員課", "係長"), line(cast.clerk, "昇任", "市民課", "課長"))
    assert holder(RoleCode.SECTION_OFFICER, on=APRIL, department=cast.section) == cast.clerk
    assert holder(RoleCode.SECTION_OFFICER, on=APRIL - timedelta(days=1), department=cast.section) == cast.section_officer


def test_two_chiefs_who_change_places_do_so_in_one_list(cast):
    applied(cast, line(cast.section_officer, "異動", "職員課", "課長"), line(cast.personnel, "異動", "市民課", "課長"))
    assert holder(RoleCode.SECTION_OFFICER, on=APRIL, department=cast.section) == cast.personnel
    assert holder(RoleCode.PERSONNEL, on=APRIL) == cast.section_officer


def test_a_newcomer_gets_an_account_without_password(cast):
    applied(cast, ["000777", "新人 一子", "シンジン イチコ", "採用", "市民課", "職員", "", "shinjin"])
    newcomer = User.objects.get(username="shinjin")
    assert (newcomer.staff_number, newcomer.must_change_password) == ("000777", True)
    assert not newcomer.has_usable_password()
    assert newcomer.appointments.get().since == APRIL


def test_a_leaver_loses_access_and_running_sessions_the_same_day(cast):
    browser = cast.client(cast.clerk)
    assert browser.get("/organisation/").status_code == 200
    applied(cast, line(cast.clerk, "退職"))
    cast.clerk.refresh_from_db()
    assert cast.clerk.left_on == date(2027, 3, 31)
    assert "退職日" in may_log_in(cast.clerk, on=APRIL)
    assert browser.get("/organisation/").status_code == 302
    assert Appointment.objects.get(person=cast.clerk).until == date(2027, 3, 31)


def test_a_last_day_written_in_the_row_is_kept(cast):
    applied(cast, line(cast.clerk, "退職", day="2027/4/1"))
    cast.clerk.refresh_from_db()
    assert cast.clerk.left_on == APRIL
    assert may_log_in(cast.clerk, on=APRIL) is None


def test_a_move_ends_what_was_named_in_the_old_section_and_deputyships_there(cast):
    make_deputyship("shimin-ka.head", cast.promoter)
    old = make_deputyship("shimin-ka.head", cast.promoter, since=date(2021, 4, 1), until=date(2022, 3, 31))
    applied(cast, line(cast.promoter, "異動", "職員課", "職員"))
    assert holder(RoleCode.PROMOTER, on=APRIL, department=cast.section) is None
    assert not Deputyship.objects.in_force(APRIL).filter(deputy=cast.promoter).exists()
    old.refresh_from_db()
    assert old.until == date(2022, 3, 31)


def test_a_promotion_in_the_section_keeps_the_naming(cast):
    applied(cast, line(cast.promoter, "昇任", "市民課", "係長"))
    assert holder(RoleCode.PROMOTER, on=APRIL, department=cast.section) == cast.promoter


def test_a_second_post_begins_and_ends_beside_the_main_one(cast):
    applied(cast, line(cast.clerk, "兼務", "職員課", "職員"))
    assert cast.clerk.appointments.filter(until=None).count() == 2
    later = upload(cast, line(cast.clerk, "兼務解除", "職員課", "職員"), on=date(2027, 10, 1))
    later.schedule(by=cast.personnel, at=MORNING)
    later.apply(by=cast.personnel, at=datetime(2027, 10, 1, 9, 0, tzinfo=TOKYO))
    assert cast.clerk.appointments.get(until=None).post.code == "shimin-ka.staff"


def test_nothing_happens_before_the_day(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"))
    change.schedule(by=cast.personnel, at=MARCH)
    before = organisation()
    with pytest.raises(InvalidTransition, match="令和9年4月1日"):
        change.apply(by=cast.personnel, at=MARCH)
    assert organisation() == before


def test_the_daily_run_applies_what_is_due_also_days_later_and_only_once(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"))
    change.schedule(by=cast.personnel, at=MARCH)
    assert apply_due_changes(at=MARCH) == 0
    assert apply_due_changes(at=MORNING + timedelta(days=3)) == 1
    assert apply_due_changes(at=MORNING + timedelta(days=4)) == 0
    assert Appointment.objects.get(person=cast.clerk, until=None).since == APRIL
    change.refresh_from_db()
    assert (change.status, change.applied_by) == (Status.APPLIED, None)


def test_a_list_that_no_longer_fits_is_left_whole_and_the_next_one_still_runs(cast):
    stuck = upload(cast, line(cast.colleague, "異動", "職員課", "職員"), line(cast.clerk, "異動", "職員課", "職員"))
    stuck.schedule(by=cast.personnel, at=MARCH)
    fine = upload(cast, line(cast.outsider_clerk, "異動", "職員課", "職員"))
    fine.schedule(by=cast.personnel, at=MARCH)
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    before = list(Appointment.objects.filter(person__in=[cast.colleague, cast.clerk]).values())
    assert apply_due_changes(at=MORNING) == 1
    stuck.refresh_from_db()
    assert stuck.status == Status.WAITING
    assert list(Appointment.objects.filter(person__in=[cast.colleague, cast.clerk]).values()) == before
    assert apply_due_changes(at=MORNING + timedelta(hours=1)) == 0
    assert Entry.objects.about(stuck).filter(verb="accounts.personnel_change.failed").count() == 1
    assert apply_due_changes(at=MORNING + timedelta(days=1)) == 0
    assert Entry.objects.about(stuck).filter(verb="accounts.personnel_change.failed").count() == 2


def test_only_the_personnel_section_and_administrators_may(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"))
    for person in (cast.clerk, cast.ciso, cast.central_manager, cast.general_manager):
        with pytest.raises(PermissionDenied):
            change.schedule(by=person, at=MARCH)
        assert not PersonnelChange.objects.visible_to(person, at=MARCH).exists()
    change.schedule(by=cast.administrator, at=MARCH)
    assert change.status == Status.WAITING


def test_a_list_goes_only_the_ways_it_may(cast):
    change = applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    for act in (change.schedule, change.apply, change.discard):
        with pytest.raises(InvalidTransition):
            act(by=cast.personnel, at=MORNING)
    change.undo(by=cast.personnel, at=MORNING)
    for act in (change.schedule, change.apply, change.discard, change.undo):
        with pytest.raises(InvalidTransition):
            act(by=cast.personnel, at=MORNING)


def test_the_trail_keeps_each_step_with_count_and_digest(cast):
    change = applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    change.undo(by=cast.personnel, at=MORNING)
    entries = list(Entry.objects.about(change))
    assert [entry.verb.rsplit(".", 1)[1] for entry in entries] == ["uploaded", "scheduled", "applied", "undone"]
    assert entries[2].changes == {"count": 1, "digest": change.file_digest}


# -- undoing ----------------------------------------------------------------------------------------------------------


def everything(cast) -> list[list[str]]:
    return [
        ["000777", "新人 一子", "シンジン", "採用", "市民課", "職員", "", "shinjin"],
        line(cast.section_officer, "退職"),
        line(cast.promoter, "異動", "職員課", "職員"),
        line(cast.clerk, "昇任", "市民課", "課長"),
        line(cast.colleague, "兼務", "職員課", "係長"),
    ]


def test_undo_on_the_day_restores_everything_exactly(cast):
    load("handover_items.json")
    make_deputyship("shimin-ka.head", cast.promoter)
    before = organisation()
    change = applied(cast, *everything(cast))
    assert organisation() != before
    assert HandoverItem.objects.exists()
    change.undo(by=cast.personnel, at=MORNING + timedelta(hours=9))
    assert organisation() == before
    assert change.status == Status.UNDONE


def test_a_corrected_list_can_follow_an_undone_one(cast):
    applied(cast, *everything(cast)).undo(by=cast.personnel, at=MORNING)
    applied(cast, *everything(cast))
    assert User.objects.filter(username="shinjin").count() == 1


def test_the_next_day_it_is_too_late(cast):
    change = applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    midnight = datetime(2027, 4, 2, 0, 0, tzinfo=TOKYO)
    assert change.can_undo(at=midnight - timedelta(seconds=1))
    assert not change.can_undo(at=midnight)
    with pytest.raises(InvalidTransition, match="当日だけ"):
        change.undo(by=cast.personnel, at=midnight)


def refuses_to_undo(cast, change: PersonnelChange, word: str) -> None:
    before = organisation()
    with pytest.raises(InvalidTransition, match=word):
        change.undo(by=cast.personnel, at=MORNING)
    assert organisation() == before
    change.refresh_from_db()
    assert change.status == Status.APPLIED


def test_undo_is_refused_when_the_new_appointment_was_changed(cast):
    change = applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    Appointment.objects.filter(person=cast.clerk, until=None).update(until=date(2027, 4, 30))
    refuses_to_undo(cast, change, "変更されています")


def test_undo_is_refused_when_somebody_else_has_the_chair(cast):
    change = applied(cast, line(cast.section_officer, "異動", "職員課", "係長"))
    make_appointment(cast.colleague, "shimin-ka.head", since=APRIL)
    refuses_to_undo(cast, change, "就いています")


def test_undo_is_refused_when_the_newcomer_has_logged_in(cast):
    change = applied(cast, ["000777", "新人 一子", "", "採用", "市民課", "職員", "", "shinjin"])
    User.objects.filter(username="shinjin").update(last_login=MORNING)
    refuses_to_undo(cast, change, "ログインしています")


def test_undo_is_refused_when_the_newcomer_is_already_a_deputy(cast):
    change = applied(cast, ["000777", "新人 一子", "", "採用", "市民課", "職員", "", "shinjin"])
    make_deputyship("shimin-ka.head", User.objects.get(username="shinjin"))
    refuses_to_undo(cast, change, "使った記録")


def test_undo_is_refused_when_the_hand_over_has_begun(cast):
    load("handover_items.json")
    change = applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    HandoverItem.objects.filter(change=change).first().settle("returned", by=cast.section_officer, at=MORNING)
    refuses_to_undo(cast, change, "引継ぎの確認")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_applied_is_undone_exactly(cast, data):
    """Any mix of rows: either it is refused and nothing changed, or undoing gives back every row as it was."""
    people = [cast.clerk, cast.colleague, cast.section_officer, cast.promoter, cast.outsider_clerk, cast.personnel, cast.general_manager]
    row = st.tuples(
        st.sampled_from(people),
        st.sampled_from(["異動", "昇任", "兼務", "兼務解除", "退職"]),
        st.sampled_from(["市民課", "職員課", "文書法制課", "企画財政部"]),
        st.sampled_from(["課長", "係長", "職員", "部長"]),
        st.sampled_from(["", "", "2027-03-31"]),
    )
    before = organisation()
    change = upload(cast, *(line(*each) for each in data.draw(st.lists(row, min_size=1, max_size=5))))
    try:
        change.schedule(by=cast.administrator, at=MARCH)
    except InvalidTransition:
        assert problems(change)
    else:
        change.apply(by=cast.administrator, at=MORNING)
        assert_nobody_shares_a_chair()
        change.undo(by=cast.administrator, at=MORNING)
    assert organisation() == before


def assert_nobody_shares_a_chair() -> None:
    for post in Post.objects.filter(is_single=True).prefetch_related("appointments"):
        spans = sorted((row.since, row.until or date.max) for row in post.appointments.all())
        assert all(earlier[1] < later[0] for earlier, later in zip(spans, spans[1:], strict=False)), post


# -- the hand-over list ------------------------------------------------------------------------------------------------


def test_a_mover_gets_the_standard_list_and_what_was_given_up(cast):
    load("handover_items.json")
    applied(cast, line(cast.promoter, "異動", "職員課", "職員"))
    labels = list(HandoverItem.objects.filter(person=cast.promoter).values_list("label", flat=True))
    assert "鍵（執務室・書庫・キャビネット・管理区域）" in labels
    assert "役割の引継ぎ: 情報化推進員（市民部市民課 情報化推進員）" in labels
    assert not any("漏らさない" in label for label in labels)


def test_a_leaver_s_list_has_the_line_on_secrecy_and_a_change_of_desk_has_no_list(cast):
    load("handover_items.json")
    applied(cast, line(cast.clerk, "退職"), line(cast.colleague, "昇任", "市民課", "係長"))
    assert HandoverItem.objects.filter(person=cast.clerk, label__contains="漏らさない").exists()
    assert not HandoverItem.objects.filter(person=cast.colleague).exists()


def test_a_higher_floor_adds_what_the_person_holds(cast, monkeypatch):
    monkeypatch.setattr(handover, "_sources", [])
    handover.register_holdings(lambda user, on: [handover.Holding(f"USBメモリ 第7号（{on:%m/%d}）", "3.9.1.5")])
    applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    item = HandoverItem.objects.get(person=cast.clerk)
    assert (item.label, item.clause, item.department) == ("USBメモリ 第7号（04/01）", "3.9.1.5", cast.section)


def test_the_former_chief_or_the_division_confirms_and_nobody_else(cast):
    load("handover_items.json")
    applied(cast, line(cast.clerk, "異動", "職員課", "職員"))
    first, second = HandoverItem.objects.filter(person=cast.clerk)[:2]
    for person in (cast.clerk, cast.colleague, cast.outsider_officer, cast.personnel, cast.administrator, cast.ciso):
        with pytest.raises(PermissionDenied):
            first.settle("returned", by=person, at=MORNING)
    first.settle("returned", by=cast.section_officer, at=MORNING)
    second.settle("none", by=cast.division_officer, at=MORNING)
    assert (first.returned_on, first.confirmed_by, second.status) == (APRIL, cast.section_officer, "none")
    with pytest.raises(InvalidTransition):
        first.settle("none", by=cast.section_officer, at=MORNING)
    first.settle("open", by=cast.section_officer, at=MORNING)
    assert (first.returned_on, first.confirmed_by) == (None, None)


def test_a_chief_who_moves_is_confirmed_by_the_successor(cast):
    load("handover_items.json")
    applied(cast, line(cast.section_officer, "異動", "職員課", "係長"), line(cast.clerk, "昇任", "市民課", "課長"))
    item = HandoverItem.objects.filter(person=cast.section_officer).first()
    assert item.can_settle(cast.clerk, at=MORNING)
    assert not item.can_settle(cast.section_officer, at=MORNING)


# -- at the same moment ------------------------------------------------------------------------------------------------


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_lists_applied_at_the_same_moment_never_seat_two_on_one_chair(cast):
    """Both lists fit when they are looked at; the second to come waits for the first and then no longer fits."""
    Appointment.objects.filter(person=cast.section_officer).update(until=date(2027, 3, 31))
    lists = [upload(cast, line(person, "昇任", "市民課", "課長")) for person in (cast.clerk, cast.colleague)]
    for change in lists:
        change.schedule(by=cast.personnel, at=MARCH)
    start, told = threading.Barrier(2), []

    def apply(change: PersonnelChange) -> None:
        try:
            start.wait()
            change.apply(by=None, at=MORNING)
            told.append("applied")
        except InvalidTransition:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=apply, args=[change]) for change in lists]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["applied", "refused"]
    assert_nobody_shares_a_chair()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_presses_on_apply_do_it_once(cast):
    change = upload(cast, line(cast.clerk, "異動", "職員課", "職員"))
    change.schedule(by=cast.personnel, at=MARCH)
    start, told = threading.Barrier(2), []

    def press() -> None:
        try:
            start.wait()
            PersonnelChange.objects.get(pk=change.pk).apply(by=None, at=MORNING)
        except InvalidTransition:
            told.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == ["refused"]
    assert cast.clerk.appointments.count() == 2
