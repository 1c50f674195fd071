"""What the processes say of themselves: one line of JSON, without names, typed words, addresses or values of rows."""

import json
import logging
import sys
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection
from django.test import Client

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.logs import current
from musashimurayama_isms.logs.lines import HIDDEN, JsonFormatter, tellable

SECRET = "himitsu-hanako"


def line(message, *args, name="musashimurayama_isms.jobs.queue", level=logging.WARNING, error=None, **extra) -> dict:
    """What is written of one record."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, level, __file__, 1, message, args, info)
    record.__dict__.update(extra)
    return json.loads(JsonFormatter().format(record))


@pytest.fixture
def lines(monkeypatch):
    """The lines of what happens in the test, on every logger, at every level."""
    written: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    listener, root = Listener(logging.DEBUG), logging.getLogger()
    listener.setFormatter(JsonFormatter())
    noisy = ("musashimurayama_isms", "musashimurayama_isms.logs.requests", "django", "django.request", "django.security", "axes", "celery")
    for name in noisy:
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
        logging.getLogger(name).manager._clear_cache()
    root.addHandler(listener)
    yield written
    root.removeHandler(listener)


def test_a_line_has_the_time_of_japan_and_says_who_speaks():
    told = line("Job %s waits", uuid4())
    assert told["time"].endswith("+09:00")
    assert (told["level"], told["logger"]) == ("WARNING", "musashimurayama_isms.jobs.queue")


def test_numbers_keys_and_codes_stay_and_all_else_is_hidden():
    key = str(uuid4())
    assert line("Job %s (%s), attempt %s: %s", key, "policy.read", 3, SECRET)["message"] == f"Job {key} (policy.read), attempt 3: {HIDDEN}"
    assert line("Task %(name)s of %(who)s", {"name": "jobs.run", "who": SECRET})["message"] == f"Task jobs.run of {HIDDEN}"
    assert [tellable(value) for value in ("taro.yamada", b"x", ["x"], ValueError(SECRET))] == [HIDDEN, HIDDEN, HIDDEN, "ValueError"]


def test_a_message_that_somebody_else_has_filled_beforehand_is_left_out_and_its_place_told():
    told = line(f"Invalid HTTP_HOST header: {SECRET}", name="django.security.DisallowedHost", level=logging.ERROR)
    assert "message" not in told
    assert told["where"].startswith("tests/test_logs.py:")
    assert "message" not in line(ValueError(SECRET))


def test_a_number_that_is_wanted_where_something_is_hidden_leaves_the_template():
    assert line("%d mails", SECRET)["message"] == "%d mails"


@pytest.mark.django_db
def test_an_error_of_the_database_is_told_by_kind_code_and_place_never_by_its_words():
    User.objects.create(username=SECRET, name=SECRET)
    with pytest.raises(IntegrityError) as caught:
        User.objects.create(username=SECRET, name=SECRET)
    told = line("It failed", error=caught.value)
    assert SECRET not in json.dumps(told)
    assert told["error"]["kind"] == "django.db.utils.IntegrityError"
    assert any("tests/test_logs.py" in frame for frame in told["error"]["where"])
    if connection.vendor == "postgresql":
        assert told["error"]["cause"]["code"] == "23505"


def test_a_wrong_setting_keeps_its_sentence_for_it_is_what_an_administrator_needs():
    assert line("x", error=ImproperlyConfigured("設定 REDIS_URL が空です。"))["error"]["words"] == "設定 REDIS_URL が空です。"


@pytest.mark.django_db
def test_requests_leave_route_status_and_duration_and_neither_words_nor_persons(cast, lines):
    clerk = cast.client(cast.clerk)
    answer = clerk.get("/search/", {"q": SECRET})
    clerk.get(f"/nowhere/{SECRET}/")
    clerk.post("/incidents/start/", {"summary": SECRET, "kind": "x"})
    Client().post("/login/", {"login": SECRET, "password": SECRET})
    Client().post("/login/", {"login": cast.clerk.username, "password": SECRET})
    Client().get("/", headers={"host": f"{SECRET}.example", "user-agent": SECRET})
    told = [json.loads(each) for each in lines]
    text = "\n".join(lines)
    for word in (SECRET, cast.clerk.name, f'"{cast.clerk.username}"'):
        assert word not in text
    requests = [each for each in told if each["logger"] == "musashimurayama_isms.logs.requests"]
    assert len(requests) == 6
    first = requests[0]
    assert (first["method"], first["status"]) == ("GET", 200)
    assert "search" in first["route"]
    assert isinstance(first["ms"], int)
    assert first["request"] == answer.headers["X-Request-ID"]
    assert len({each["request"] for each in requests}) == 6


@pytest.mark.django_db
def test_a_page_that_breaks_tells_its_place_under_the_number_of_its_request(cast, lines, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError(SECRET)

    monkeypatch.setattr("musashimurayama_isms.upkeep.views.figures", broken)
    client = cast.client(cast.administrator)
    client.raise_request_exception = False
    answer = client.get("/figures/")
    assert answer.status_code == 500
    told = [json.loads(each) for each in lines]
    (error,) = [each["error"] for each in told if each["logger"] == "django.request"]
    assert error["kind"] == "builtins.RuntimeError"
    assert any("broken" in frame for frame in error["where"])
    assert SECRET not in "\n".join(lines)
    assert {each["request"] for each in told if "request" in each} == {answer.headers["X-Request-ID"]}


@pytest.mark.django_db
def test_pulses_are_told_only_when_they_fail(lines):
    Client().get("/healthz/")
    assert not [each for each in lines if "logs.requests" in each]


@pytest.mark.parametrize("offered", ["", "x" * 32, "f" * 33, f"{SECRET}"])
def test_only_a_number_is_taken_as_the_number_of_a_request(offered):
    number = current.begin(offered)
    current.end()
    assert number != offered
    assert len(number) == 32
    assert current.request_id() == ""


def test_the_number_of_the_relay_is_kept():
    assert current.begin("0f" * 16) == "0f" * 16
    current.end()


def test_a_command_keeps_its_answer_apart_from_its_log(monkeypatch):
    from musashimurayama_isms.logs.shape import logging_of

    monkeypatch.setattr(sys, "argv", ["manage.py", "doctor"])
    assert logging_of("json", "INFO")["handlers"]["console"]["stream"] == "ext://sys.stderr"
    monkeypatch.setattr(sys, "argv", ["/srv/portal/.venv/bin/gunicorn"])
    assert logging_of("json", "INFO")["handlers"]["console"]["stream"] == "ext://sys.stdout"
