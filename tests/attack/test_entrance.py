"""Attacks on the door: a session laid under, a way out of the portal, a forged host, a guess at who has an ID."""

import logging
from urllib.parse import urljoin, urlsplit

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

from tests.factory import make_user

PASSWORD = "kawa-no-nagare-2026"
LOGIN = "/login/"
OUTSIDE = [
    "https://evil.example/", "//evil.example/", "///evil.example", "/\\evil.example/", "\\\\evil.example", "http:evil.example",
    "https:///evil.example", "javascript:alert(1)", "data:text/html,x", "\t//evil.example", "/\t/evil.example", " //evil.example",
    "//testserver@evil.example/", "http://testserver.evil.example/", "／／evil.example", "//evil。example", "/%0d%0aLocation://evil.example",
    "https://evil.example\\@testserver/", "http://[::1", "\x00//evil.example",
]  # fmt: skip


@pytest.fixture
def person(db):
    return make_user("hanako", name="試験 花子", password=PASSWORD)


def log_in(client: Client, **fields):
    return client.post(LOGIN, {"login": "hanako", "password": PASSWORD, **fields})


def stays(location: str) -> bool:
    """Whether a browser that is on the log-in page stays in the portal with this answer."""
    return urlsplit(urljoin(f"http://testserver{LOGIN}", location.replace("\\", "/"))).netloc == "testserver"


def test_a_session_laid_under_before_log_in_is_not_the_one_after_it(client, person):
    """Session fixation: the key that the attacker knows opens nothing, before and after."""
    laid = SessionStore()
    laid["mark"] = "of the attacker"
    laid.create()
    client.cookies["isms_session"] = laid.session_key
    log_in(client)
    assert client.cookies["isms_session"].value != laid.session_key
    other = Client()
    other.cookies["isms_session"] = laid.session_key
    assert other.get("/password/").status_code == 302
    assert not SessionStore().exists(laid.session_key)


def test_a_key_that_the_portal_never_gave_is_not_taken_over(client, person):
    client.cookies["isms_session"] = "a" * 32
    log_in(client)
    assert client.cookies["isms_session"].value != "a" * 32


def test_the_cookies_are_for_the_server_alone_and_for_this_site(client, person):
    log_in(client)
    for name in ("isms_session", "csrftoken"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


def test_a_session_of_before_the_log_out_is_dead(client, person):
    log_in(client)
    kept = client.cookies["isms_session"].value
    client.post("/logout/")
    client.cookies["isms_session"] = kept
    assert client.get("/password/").status_code == 302


@pytest.mark.parametrize("target", OUTSIDE)
def test_log_in_never_leads_out_of_the_portal(client, person, target):
    assert stays(log_in(client, next=target)["Location"])
    assert client.get("/password/").status_code == 200


@pytest.mark.parametrize("target", OUTSIDE)
def test_who_is_logged_in_already_is_not_led_out_either(client, person, target):
    log_in(client)
    answer = client.get(LOGIN, {"next": target})
    assert answer.status_code == 200 or stays(answer["Location"])


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "evil.example#testserver", ""])
def test_a_forged_host_is_refused_in_words(client, person, host):
    answer = client.get(LOGIN, headers={"host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_forged_proxy_header_changes_no_address(client, person):
    answer = client.get("/", headers={"x-forwarded-host": "evil.example", "x-original-url": "/trail/", "x-rewrite-url": "/trail/"})
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


@pytest.mark.parametrize(
    "fields",
    [
        {"login": "hanako", "password": "chigau"},
        {"login": "inai-hito", "password": "chigau"},
        {"login": "dareka", "password": "chigau"},
        {"login": "kagi-nashi", "password": "chigau"},
    ],
    ids=["known", "unknown", "closed", "without a password"],
)
def test_a_wrong_log_in_costs_the_same_work_whoever_is_meant(client, person, fields, monkeypatch):
    """Timing: the slow part, one hash of the password, is done once whether the ID exists or not."""
    make_user("dareka", password=PASSWORD, is_active=False)
    make_user("kagi-nashi")
    hashed = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(1) or real(self, password, salt))
    client.post(LOGIN, fields)
    assert len(hashed) == 1


def test_what_was_typed_at_the_door_is_in_no_log_and_in_no_row(client, person, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("hanako", "inai-hito"):
        client.post(LOGIN, {"login": name, "password": "himitsu-no-kotoba"})
    log_in(client)
    assert "himitsu" not in caplog.text
    assert PASSWORD not in caplog.text
    assert client.cookies["isms_session"].value not in caplog.text
    assert not AccessAttempt.objects.filter(post_data__contains="himitsu").exists()


@pytest.mark.parametrize("typed", ["' OR 1=1 --", "hanako\x00", "hanako\r\nX: y", "ha%", "*)(uid=*", "h" * 10_000, "\u202ehanako", "<x7f>"])
def test_a_strange_user_id_is_refused_like_any_wrong_one(client, person, typed):
    answer = client.post(LOGIN, {"login": typed, "password": PASSWORD})
    assert answer.status_code in (200, 400)
    assert "<x7f>" not in answer.content.decode()
    assert client.get("/password/").status_code == 302
