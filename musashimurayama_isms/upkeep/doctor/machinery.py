"""What works behind the pages: Redis, worker, scheduler, jobs, what comes round, mail."""

import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.core.mail import get_connection
from redis import RedisError, ResponseError

from musashimurayama_isms.jobs import health
from musashimurayama_isms.rounds.board import Board

from .finding import Finding, Look, about, bad, fine, notice
from .redis_client import client


@about("Redis")
def redis(look: Look) -> Iterator[Finding]:
    """It answers, writes its queue to disk, and drops nothing when it is full."""
    try:
        with client() as server:
            memory, persistence = server.info("memory"), server.info("persistence")
            policy = memory.get("maxmemory_policy", "noeviction")
    except ResponseError:  # a Redis whose orders are restricted
        yield notice("Redis", "Redis は答えますが、設定を確かめる権限がありません。", "appendonly yes と noeviction を確かめてください。")
        return
    except RedisError as error:
        words = f"Redis が答えません（{type(error).__name__}）。画面は動きますが、定時の処理と書類の作成が止まります。"
        yield bad("Redis", words, "Redis が動いているか、設定 REDIS_URL を確かめてください。")
        return
    wrong = []
    if not persistence.get("aof_enabled"):
        wrong.append("キューをディスクに書いていません（appendonly no）")
    if policy != "noeviction":
        wrong.append(f"いっぱいになるとキューを捨てます（maxmemory-policy {policy}）")
    if wrong:
        advice = "redis.conf に appendonly yes と maxmemory-policy noeviction を書いてください。"
        yield notice("Redis", "、".join(wrong) + "。失われた合図は、1分ごとに拾い直します。", advice)
    else:
        yield fine("Redis", "答えています。キューはディスクに書かれます。")


@about("ワーカーとスケジューラ")
def signs_of_life(look: Look) -> Iterator[Finding]:
    """Worker and scheduler, by their last sign of life."""
    for label, last in health.check(at=look.at).beats.items():
        if last is None:
            yield bad(label, f"{label}が一度も動いていません。", "サービスを起動してください。動いていれば、1分ほどで OK になります。")
        elif look.at - last > health.SILENT_AFTER:
            minutes = int((look.at - last).total_seconds() // 60)
            yield bad(label, f"{label}が{minutes}分間、応答していません。", "サービスの状態と記録を確かめ、起動し直してください。")
        else:
            yield fine(label, f"{label}は動いています。")


@about("処理の待ち行列")
def jobs(look: Look) -> Iterator[Finding]:
    """Jobs that do not begin, and those that failed."""
    state = health.check(at=look.at)
    if state.late:
        yield bad("処理の待ち行列", f"始まらない処理が{state.late}件あります。", "ワーカーが動いているかを確かめてください。")
    if state.failed:
        yield notice(
            "処理の待ち行列", f"この7日間に失敗した処理が{state.failed}件あります。", "「システムの状態」の画面で理由を確かめてください。"
        )
    if not state.late and not state.failed:
        yield fine("処理の待ち行列", f"順番待ち{state.queued}件、実行中{state.running}件。遅れと失敗はありません。")


@about("定時の処理")
def rounds(look: Look) -> Iterator[Finding]:
    """What comes round and is late or has failed."""
    problems = Board(at=look.at).problems
    for words, advice in problems:
        yield notice("定時の処理", f"{words}。", advice)
    if not problems:
        yield fine("定時の処理", "予定どおりに動いています。")


@about("メール")
def mail(look: Look) -> Iterator[Finding]:
    """The relay takes a connection, TLS and log-in included; no mail is sent."""
    if not settings.MAIL_ENABLED:
        yield fine("メール", "使わない設定です。通知はポータルの受信箱だけに届きます。")
        return
    relay = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except (OSError, smtplib.SMTPException) as error:
        words = f"メールの中継サーバ {relay} につながりません（{type(error).__name__}）。"
        yield bad("メール", words, "設定 EMAIL_HOST・EMAIL_PORT・EMAIL_USE_TLS と、経路を確かめてください。届かない知らせは待っています。")
    else:
        yield fine("メール", f"中継サーバ {relay} が答えています。")
