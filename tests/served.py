"""A production installation that serves: a database, a queue, and a systemctl that really replaces its web server."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg2

from tests.bundles import PATH, ROOT, rewrite
from tests.faults.machines import free_port
from tests.services import postgresql_server, redis_server

AT_ONCE = "tests.faults.portal_settings"  # makes the tables without migrations, in a tenth of the time
# `systemctl restart …`: what was told is noted, a web server is ended and started anew from whatever release is in service then.
SYSTEMCTL = """#!/bin/bash
echo "$* $(readlink {home}/current)" >>{folder}/told
case $2 in *-web.service) ;; *) exit ;; esac
if [ -s {folder}/pid ]; then kill "$(cat {folder}/pid)"; while kill -0 "$(cat {folder}/pid)"; do sleep 0.1; done 2>/dev/null; fi
exec 9>&- </dev/null >>{folder}/web.log 2>&1
command=$(sed -n 's/^ExecStart=//p' {home}/current/deploy/systemd/musashimurayama-isms-web.service)
cd {home}/current && set -a && . {settings}
PORTAL_ENV_FILE={settings} HOME=/tmp setsid {as_user} ${{command//\\/srv\\/portal/{escaped}}} &
echo $! >{folder}/pid
"""


class Served:
    """An installation by install.sh whose settings lead to servers of its own."""

    def __init__(self, home: Path, settings: Path, user: str, folder: Path, database: str) -> None:
        self.home, self.settings, self.user, self.folder, self.database = home, settings, user, folder, database
        self.port = free_port()

    @property
    def as_user(self) -> list[str]:
        if os.getuid():
            return []
        group = subprocess.run(["id", "-g", self.user], capture_output=True, text=True, check=True).stdout.strip()
        return ["setpriv", "--reuid", self.user, "--regid", group, "--init-groups", "--"]

    @property
    def words(self) -> dict[str, str]:
        """What the settings say."""
        return dict(re.findall(r"^(\w+)=(.*)$", self.settings.read_text(), re.MULTILINE))

    @property
    def systemctl(self) -> Path:
        """The stand-in, written where it is not there yet."""
        stub = self.folder / "systemctl"
        if not stub.exists():
            escaped = str(self.home).replace("/", "\\/")
            facts = {"home": self.home, "folder": self.folder, "settings": self.settings, "escaped": escaped}
            stub.write_text(SYSTEMCTL.format(**facts, as_user=" ".join(self.as_user)))
            stub.chmod(0o755)
        return stub

    def set_up(self) -> None:
        """Tables and reference data, noted as migrated; the signs of life that worker and scheduler would give each minute."""
        self.ask("CREATE EXTENSION pg_trgm")  # as the first migration does
        env = {**self.words, "PATH": PATH, "DJANGO_SETTINGS_MODULE": AT_ONCE, "BEAT_FILE": str(self.folder / "beat")}
        for command in (["migrate", "--run-syncdb", "--verbosity", "0"], ["load_reference"]):
            subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        self.manage("migrate", "--fake", "--verbosity", "0")
        self.ask("INSERT INTO jobs_heartbeat (name, at) VALUES ('worker', now() + '1 hour'), ('scheduler', now() + '1 hour')")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A program in the release that is in service, as the user of the portal."""
        env = {"PATH": PATH, "HOME": "/tmp", "LANG": "C.UTF-8", "PORTAL_ENV_FILE": str(self.settings)}  # noqa: S108
        return subprocess.run([*self.as_user, *command], cwd=self.home / "current", env=env, capture_output=True, text=True, check=False)

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py prints."""
        done = self.run(".venv/bin/python", "manage.py", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, question: str) -> list[tuple]:
        """Rows straight from the database."""
        with closing(psycopg2.connect(self.database)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []

    def counts(self) -> dict[str, int]:
        """Table → rows."""
        names = self.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name: self.ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for (name,) in names}  # noqa: S608

    def page(self, address: str) -> str:
        """A page as the relay asks for it; it must be there."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            host = self.words["ALLOWED_HOSTS"].split(",")[0]
            connection.request("GET", address, headers={"Host": host, "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, (answer.status, text[:500])
            return text

    def upgrade(self, version: str, backup: Path) -> subprocess.CompletedProcess[str]:
        """upgrade.sh of that release, as the handbook calls it."""
        env = {"PATH": PATH, "HOME": "/tmp", "LANG": "C.UTF-8", "PORTAL_ROOT": str(self.home), "PORTAL_ENV_FILE": str(self.settings)}  # noqa: S108
        env |= {"PORTAL_USER": self.user, "SYSTEMCTL": str(self.systemctl), "PORTAL_UNITS": str(self.folder)}
        command = [str(self.home / "releases" / version / "deploy" / "upgrade.sh"), version, "--backup", str(backup)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    @property
    def told(self) -> list[str]:
        """What systemctl was told, and which release was in service then."""
        return (self.folder / "told").read_text().splitlines()

    def stop(self) -> None:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            os.kill(int((self.folder / "pid").read_text()), signal.SIGTERM)


@contextlib.contextmanager
def serving(home: Path, settings: Path, user: str, folder: Path) -> Iterator[Served]:
    """The installation with servers, on which nothing runs yet; its settings are as before in the end."""
    before = settings.read_bytes()
    with postgresql_server() as database, redis_server() as redis:
        Path(unquote(urlsplit(database).hostname or "")).chmod(0o711)  # other users than root come here too
        socket = Path(redis.removeprefix("unix://"))
        socket.chmod(0o777)
        socket.parent.chmod(0o711)
        served = Served(home, settings, user, folder, database)
        places = {"DATABASE_URL": database, "REDIS_URL": redis, "PORT": str(served.port), "BACKUP_DIR": str(folder)}
        kept = [line for line in before.decode().splitlines() if line.partition("=")[0] not in places]
        settings.write_text("\n".join([*kept, *(f"{name}={value}" for name, value in places.items()), ""]))
        try:
            yield served
        finally:
            served.stop()
            settings.write_bytes(before)


def next_release(bundle: Path) -> None:
    """Make of an unpacked bundle one whose release adds a column, with a page by which one knows it."""
    release = bundle / "release"
    name = 'name = models.CharField("名前", max_length=16, choices=Name, unique=True)'
    column = '\n    host = models.CharField("機械", max_length=64, default="", db_default="")'
    rewrite(release / "musashimurayama_isms" / "jobs" / "models" / "heartbeat.py", lambda text: _with(text, name, name + column))
    last = sorted(path.stem for path in (release / "musashimurayama_isms" / "jobs" / "migrations").glob("0*.py"))[-1]
    (release / "musashimurayama_isms" / "jobs" / "migrations" / "9000_host.py").write_text(MIGRATION.format(last=last))
    rewrite(release / "templates" / "account" / "login.html", lambda text: _with(text, "{% block content %}", "{% block content %}次の版"))


def _with(text: bytes, old: str, new: str) -> bytes:
    assert old.encode() in text
    return text.replace(old.encode(), new.encode(), 1)


MIGRATION = """from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "{last}")]
    operations = [migrations.AddField("heartbeat", "host", models.CharField("機械", max_length=64, default="", db_default=""))]
"""
