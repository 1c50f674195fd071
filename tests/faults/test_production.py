"""Production as docker-compose.yml describes it, of real processes behind a real relay with TLS, in read-only file systems."""

import http.client
import json
import re
import shlex
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.services import _short_folder

from .composed import HOST, PASSWORD, ROOT, Composed, SecureVisitor
from .machines import wait_for
from .test_killed import draft

pytestmark = pytest.mark.postgresql
FORGOTTEN = 2.5  # seconds: so long (fail_timeout) the relay leaves a server alone that has not answered
NAME, QUERY, WRONG = "武蔵野花子", "himitsu-no-kotoba", "machigai-no-aikotoba"
HIRE = """
from musashimurayama_isms.accounts import sample
from musashimurayama_isms.accounts.models import User
sample.set_up({password!r})
User.objects.update(is_sample=False)  # production lets no sample person in
"""


@pytest.fixture(scope="module")
def resolving() -> Iterator[None]:
    """The name of the portal leads to this machine, as the city's DNS would have it."""
    asked = socket.getaddrinfo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: asked("127.0.0.1" if host == HOST else host, *rest, **more))
        yield


@pytest.fixture(scope="module")
def portal(resolving) -> Iterator[Composed]:
    with _short_folder() as folder:
        composed = Composed(folder)
        try:
            composed.up()
            composed.manage("shell", "-c", HIRE.format(password=PASSWORD))
            yield composed
        finally:
            composed.stop()


@pytest.fixture
def clerk(portal) -> SecureVisitor:
    return portal.visitor().log_in("shokuin", PASSWORD)


def straight(portal: Composed, service: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """The answer of a web server without the relay."""
    connection = http.client.HTTPConnection("127.0.0.1", portal.ports[service], timeout=60)
    connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers})
    return connection.getresponse()


def through(portal: Composed, path: str, **headers: str) -> http.client.HTTPResponse:
    """The answer of the relay to one request, redirects not followed."""
    context = ssl.create_default_context(cafile=portal.folder / "nginx" / "tls" / "portal.crt")
    connection = http.client.HTTPSConnection(HOST, portal.ports["https"], timeout=60, context=context)
    connection.request("GET", path, headers=headers)
    return connection.getresponse()


def test_a_report_is_made_over_tls_and_stands_in_the_trail(portal, clerk):
    assert clerk.status == 200
    cookies = {cookie.name: cookie for cookie in clerk.cookies}
    assert cookies["isms_session"].secure
    path, fields = draft(portal, clerk, "本番での報告")
    clerk.send(path, **fields)
    assert "報告を受け付けました" in clerk.page
    assert "書換えや欠落はありません" in portal.manage("verify_trail")
    assert portal.ask("SELECT count(*) FROM trail_entry WHERE verb = 'incidents.incident.reported'") == [(1,)]


def test_a_task_that_is_ordered_on_the_page_is_done_by_a_worker_and_the_scheduler_gives_its_sign(portal):
    administrator = portal.visitor().log_in("kanri", PASSWORD)
    administrator.go("/jobs/health/")
    administrator.send("/rounds/rounds.sweep/run/")
    wait_for(lambda: portal.ask("SELECT 1 FROM rounds_taskrun WHERE name = 'rounds.sweep' AND status = 'done'") != [])
    wait_for(lambda: len(portal.ask("SELECT 1 FROM jobs_heartbeat")) == 2)
    for service in ("worker", "beat"):
        kind, *command = portal.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        portal.run(command, service=service)
    asks = re.search(r"^HEALTHCHECK .* CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    portal.run(json.loads(asks), PORT=str(portal.ports["web"]))


def test_the_doctor_finds_nothing_wrong_and_says_so_when_the_queue_is_gone(portal):
    wait_for(lambda: len(portal.ask("SELECT 1 FROM jobs_heartbeat")) == 2)
    assert "異常 0件" in portal.manage("doctor", "--full")
    portal.redis.kill()
    try:
        assert "異常 Redis: Redis が答えません" in portal.manage("doctor", "--quiet", code=1)
    finally:
        portal.redis.start()


def test_headers_that_somebody_forges_are_overwritten_by_the_relay(portal):
    """Straight to the web server the same headers would count, so the relay is what stops them."""
    assert straight(portal, "web", "/login/", **{"X-Forwarded-Proto": "http"}).status == 301
    assert through(portal, "/login/", **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "10.0.0.1"}).status == 200
    straight_in = straight(portal, "web", "/login/", **{"X-Remote-User": "shokuin"})
    through_it = through(portal, "/login/", **{"X-Remote-User": "shokuin"})
    assert b"shokuin" in straight_in.read() or straight_in.status == 302
    assert through_it.status == 200
    assert "shokuin" not in through_it.read().decode()
    number = through(portal, "/login/", **{"X-Request-ID": "f" * 32}).headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", number)
    assert number != "f" * 32


