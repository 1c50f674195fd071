"""Time: deadlines of minutes rest on it, and so does the second factor. Host, database and Redis must agree."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import RedisError

from .finding import Finding, Look, about, bad, fine, notice
from .redis_client import client

JAPAN = timedelta(hours=9)
LOOK_FROM, BAD_FROM = timedelta(seconds=5), timedelta(seconds=60)


@about("時刻帯")
def time_zone(look: Look) -> Iterator[Finding]:
    """Asia/Tokyo, known to this machine as nine hours before UTC."""
    offset = timezone.localtime(look.at).utcoffset()
    if settings.TIME_ZONE == "Asia/Tokyo" and offset == JAPAN:
        yield fine("時刻帯", f"Asia/Tokyo です（いま {timezone.localtime(look.at):%Y-%m-%d %H:%M}）。")
    else:
        yield bad("時刻帯", f"日本時間になっていません（{settings.TIME_ZONE}、UTC との差 {offset}）。", "tzdata を入れ直してください。")


@about("時計（データベース）")
def database(look: Look) -> Iterator[Finding]:
    """How far the clock of the database server is from this one's."""
    if connection.vendor != "postgresql":
        yield fine("時計（データベース）", "データベースは、この機械の時計を使います。")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # the connection is made before the clocks are read
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        (theirs,) = cursor.fetchone()
        after = timezone.now()
    yield compared("時計（データベース）", theirs - (before + (after - before) / 2))


@about("時計（Redis）")
def redis(look: Look) -> Iterator[Finding]:
    """How far the clock of the Redis server is from this one's."""
    try:
        with client() as server:
            server.ping()
            before = timezone.now()
            seconds, micros = server.time()
            after = timezone.now()
    except RedisError as error:
        yield bad(
            "時計（Redis）", f"Redis が答えません（{type(error).__name__}）。", "Redis が動いているか、設定 REDIS_URL を確かめてください。"
        )
        return
    theirs = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=micros)
    yield compared("時計（Redis）", theirs - (before + (after - before) / 2))


def compared(subject: str, difference: timedelta) -> Finding:
    """The finding about a clock that is so far from this one's."""
    seconds = abs(difference.total_seconds())
    words = f"この機械の時計との差は {seconds:.1f} 秒です。"
    advice = "両方の機械を、庁内の時刻サーバ（NTP）に合わせてください。期限と証跡の時刻がずれます。"
    if abs(difference) >= BAD_FROM:
        return bad(subject, words, advice)
    return notice(subject, words, advice) if abs(difference) >= LOOK_FROM else fine(subject, words)
