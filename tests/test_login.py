"""How a person comes in, what keeps others out, and how the door closes (3.9.4, 3.10.2.6)."""

from datetime import date, timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.entrance import lockout
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.models import Entry

from .factory import make_user

PASSWORD = "kawa-no-nagare-2026"  # noqa: S105 – of the tests
LOGIN = "/login/"


@pytest.fixture
def person(db) -> User:
    return make_user("hanako", name="試験 花子", password=PASSWORD)


def log_in(client: Client, username: str = "hanako", password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def fail(client: Client, times: int, username: str = "hanako"):
    return [log_in(client, username, "chigau") for _ in range(times)][-1]


def is_in(client: Client) -> bool:
    return client.get("/password/").status_code == 200


def verbs_about(user: User) -> list[str]:
    return [entry.verb.removeprefix("accounts.user.") for entry in Entry.objects.about(user)]


def test_the_right_password_opens_the_desk_and_is_recorded(client, person):
    response = log_in(client)
    assert response["Location"] == reverse("desk")
    assert is_in(client)
    assert verbs_about(person) == ["logged_in"]


@pytest.mark.parametrize("typed", ["HANAKO", "ｈａｎａｋｏ", " hanako "])
def test_the_user_id_may_be_typed_full_width_or_in_capitals(client, person, typed):
    log_in(client, typed)
    assert is_in(client)


def test_a_refusal_does_not_tell_which_part_was_wrong(client, person):
    pages = [log_in(client, "hanako", "chigau"), log_in(client, "inai", PASSWORD)]
    for page in pages:
        assert "利用者IDかパスワードが違います" in page.content.decode()
    assert not is_in(client)


def test_a_failure_is_recorded_but_never_what_was_typed_for_an_unknown_id(client, person):
    fail(client, 1)
    fail(client, 1, "himitsu-no-kotoba")
    known, unknown = Entry.objects.filter(verb="accounts.user.login_failed").order_by("number")
    assert known.subject == person
    assert unknown.subject is None
    assert "himitsu" not in str(unknown.content())


def test_five_failures_lock_for_the_time_the_page_names_and_whom_to_call(client, person):
    response = fail(client, settings.AXES_FAILURE_LIMIT)
    page = response.content.decode()
    assert response.status_code == 429
    assert "15分" in page
    assert settings.PORTAL_CONTACT in page
    assert log_in(client).status_code == 429
    assert lockout.is_locked(person, at=timezone.now())
    assert verbs_about(person).count("locked") == 1
    assert verbs_about(person).count("login_failed") == settings.AXES_FAILURE_LIMIT


def test_the_lock_opens_by_itself_and_trying_meanwhile_does_not_lengthen_it(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fail(client, settings.AXES_FAILURE_LIMIT)
        clock.shift(timedelta(minutes=10))
        fail(client, 1)
        clock.shift(timedelta(minutes=5, seconds=1))
        assert not lockout.is_locked(person, at=timezone.now())
        log_in(client)
        assert is_in(client)


def test_other_spellings_browsers_and_addresses_open_no_second_count(person):
    for number, spelling in enumerate(["hanako", "HANAKO", "ｈａｎａｋｏ", "Hanako", "hanakO"]):
        log_in(Client(), spelling, "chigau", headers={"user-agent": f"browser {number}"}, REMOTE_ADDR=f"10.0.0.{number + 1}")
    assert log_in(Client(), REMOTE_ADDR="10.0.0.99").status_code == 429


def test_another_person_is_not_locked_out_with_the_first(client, person):
    make_user("jiro", password=PASSWORD)
    fail(client, settings.AXES_FAILURE_LIMIT)
    log_in(client, "jiro")
    assert is_in(client)


def test_an_administrator_can_open_the_lock(client, person):
    fail(client, settings.AXES_FAILURE_LIMIT)
    assert lockout.release(person) == 1
    log_in(client)
    assert is_in(client)


def test_success_forgets_the_failures(client, person):
    fail(client, settings.AXES_FAILURE_LIMIT - 1)
    log_in(client)
    assert not AccessAttempt.objects.exists()


def test_a_password_is_never_kept_with_a_failed_attempt(client, person):
    log_in(client, "hanako", "kimerareta-kagi")
    assert "kimerareta-kagi" not in AccessAttempt.objects.get().post_data


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_active": False}, "利用を停止しています"),
        ({"left_on": date(2020, 3, 31)}, "退職日（令和2年3月31日）を過ぎた"),
        ({"kind": User.Kind.OUTSIDE}, "契約の期間の外"),
    ],
)
def test_whoever_may_not_come_in_learns_why_only_with_the_right_password(client, person, fields, reason):
    User.objects.filter(pk=person.pk).update(**fields)
    assert reason in log_in(client).content.decode()
    assert reason not in log_in(client, password="chigau").content.decode()
    assert not is_in(client)