def test_transport_is_closed_to_old_tls_and_plain_http(portal):
    assert through(portal, "/login/").headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection(("127.0.0.1", portal.ports["https"])) as plain, pytest.raises((ssl.SSLError, OSError)):
        old.wrap_socket(plain, server_hostname=HOST)
    connection = http.client.HTTPConnection("127.0.0.1", portal.ports["http"], timeout=10)
    connection.request("GET", "/inbox/?q=1", headers={"Host": HOST})
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{HOST}/inbox/?q=1")


def test_figures_are_for_monitoring_inside_the_server_alone(portal):
    assert through(portal, "/metrics").status == 404
    answer = straight(portal, "web", "/metrics")
    assert answer.status == 200
    assert "isms_trail_entries " in answer.read().decode()


def test_nothing_can_be_written_but_to_the_declared_volumes(portal):
    """The same walls around every process of the portal; this one tries them, and the portal has worked within them."""
    for place in (ROOT / "written", ROOT / "var" / "static" / "written", Path("/srv/written"), portal.folder / "written"):
        portal.run(["touch", str(place)], code=1)
        assert not place.exists()
    for place in (ROOT / "var" / "media" / "written", Path("/tmp/written")):  # noqa: S108
        portal.run(["touch", str(place)])
    portal.run(["sh", "-c", "grep -q '^CapEff:.0*$' /proc/self/status && grep -q '^NoNewPrivs:.1$' /proc/self/status"])
    assert (portal.folder / "media" / "written").exists()


def test_while_one_web_server_is_replaced_the_other_answers(portal, clerk):
    portal.web.kill()
    try:
        for _ in range(20):
            assert clerk.go("/").status == 200
    finally:
        portal.web.start()
    time.sleep(FORGOTTEN)
    portal.web2.kill()
    try:
        for _ in range(20):
            assert clerk.go("/").status == 200
    finally:
        portal.web2.start()


def test_where_both_are_away_people_are_told_in_words(portal, clerk):
    portal.web.kill()
    portal.web2.kill()
    try:
        assert clerk.go("/").status == 502
        assert "口頭で報告" in clerk.page
    finally:
        portal.web.start()
        portal.web2.start()


def test_the_queue_outlives_a_kill_of_redis(portal):
    queue = redis.from_url(portal.settings["REDIS_URL"])
    queue.set("kept", "yes")
    time.sleep(1.5)  # everysec
    portal.redis.kill()
    portal.redis.start()
    assert queue.get("kept") == b"yes"
    assert queue.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_no_log_of_any_process_holds_a_name_a_password_or_a_word_that_was_searched_for(portal, clerk):
    portal.visitor().log_in("shokuin", WRONG)
    portal.visitor().log_in(NAME, WRONG)
    clerk.go(f"/search/?q={QUERY}")
    clerk.go(f"/calendar/ics/{QUERY}/")
    clerk.go(f"/nowhere/{QUERY}/")
    clerk.send("/incidents/start/", kind="x", summary=NAME)
    through(portal, "/login/", **{"User-Agent": QUERY, "Referer": f"https://{QUERY}/"})
    straight(portal, "web", f"/?q={QUERY}", Host=f"{QUERY}.example")
    time.sleep(1)
    portal_logs = "".join(portal.log(machine) for machine in ("web", "web2", "worker1", "worker2", "beat"))
    relay = (portal.folder / "nginx" / "log" / "access.log").read_text()
    relay_lines = [json.loads(line) for line in relay.splitlines()]
    assert [line for line in portal_logs.splitlines() if not line.startswith("{")] == []
    lines = [json.loads(line) for line in portal_logs.splitlines()]
    assert {"desk", "account_login"} <= {line.get("route") for line in lines}
    assert any(line["logger"] == "celery.worker.strategy" or "celery" in line["logger"] for line in lines)
    for word in (NAME, WRONG, PASSWORD, "shokuin", "kanri", portal.settings["SECRET_KEY"], portal.settings["POSTGRES_PASSWORD"]):
        assert word not in portal_logs + relay + portal.log("db"), word
    assert QUERY not in portal_logs
    told = {line["path"] for line in relay_lines if QUERY in line["path"]}
    assert told == {f"/nowhere/{QUERY}/"}, "a path is told but for keys, a query never"
    both = {line["request"] for line in relay_lines} & {line.get("request") for line in lines}
    assert both, "a request is found in both by its number"


def test_commands_are_those_of_the_file(portal):
    for machine, service in ((portal.web, "web"), (portal.web2, "web2"), (portal.workers[0], "worker"), (portal.beat, "beat")):
        wanted = shlex.split(portal.services[service]["command"])
        assert " ".join(wanted) in " ".join(machine.command)
