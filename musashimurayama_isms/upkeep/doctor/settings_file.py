"""The file of settings: who may read it, misspelt names, keys that everybody knows."""

import os
import stat
from collections.abc import Iterator

from django.conf import settings
from dotenv import dotenv_values

from .finding import Finding, Look, about, bad, fine, notice

# What other programs of an installation read: the web server, the database's container, `make run`.
OTHERS = {
    "PORTAL_ENV_FILE",
    "POSTGRES_PASSWORD",
    "SAMPLE_PASSWORD",
    "BIND",
    "PORT",
    "WEB_WORKERS",
    "WEB_THREADS",
    "WEB_GRACE_SECONDS",
    "TZ",
}
OTHER_BEGINNINGS = ("LDAP_", "SAML_", "PROXY_", "EMAIL_", "DEFAULT_FROM_")
SAMPLES = ("django-insecure", "tests-only", "example", "changeme", "the-same-password", "0123456789", "abcdefgh")
LEAST_DIFFERENT = 12  # bytes of 32; chance alone gives fewer than that never
FOR_OTHERS = stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP


@about("設定ファイル")
def permissions(look: Look) -> Iterator[Finding]:
    """Keys and passwords stand in it: its owner writes, at most its group reads."""
    if not settings.ENV_FILE.exists():
        yield fine("設定ファイル", f"{settings.ENV_FILE} はありません。設定は環境変数から読んでいます。")
        return
    mode = stat.S_IMODE(settings.ENV_FILE.stat().st_mode)
    if mode & FOR_OTHERS:
        yield bad(
            "設定ファイル",
            f"{settings.ENV_FILE} を、だれでも読み書きできます（{mode:04o}）。",
            "所有者だけが読めるように chmod 640 を実行してください。",
        )
    else:
        yield fine("設定ファイル", f"{settings.ENV_FILE} は、ほかの利用者から守られています（{mode:04o}）。")


@about("設定の名前")
def names(look: Look) -> Iterator[Finding]:
    """A name that nothing reads is most likely misspelt, and the default holds instead."""
    given = dotenv_values(settings.ENV_FILE) if settings.ENV_FILE.exists() else {}
    unknown = sorted(name for name in given if name not in settings.SETTINGS_ASKED | OTHERS and not name.startswith(OTHER_BEGINNINGS))
    if unknown:
        yield notice("設定の名前", f"読まれない設定があります: {'、'.join(unknown)}", "つづりを、設定の一覧と照らし合わせてください。")
    else:
        yield fine("設定の名前", "知らない名前の設定はありません。")


@about("鍵")
def keys(look: Look) -> Iterator[Finding]:
    """Missing and short ones stop the start already; here those that were copied from a sample or typed without a dice."""
    advice = "deploy/portal_env.py と同じ方法で無作為に作り直してください。すでに使っている証跡の鍵は消さず、新しい鍵を最後に足します。"
    found = []
    if any(word in settings.SECRET_KEY for word in SAMPLES):
        found.append("SECRET_KEY")
    found += [f"TRAIL_KEYS の {name}" for name, key in settings.TRAIL_KEYS.items() if len(set(key)) < LEAST_DIFFERENT]
    database = settings.DATABASES["default"]
    if any(word in str(database.get("PASSWORD") or "") for word in SAMPLES):
        found.append("DATABASE_URL のパスワード")
    if len(set(settings.TRAIL_KEYS.values())) < len(settings.TRAIL_KEYS):
        found.append("TRAIL_KEYS（同じ鍵が二つ）")
    grade = notice if settings.IS_TRIAL else bad
    if found:
        yield grade("鍵", f"見本か、単純すぎる値のままです: {'、'.join(found)}", advice)
    elif settings.SECRET_KEY in os.environ.get("TRAIL_KEYS", ""):
        yield grade("鍵", "SECRET_KEY と証跡の鍵が同じです。", advice)
    else:
        yield fine("鍵", f"SECRET_KEY と証跡の鍵{len(settings.TRAIL_KEYS)}本は、見本の値ではありません。")