def test_the_desk_tells_the_last_log_in_and_log_out_and_the_failures_since(cast):
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save()
    client = Client()
    with time_machine.travel("2026-11-22 09:00+09:00") as clock:
        log_in(client, cast.clerk.username)
        clock.shift(timedelta(hours=1))
        client.post("/logout/")
        clock.shift(timedelta(hours=3))
        fail(client, 2, cast.clerk.username)
        log_in(client, cast.clerk.username)
        page = client.get("/").content.decode()
    assert "前回のログイン 令和8年11月22日(日) 09:00" in page
    assert "前回のログアウト 令和8年11月22日(日) 10:00" in page
    assert "パスワードの誤りが2回" in page


def test_log_out_is_a_post_ends_the_session_and_is_recorded(client, person):
    log_in(client)
    assert client.get("/logout/").status_code == 200
    assert is_in(client)
    response = client.post("/logout/")
    assert response["Clear-Site-Data"] == '"cache"'
    assert not is_in(client)
    assert not UserSession.objects.filter(user=person).exists()
    assert verbs_about(person) == ["logged_in", "logged_out"]


def test_the_idle_limit_ends_the_session_and_leads_back_afterwards(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        clock.shift(settings.SESSION_IDLE)
        response = client.get("/password/?a=1")
        assert response["Location"] == "/login/?ended=idle&next=%2Fpassword%2F%3Fa%3D1"
        assert "30分間操作がなかったため" in client.get(response["Location"]).content.decode()
        log_in_again = client.post(response["Location"], {"login": "hanako", "password": PASSWORD, "next": "/password/?a=1"})
        assert log_in_again["Location"] == "/password/?a=1"


def test_work_sets_the_idle_clock_back(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        for _ in range(4):
            clock.shift(settings.SESSION_IDLE - timedelta(minutes=1))
            assert is_in(client)


def test_polling_in_the_background_does_not_keep_a_session_alive(client, person):
    polling = {"HX-Request": "true", "X-Background": "1"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        for _ in range(3):
            clock.shift(settings.SESSION_IDLE / 4)
            assert client.get("/password/", headers=polling).status_code == 200
        clock.shift(settings.SESSION_IDLE / 4)
        assert client.get("/password/", headers=polling).status_code == 401
        assert not is_in(client)


def test_no_session_outlives_the_absolute_limit(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        for _ in range(int(settings.SESSION_ABSOLUTE / timedelta(minutes=20)) - 1):
            clock.shift(timedelta(minutes=20))
            assert is_in(client)
        clock.shift(timedelta(minutes=20))
        assert "ended=absolute" in client.get("/password/")["Location"]


def test_a_post_after_the_limit_leads_back_to_the_page_of_the_form(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        clock.shift(settings.SESSION_IDLE)
        response = client.post("/password/", {}, headers={"referer": "http://testserver/help/"})
        assert response["Location"].endswith("next=%2Fhelp%2F")


def test_the_way_back_never_leads_out_of_the_portal(client, person):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(client)
        clock.shift(settings.SESSION_IDLE)
        response = client.post("/password/", {}, headers={"referer": "https://evil.example/help/"})
        assert response["Location"].endswith("next=%2F")
    assert "evil" not in log_in_with_next(client, "https://evil.example/")["Location"]


def log_in_with_next(client: Client, target: str):
    return client.post(LOGIN, {"login": "hanako", "password": PASSWORD, "next": target})


def test_a_fragment_asked_without_a_session_gets_401_not_the_log_in_page(client, db):
    assert client.get("/", headers={"HX-Request": "true"}).status_code == 401
    assert client.get("/").status_code == 302


def test_who_leaves_loses_the_session_the_next_day(client, person):
    with time_machine.travel("2027-03-31 23:50+09:00", tick=False) as clock:
        log_in(client)
        User.objects.filter(pk=person.pk).update(left_on=date(2027, 3, 31))
        clock.shift(timedelta(minutes=5))
        assert is_in(client)
        clock.shift(timedelta(minutes=6))
        assert "ended=refused" in client.get("/password/")["Location"]


def change_password(client: Client, new: str, old: str = PASSWORD, again: str | None = None):
    return client.post("/password/", {"oldpassword": old, "password1": new, "password2": again or new})


def test_a_changed_password_ends_every_session_and_asks_for_a_new_log_in(client, person):
    other = Client()
    log_in(client)
    log_in(other)
    response = change_password(client, "atarashii-kagi-2026")
    assert response["Location"] == LOGIN
    assert not is_in(client)
    assert not is_in(other)
    log_in(client)
    assert not is_in(client)
    log_in(client, password="atarashii-kagi-2026")
    assert is_in(client)
    assert "password_changed" in verbs_about(person)


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("mijikai", None, "最低 12 文字"),
        ("123456789012", None, "言葉だけでできています"),
        (PASSWORD, None, "現在と同じパスワードは使えません"),
        ("atarashii-kagi-2026", "chigau-kagi-2026", "同じパスワード"),
    ],
)
def test_a_poor_password_is_refused_in_japanese(client, person, new, again, words):
    log_in(client)
    response = change_password(client, new, again=again)
    assert words in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_the_present_password_is_asked_for(client, person):
    log_in(client)
    assert "現在のパスワードが違います" in change_password(client, "atarashii-kagi-2026", old="chigau").content.decode()


def test_guessing_at_the_present_password_counts_like_failed_log_ins(client, person):
    log_in(client)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = change_password(client, "atarashii-kagi-2026", old="chigau")
    assert response.status_code == 429
    assert verbs_about(person).count("locked") == 1


def test_a_person_without_a_password_is_told_so(cast):
    assert cast.client(cast.clerk).get("/password/").status_code == 403


def test_a_password_given_by_another_must_be_changed_before_anything_else(client, person):
    User.objects.filter(pk=person.pk).update(must_change_password=True)
    log_in(client)
    assert client.get("/")["Location"] == "/password/"
    assert client.get("/help/log-in/").status_code == 200
    change_password(client, "atarashii-kagi-2026")
    log_in(client, password="atarashii-kagi-2026")
    assert client.get("/").status_code == 200


def test_only_what_the_portal_needs_of_allauth_has_an_address(client, db):
    for path in ("/signup/", "/password/reset/", "/email/", "/accounts/", "/accounts/signup/"):
        assert client.get(path).status_code == 404, path


def test_the_log_in_page_gives_no_hint_and_runs_no_inline_script(client, db):
    page = client.get(LOGIN).content.decode()
    assert "<script>" not in page
    assert " style=" not in page
    assert "忘れ" not in page


def test_a_session_is_kept_on_the_server_no_longer_than_the_absolute_limit(client, person):
    log_in(client)
    lasts = Session.objects.get().expire_date - timezone.now()
    assert lasts <= settings.SESSION_ABSOLUTE
