"""kill -9 of every part of the portal in the middle of an act, on real processes: nothing is lost, nothing doubled, people are told."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import psycopg2
import pytest

from tests.services import _short_folder

from .machines import PASSWORD, Portal, wait_for
from .visitor import Visitor

pytestmark = pytest.mark.postgresql
WRONG = "himitsu-no-kotoba"


@pytest.fixture(scope="module")
def installed() -> Iterator[Portal]:
    with _short_folder() as folder:
        portal = Portal(folder)
        try:
            portal.set_up()
            yield portal
        finally:
            portal.stop()


@pytest.fixture
def portal(installed) -> Portal:
    """The portal with database, Redis and web server up; worker and scheduler are for the tests to start."""
    for machine in (installed.postgresql, installed.redis, installed.web):
        machine.start()
    return installed


@pytest.fixture
def clerk(portal) -> Visitor:
    return Visitor(portal.port).log_in("shokuin", PASSWORD)


def draft(portal: Portal, clerk: Visitor, summary: str) -> tuple[str, dict[str, str]]:
    """A draft with its text kept, as autosave keeps it; gives its path and what the page would send."""
    (kind,) = portal.ask("SELECT id FROM incidents_incidentkind WHERE code = 'other'")[0]
    now = datetime.now()  # noqa: DTZ005  what the clock on the wall says
    when = {
        "noticed_at_year": now.year,
        "noticed_at_month": now.month,
        "noticed_at_day": now.day,
        "noticed_at_hour": 0,
        "noticed_at_minute": 0,
    }
    clerk.go("/incidents/start/").send(
        "/incidents/start/", kind=str(kind), personal_information="no", **{key: str(part) for key, part in when.items()}
    )
    (section,) = portal.ask("SELECT id FROM accounts_department WHERE code = 'shimin-ka'")[0]
    path, fields = clerk.path, {"summary": summary, "place": "窓口", "department": str(section), "informant": "self"}
    clerk.send(path.replace("/draft/", "/autosave/"), **fields)
    clerk.go(path)
    assert summary in clerk.page
    return path, fields


def reported(portal: Portal, summary: str) -> int:
    """How many incidents with this text have been reported, and as many entries of the trail, or the test fails."""
    rows = portal.ask(f"SELECT id FROM incidents_incident WHERE summary = '{summary}' AND sequence IS NOT NULL")
    keys = ",".join(f"'{pk}'" for (pk,) in rows) or "''"
    entries = portal.ask(f"SELECT number FROM trail_entry WHERE verb = 'incidents.incident.reported' AND object_id IN ({keys})")
    assert len(entries) == len(rows)
    return len(rows)


@contextmanager
def held(portal: Portal) -> Iterator[None]:
    """The head of the trail is held by somebody else: every act stops before its last statement, before its commit."""
    connection = psycopg2.connect(portal.env["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM trail_head FOR UPDATE")
            yield
    finally:
        connection.close()


def is_waiting(portal: Portal) -> bool:
    return bool(portal.ask("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


class Sending(threading.Thread):
    """A form on its way; `error` is what the browser met instead of an answer."""

    def __init__(self, visitor: Visitor, path: str, fields: dict[str, str]) -> None:
        super().__init__()
        self.visitor, self.path, self.fields, self.error = visitor, path, fields, None

    def run(self) -> None:
        try:
            self.visitor.send(self.path, **self.fields)
        except OSError as error:
            self.error = error


def test_a_web_server_killed_in_mid_report_leaves_the_draft_and_the_report_is_made_once(portal, clerk):
    path, fields = draft(portal, clerk, "止まった窓口")
    with held(portal):
        sending = Sending(clerk, path, fields)
        sending.start()
        wait_for(lambda: is_waiting(portal))
        portal.web.kill()
        sending.join()
    assert sending.error, "the browser says that the connection broke"
    portal.web.start()
    assert reported(portal, "止まった窓口") == 0
    clerk.go(path)
    assert "止まった窓口" in clerk.page, "the session and the text are there"
    clerk.send(path, **fields)
    assert "報告を受け付けました" in clerk.page
    assert reported(portal, "止まった窓口") == 1


def test_a_database_killed_in_mid_report_is_told_in_words_and_the_report_is_made_once(portal, clerk):
    path, fields = draft(portal, clerk, "消えた台帳")
    with held(portal):
        sending = Sending(clerk, path, fields)
        sending.start()
        wait_for(lambda: is_waiting(portal))
        portal.postgresql.kill()
        sending.join()
    assert clerk.status == 503
    assert "データベースにつながりません" in clerk.page
    assert "口頭" in clerk.page, "an incident does not wait for the portal"
    assert clerk.go("/healthz/").status == 503
    portal.postgresql.start()
    assert reported(portal, "消えた台帳") == 0
    clerk.go(path)
    assert "消えた台帳" in clerk.page, "the web server has found the database again by itself"
    clerk.send(path, **fields)
    assert reported(portal, "消えた台帳") == 1
    assert portal.manage("verify_trail")


def test_what_was_answered_with_done_outlives_the_database(portal, clerk):
    path, fields = draft(portal, clerk, "受付後の停電")
    clerk.send(path, **fields)
    assert "報告を受け付けました" in clerk.page
    portal.postgresql.kill()
    portal.postgresql.start()
    assert reported(portal, "受付後の停電") == 1
    told = "SELECT 1 FROM notifications_notification n, incidents_incident i WHERE n.object_id = i.id::text AND i.summary = '受付後の停電'"
    assert portal.ask(told)


def test_without_redis_people_log_in_and_report_and_papers_wait(portal, clerk):
    path, fields = draft(portal, clerk, "待つ用紙")
    portal.redis.kill()
    other = Visitor(portal.port).log_in("doryo", PASSWORD)
    assert other.status == 200
    clerk.go(path).send(path, **fields)
    assert "報告を受け付けました" in clerk.page
    incident = clerk.path
    clerk.send(f"{incident}sheet/")
    assert clerk.status == 200
    assert "順番待ち" in clerk.page
    assert reported(portal, "待つ用紙") == 1


def test_after_everything_was_killed_and_the_schedule_torn_the_waiting_paper_is_made_once(portal, clerk):
    """What Redis held is gone, the file of the scheduler is half written: the rows are the truth, the sweep sends them again."""
    path, fields = draft(portal, clerk, "すべて停止")
    portal.redis.kill()
    clerk.go(path).send(path, **fields)
    clerk.send(f"{clerk.path}sheet/")
    portal.redis.start()
    portal.beat.start()
    portal.worker.start()
    for machine in portal.machines:
        machine.kill()
    for torn in Path(portal.folder).glob("beat*"):
        if torn.suffix != ".log":
            torn.write_bytes(torn.read_bytes()[:10] + b"\x00torn")
    for machine in portal.machines:
        machine.start()
    waiting = "SELECT status, attempts FROM jobs_job WHERE kind = 'incidents.report_sheet' ORDER BY created_at DESC LIMIT 1"
    wait_for(lambda: portal.ask(waiting)[0][0] == "done", portal.folder / "worker.log")
    assert portal.ask("SELECT count(*) FROM jobs_jobresult r JOIN jobs_job j ON j.id = r.job_id WHERE j.attempts > 1")[0][0] == 0
    assert reported(portal, "すべて停止") == 1
    assert portal.manage("verify_trail")
    for machine in (portal.worker, portal.beat):
        machine.kill()


def test_a_double_click_at_two_web_workers_reports_once(portal, clerk):
    path, fields = draft(portal, clerk, "二度押し")
    twins = [Sending(clerk, path, fields) for _ in range(2)]
    with held(portal):
        for twin in twins:
            twin.start()
        wait_for(lambda: is_waiting(portal))
        time.sleep(0.5)  # the second one is on its way too
    for twin in twins:
        twin.join()
        assert twin.error is None
    assert clerk.status == 200
    assert reported(portal, "二度押し") == 1


def raw(clerk: Visitor, portal: Portal, path: str, fields: dict[str, str]) -> bytes:
    """The bytes of the form as the browser sends them."""
    body = urlencode({"csrfmiddlewaretoken": clerk.token, **fields}).encode()
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in clerk.cookies)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost:{portal.port}\r\nCookie: {cookies}\r\nOrigin: {clerk.base}\r\nConnection: close\r\n"
    return f"{head}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_connection_lost_before_the_form_was_whole_does_nothing(portal, clerk):
    path, fields = draft(portal, clerk, "途中で切断")
    with socket.create_connection(("127.0.0.1", portal.port)) as line:
        line.sendall(raw(clerk, portal, path, fields)[:-5])
    clerk.go(path)
    assert "途中で切断" in clerk.page
    assert reported(portal, "途中で切断") == 0


def test_a_connection_lost_before_the_answer_has_done_it_once_and_sending_again_says_so(portal, clerk):
    path, fields = draft(portal, clerk, "返事の前に切断")
    with socket.create_connection(("127.0.0.1", portal.port)) as line:
        line.sendall(raw(clerk, portal, path, fields))
    wait_for(lambda: reported(portal, "返事の前に切断") == 1)
    clerk.send(path, **fields)
    assert clerk.status == 200
    assert "返事の前に切断" in clerk.page, "sending again leads to the report that is there"
    assert reported(portal, "返事の前に切断") == 1


def test_wrong_passwords_are_counted_for_all_web_processes_and_beyond_their_death(portal):
    for _ in range(5):
        Visitor(portal.port).log_in("betsuka", WRONG)
    assert Visitor(portal.port).log_in("betsuka", PASSWORD).status == 429
    portal.web.kill()
    portal.redis.kill()
    portal.redis.start()
    portal.web.start()
    assert Visitor(portal.port).log_in("betsuka", PASSWORD).status == 429


def test_no_log_of_any_process_holds_a_secret(portal, clerk):
    """After everything above, at the most talkative level."""
    clerk.go("/incidents/")
    for name in ("web", "worker", "beat", "redis", "postgresql"):
        log = portal.log(name)
        for secret in (PASSWORD, WRONG, portal.secret, portal.trail_key, clerk.cookie("isms_session"), clerk.cookie("csrftoken")):
            assert secret not in log, name
    assert portal.log("web")
