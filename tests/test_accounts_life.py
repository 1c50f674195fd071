"""Joiners, movers, leavers and whoever must be stopped at once: the account follows the person (3.10.2.2)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from musashimurayama_isms import tables
from musashimurayama_isms.accounts.due import note_unused_ids
from musashimurayama_isms.accounts.models import Account, EmergencyLock, PersonnelChange, RoleCode, User
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_appointment, make_user
from .test_factors import is_in, log_in, told, with_password

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
REASON = "暗証を知られたおそれ"


def lock(cast, person=None, *, by=None) -> EmergencyLock:
    return EmergencyLock.set(person or cast.clerk, reason=REASON, by=by or cast.section_officer, at=timezone.now())


# -- the emergency lock ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["section_officer", "central_manager", "general_manager", "ciso", "administrator"])
def test_the_own_chief_and_who_answers_incidents_lock_at_once(cast, name):
    client = log_in(with_password(cast.clerk))
    assert is_in(client)
    lock(cast, by=getattr(cast, name))
    assert not is_in(client)
    assert not is_in(log_in(cast.clerk))


@pytest.mark.parametrize("name", ["colleague", "division_officer", "outsider_officer", "auditor", "clerk"])
def test_nobody_else_locks_and_nobody_the_own_account(cast, name):
    with pytest.raises(PermissionDenied):
        lock(cast, by=getattr(cast, name))
    with pytest.raises(PermissionDenied):
        lock(cast, cast.administrator, by=cast.administrator)


def test_a_lock_is_told_recorded_without_its_reason_and_the_post_falls_to_others(cast):
    lock(cast, cast.section_officer, by=cast.central_manager)
    assert "利用者が緊急停止されました" in told(cast.administrator)
    assert REASON not in str([entry.content() for entry in Entry.objects.all()])
    assert not Notification.objects.filter(body__contains=REASON).exists()
    assert not acting(RoleCode.SECTION_OFFICER, at=timezone.now(), department=cast.section)


def test_opening_again_takes_another_person_and_the_old_password_is_gone(cast):
    with_password(cast.clerk)
    row = lock(cast, by=cast.administrator)
    for name in ("administrator", "section_officer", "clerk"):
        with pytest.raises(PermissionDenied):
            row.release(reason="確認済み", by=getattr(cast, name), at=timezone.now())
    row.release(reason="確認済み", by=cast.central_manager, at=timezone.now())
    assert not is_in(log_in(cast.clerk))
    password = Account.objects.get(pk=cast.clerk.pk).issue_password(by=cast.administrator, at=timezone.now())
    client = Client()
    client.post("/login/", {"login": "clerk", "password": password})
    assert client.get("/")["Location"] == "/password/"
    with pytest.raises(InvalidTransition):
        row.release(reason="もう一度", by=cast.ciso, at=timezone.now())


def test_the_plain_opening_is_no_way_round_a_lock(cast):
    lock(cast)
    with pytest.raises(InvalidTransition, match="緊急停止"):
        Account.objects.get(pk=cast.clerk.pk).open_again(by=cast.administrator, at=timezone.now())


def test_a_closed_account_is_not_locked_again(cast):
    lock(cast)
    with pytest.raises(InvalidTransition):
        lock(cast, by=cast.central_manager)


def test_the_page_keeps_what_was_typed_and_locks_by_one_button(cast):
    client = cast.client(cast.section_officer)
    assert "緊急停止する" in client.get(cast.clerk.get_absolute_url()).content.decode()
    assert "理由" in client.post(f"/organisation/people/{cast.clerk.pk}/lock/", {"reason": ""}).content.decode()
    answer = client.post(f"/organisation/people/{cast.clerk.pk}/lock/", {"reason": REASON})
    assert REASON in client.get(answer["Location"]).content.decode()
    assert "緊急停止する" not in cast.client(cast.colleague).get(cast.promoter.get_absolute_url()).content.decode()


# -- sessions end with the account -------------------------------------------------------------------------------------


def test_closing_an_account_ends_its_sessions(cast):
    client = cast.client(cast.clerk)
    Account.objects.get(pk=cast.clerk.pk).close(by=cast.administrator, at=timezone.now())
    assert not is_in(client)


def changed(cast, words: str, *, on) -> None:
    """A personnel list of one row, applied at once."""
    change = PersonnelChange.upload(
        read(words.encode()), effective_on=on, file_name="異動.csv", file_digest="0" * 64, by=cast.personnel, at=timezone.now()
    )
    change.schedule(by=cast.personnel, at=timezone.now())
    change.apply(by=cast.personnel, at=timezone.now())


def test_a_leaver_is_out_the_day_after_the_last_one_and_a_joiner_waits_for_a_password(cast):
    with time_machine.travel("2027-04-01 09:00+09:00", tick=False):
        client = log_in(with_password(cast.clerk))
        changed(cast, f"職員番号,氏名,区分,新所属,新職\n{cast.clerk.staff_number},{cast.clerk.name},退職,,\n", on=day_of(timezone.now()))
        assert not is_in(client)
        assert not is_in(log_in(cast.clerk))
        words = "職員番号,氏名,カナ,利用者ID,区分,新所属,新職\n777001,新人 太郎,シンジン タロウ,shinjin,採用,市民課,職員\n"
        changed(cast, words, on=day_of(timezone.now()))
        newcomer = Account.objects.get(username="shinjin")
        assert not newcomer.has_usable_password()
        page = cast.client(cast.administrator).get("/organisation/users/?state=new").content.decode()
        assert "新人 太郎" in page


def test_a_mover_keeps_the_account_and_loses_the_hat(cast):
    with time_machine.travel("2027-04-01 09:00+09:00", tick=False):
        client = cast.client(cast.section_officer)
        row = f"{cast.section_officer.staff_number},{cast.section_officer.name},異動,文書法制課,職員"
        changed(cast, f"職員番号,氏名,区分,新所属,新職\n{row}\n", on=day_of(timezone.now()))
        assert is_in(client)
        assert not acting(RoleCode.SECTION_OFFICER, at=timezone.now(), department=cast.section)


# -- unused IDs --------------------------------------------------------------------------------------------------------


def used(user: User, *, days: int) -> User:
    User.objects.filter(pk=user.pk).update(last_login=NOW - timedelta(days=days))
    return user


@pytest.fixture
def at_work(cast):
    """Everybody came in yesterday."""
    User.objects.update(last_login=NOW - timedelta(days=1))
    return cast


def test_an_id_is_unused_after_the_days_the_city_has_chosen_and_a_new_one_as_well(at_work):
    used(at_work.clerk, days=91)
    used(at_work.colleague, days=89)
    never = make_user()
    User.objects.filter(pk=never.pk).update(date_joined=NOW - timedelta(days=120))
    closed = used(make_user(is_active=False), days=500)
    found = Account.objects.unused(on=day_of(NOW))
    assert {user.pk for user in found} == {at_work.clerk.pk, never.pk}
    assert closed.pk not in {user.pk for user in found}


def test_unused_ids_are_told_once_a_month_to_who_checks_them(at_work):
    used(at_work.clerk, days=120)
    assert note_unused_ids(at=NOW) == 1
    assert note_unused_ids(at=NOW + timedelta(days=3)) == 0
    assert told(at_work.administrator) == ["使われていない利用者IDが1件あります"]
    assert told(at_work.central_manager) == ["使われていない利用者IDが1件あります"]
    assert note_unused_ids(at=NOW + timedelta(days=10)) > 0
    assert len(told(at_work.administrator)) == 2


def test_nothing_is_told_where_every_id_is_used(at_work):
    assert note_unused_ids(at=NOW) == 0
    assert not told(at_work.administrator)


def test_the_list_of_unused_ids_leaves_as_a_table_with_the_section_that_knows_why(at_work):
    used(at_work.clerk, days=91)
    sheet = tables.find("accounts.unused").opened(tables.Asked(at_work.administrator, QueryDict(), NOW))
    lines = [[column.of(row) for column in sheet.columns] for row in sheet.draw(list(sheet.rows))]
    assert lines
    assert len(lines) == Account.objects.unused(on=day_of(NOW)).count()
    assert any("市民課" in str(line[3]) for line in lines)
    with pytest.raises(Http404):
        tables.find("accounts.unused").opened(tables.Asked(at_work.clerk, QueryDict(), NOW))


def test_the_list_of_unused_ids_asks_the_database_as_often_whatever_it_holds(cast):
    def fill(number: int) -> None:
        for _ in range(number):
            make_appointment(used(make_user(), days=3000), "shimin-ka.staff")

    client = cast.client(cast.central_manager)
    fill(2)
    client.get("/organisation/users/unused/")
    with CaptureQueriesContext(connection) as few:
        client.get("/organisation/users/unused/")
    fill(8)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/organisation/users/unused/").content.decode()
    assert page.count("市民部市民課") >= 10
    assert len(many) == len(few)
