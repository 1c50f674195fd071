"""Numbers of the installation: for administrators as a page, for named addresses as text, never per person."""

import os
import re
from datetime import timedelta
from ipaddress import ip_network
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from musashimurayama_isms.jobs import health, queue
from musashimurayama_isms.jobs.models import Heartbeat
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.rounds.models import TaskRun
from musashimurayama_isms.trail.models import Head
from musashimurayama_isms.upkeep.figures import figures

pytestmark = pytest.mark.django_db
HERE = (ip_network("127.0.0.1/32"),)


def value(name: str, **label: str) -> float:
    (found,) = [each.value for each in figures(at=timezone.now()) if each.name == name and each.label == label]
    return found


def test_metrics_are_closed_until_an_address_is_named(settings, cast):
    assert Client().get("/metrics").status_code == 302
    assert cast.client(cast.administrator).get("/metrics").status_code == 404
    settings.METRICS_ADDRESSES = HERE
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 302
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 302
    assert Client().get("/metrics", REMOTE_ADDR="").status_code == 302


def test_the_text_is_what_prometheus_reads(settings):
    settings.METRICS_ADDRESSES = HERE
    lines = Client().get("/metrics").content.decode().splitlines()
    assert all(re.fullmatch(r'isms_\w+(\{\w+="\w+"\})? -?[\d.e+]+|# (HELP|TYPE) isms_\w+ .+', line) for line in lines)
    kinds = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(kinds) == len(set(kinds)), "each name is explained once"


def test_figures_follow_what_happens(cast, settings, tmp_path):
    now = timezone.now()
    settings.MAIL_ENABLED, cast.clerk.email = True, "clerk@example.lg.jp"
    cast.clerk.save()
    before = value("jobs", state="queued"), value("mail_waiting"), value("sessions")
    with patch.object(queue, "send"):
        queue.enqueue("exports.table", by=cast.administrator)
    notify(to=[cast.clerk], title="お知らせ", body="", url="/", subject=cast.clerk, urgent=True, key="figure")
    cast.client(cast.clerk)
    assert (value("jobs", state="queued"), value("mail_waiting"), value("sessions")) == tuple(number + 1 for number in before)
    health.note(Heartbeat.Name.WORKER, at=now - timedelta(seconds=90))
    assert 90 <= value("heartbeat_age_seconds", of="worker") < 120
    assert value("rounds_failed") == 0
    TaskRun.objects.create(name="duties.remind", task_id="1", status="failed", began_at=now, ended_at=now, error="ValueError")
    assert value("rounds_failed") == 1
    assert value("trail_entries") == Head.objects.get().number
    assert value("database_bytes") > 10_000
    assert 0 < value("disk_free_bytes", place="temp") <= value("disk_size_bytes", place="temp")
    settings.TRAIL_HEAD_FILE = str(tmp_path / "head")
    (tmp_path / "head").write_text(f"{Head.objects.get()}\n")
    os.utime(tmp_path / "head", (now.timestamp() - 3600,) * 2)
    assert 3600 <= value("trail_head_kept_age_seconds") < 3700
    assert value("trail_head_kept_behind") == 0


def test_administrators_read_them_as_a_page(cast):
    client = cast.client(cast.administrator)
    page = client.get("/figures/").content.decode()
    assert "データベースの大きさ" in page
    assert "isms_jobs{state=&quot;queued&quot;}" in page or 'isms_jobs{state="queued"}' in page
    assert 'href="/figures/"' in client.get("/jobs/health/").content.decode()
    assert cast.client(cast.ciso).get("/figures/").status_code == 404


def test_more_rows_cost_no_more_queries(cast):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            figures(at=timezone.now())
        return len(asked)

    first = queries()
    with patch.object(queue, "send"):
        for _ in range(5):
            queue.enqueue("exports.table", by=cast.administrator)
    assert queries() == first
