"""The settings fail closed: each missing or wrong one names itself, and production refuses what only a trial may do."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TRIAL = {
    "PORTAL_MODE": "trial",
    "SECRET_KEY": secrets.token_urlsafe(64),
    "TRAIL_KEYS": "k1:" + "0f" * 32,
    "DATABASE_URL": "sqlite:///:memory:",
    "REDIS_URL": "unix:///nowhere/redis.sock",
}
PRODUCTION = {
    **TRIAL,
    "PORTAL_MODE": "production",
    "ALLOWED_HOSTS": "portal.example.lg.jp",
    "DATABASE_URL": "postgresql://portal@db/portal",
}
ALONE = """
import os, sys
from unittest import mock
from pathlib import Path
from django.core.exceptions import ImproperlyConfigured
with mock.patch.object(Path, "is_file", lambda path: False):  # the developer's own var/portal.env stays out of it
    try:
        import musashimurayama_isms.settings as settings
    except ImproperlyConfigured as error:
        sys.exit(str(error))
print(settings.SESSION_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS, settings.DATABASES["default"]["ENGINE"])
"""


def start(settings: dict[str, str], **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Loads the settings in a process of its own with nothing but `settings` and `changes` (None takes one away)."""
    env = {name: value for name, value in {**settings, **changes}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, env={**env, "PATH": os.defpath}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("settings", [TRIAL, PRODUCTION], ids=["trial", "production"])
def test_complete_settings_start(settings):
    done = start(settings)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_a_missing_setting_names_itself(name):
    done = start(PRODUCTION, **{name: None})
    assert done.returncode == 1
    assert f"設定 {name} " in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORTAL_MODE", "staging"),
        ("PORTAL_MODE", ""),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 64),
        ("TRAIL_KEYS", "k1:1234"),
        ("TRAIL_KEYS", f"k1:{'0f' * 32},k1:{'1f' * 32}"),
        ("TRAIL_KEYS", ""),
        ("DATABASE_URL", "mysql://db/portal"),
        ("REDIS_URL", "localhost:6379"),
        ("SESSION_IDLE_MINUTES", "0"),
        ("SESSION_IDLE_MINUTES", "half an hour"),
        ("ATTACHMENT_MEGABYTES", "-1"),
        ("HTTPS", "perhaps"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("METRICS_ADDRESSES", "everybody"),
        ("METRICS_ADDRESSES", "10.0.0.5,0.0.0.0/0"),
        ("BACKUP_KEY", "0a0b"),
        ("BACKUP_KEY_FILE", "/nowhere/backup.key"),
        ("BACKUP_KEEP", "0"),
    ],
)
def test_a_wrong_setting_names_itself(name, value):
    done = start(TRIAL, **{name: value})
    assert done.returncode == 1
    assert f"設定 {name} " in done.stderr


def test_production_refuses_sqlite_unless_said_in_so_many_words():
    done = start(PRODUCTION, DATABASE_URL="sqlite:///:memory:")
    assert "ALLOW_SQLITE_IN_PRODUCTION" in done.stderr
    assert start(PRODUCTION, DATABASE_URL="sqlite:///:memory:", ALLOW_SQLITE_IN_PRODUCTION="true").returncode == 0


def test_production_refuses_plain_http():
    assert "HTTPS" in start(PRODUCTION, HTTPS="false").stderr
    assert start(PRODUCTION).stdout.split()[:2] == ["True", "31536000"]


def test_mail_that_is_on_needs_a_server_and_a_sender():
    assert "設定 EMAIL_HOST " in start(TRIAL, MAIL_ENABLED="true").stderr
    assert "設定 DEFAULT_FROM_EMAIL " in start(TRIAL, MAIL_ENABLED="true", EMAIL_HOST="mail.example.lg.jp").stderr


def test_the_key_of_backups_may_lie_in_a_file_and_nowhere_else_then(tmp_path):
    file = tmp_path / "backup.key"
    subprocess.run(f"(umask 077; openssl rand -hex 32 > {file})", shell=True, check=True)  # noqa: S602  as the handbook says
    assert file.stat().st_mode & 0o077 == 0
    assert start(TRIAL, BACKUP_KEY_FILE=str(file)).returncode == 0
    assert "どちらか一つ" in start(TRIAL, BACKUP_KEY_FILE=str(file), BACKUP_KEY=file.read_text().strip()).stderr


def test_a_wrong_setting_ends_the_command_in_one_sentence():
    env = {**TRIAL, "PORTAL_MODE": "staging", "PATH": os.defpath}
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("起動できません: 設定 PORTAL_MODE ")
    assert len(done.stderr.splitlines()) == 1


def test_the_handbook_lists_every_setting():
    source = (ROOT / "musashimurayama_isms" / "settings.py").read_text()
    server = (ROOT / "deploy" / "gunicorn.conf.py").read_text()
    names = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source)) | set(re.findall(r'"([A-Z_]+)"', server))
    handbook = (ROOT / "docs" / "administration" / "settings.md").read_text()
    assert names
    assert sorted(name for name in names if f"`{name}`" not in handbook) == []
