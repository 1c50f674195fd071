"""Numbers about the installation as a whole, never about a person: for the page of administrators and for /metrics."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count

from musashimurayama_isms.jobs import health
from musashimurayama_isms.jobs.models import Heartbeat, Job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.rounds import broker
from musashimurayama_isms.rounds.board import Board
from musashimurayama_isms.trail import keeping
from musashimurayama_isms.trail.models import Head, Reading


@dataclass(frozen=True)
class Figure:
    """One number: its name for machines, its words for people; `label` tells figures of one name apart."""

    name: str
    words: str
    value: float
    unit: str = ""
    label: dict[str, str] = field(default_factory=dict)


def figures(*, at: datetime) -> list[Figure]:
    """All of them at one moment, in a fixed number of queries; what cannot be asked is left out."""
    return [*_database(), *_work(at), *_rounds(at), *_signs(at), *_people(at), *_trail(at), *_disks()]


def as_text(found: list[Figure]) -> str:
    """The text format of Prometheus."""
    lines, told = [], set()
    for each in found:
        name = f"isms_{each.name}"
        if name not in told:
            lines += [f"# HELP {name} {each.words if not each.label else each.words.partition('（')[0]}", f"# TYPE {name} gauge"]
            told.add(name)
        label = ",".join(f'{key}="{value}"' for key, value in each.label.items())
        lines.append(f"{name}{{{label}}} {each.value:g}" if label else f"{name} {each.value:.16g}")
    return "\n".join(lines) + "\n"


def _database() -> Iterator[Figure]:
    question = "SELECT pg_database_size(current_database())"
    if connection.vendor == "sqlite":
        question = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    with connection.cursor() as cursor:
        cursor.execute(question)
        yield Figure("database_bytes", "データベースの大きさ", cursor.fetchone()[0], "バイト")


def _work(at: datetime) -> Iterator[Figure]:
    waiting = broker.waiting()
    if waiting is not None:
        yield Figure("queue_messages", "ワーカーへの受け渡し待ち", waiting, "件")
    counts = dict(Job.objects.order_by().values_list("status").annotate(count=Count("pk")))
    for status, words in Job.Status.choices:
        yield Figure("jobs", f"処理の件数（{words}）", counts.get(status, 0), "件", {"state": status})
    tally = Job.objects.open().tally(at - health.RESEND_AFTER)
    yield Figure("jobs_late", "始まらない処理", tally["late"], "件")
    mail = Notification.objects.waiting_for_mail(at=at).count() if settings.MAIL_ENABLED else 0
    yield Figure("mail_waiting", "メールの送信待ち", mail, "件")


def _rounds(at: datetime) -> Iterator[Figure]:
    lines = Board(at=at).lines
    yield Figure("rounds_failed", "失敗している定時の処理", sum(line.has_failed for line in lines), "件")
    yield Figure("rounds_late", "遅れている定時の処理", sum(line.is_late for line in lines), "件")


def _signs(at: datetime) -> Iterator[Figure]:
    names = dict(Heartbeat.Name.choices)
    for name, last in Heartbeat.objects.order_by("name").values_list("name", "at"):
        words = f"最後の応答からの時間（{names.get(name, name)}）"
        yield Figure("heartbeat_age_seconds", words, round((at - last).total_seconds()), "秒", {"of": name})


def _people(at: datetime) -> Iterator[Figure]:
    yield Figure("sessions", "続いているセッション", Session.objects.filter(expire_date__gt=at).count(), "件")


def _trail(at: datetime) -> Iterator[Figure]:
    number = Head.objects.values_list("number", flat=True).first() or 0
    yield Figure("trail_entries", "証跡の件数", number, "件")
    yield Figure("trail_readings_unsealed", "封印を待つ閲覧記録", Reading.objects.filter(sealed_by=None).count(), "件")
    try:
        path = Path(settings.TRAIL_HEAD_FILE or "/nonexistent")
        kept, written = keeping.read(path), path.stat().st_mtime
    except (OSError, ValueError, IndexError):
        return
    yield Figure("trail_head_kept_age_seconds", "証跡の先頭を控えてからの時間", round(at.timestamp() - written), "秒")
    yield Figure("trail_head_kept_behind", "控えのあとに書かれた証跡", number - kept.number, "件")


def _disks() -> Iterator[Figure]:
    places = (("media", str(settings.MEDIA_ROOT), "添付ファイル"), ("temp", tempfile.gettempdir(), "一時ファイル"))
    known = [(name, words, usage) for name, place, words in places if (usage := _usage(place))]
    for name, words, usage in known:
        yield Figure("disk_free_bytes", f"ディスクの空き（{words}）", usage.free, "バイト", {"place": name})
    for name, words, usage in known:
        yield Figure("disk_size_bytes", f"ディスクの大きさ（{words}）", usage.total, "バイト", {"place": name})


def _usage(place: str):
    try:
        return shutil.disk_usage(place)
    except OSError:
        return None
