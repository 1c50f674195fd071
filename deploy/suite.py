"""`make test`: lint, the whole suite on SQLite, then on PostgreSQL with the browser journeys. `--lint` stops after the first.
`--deep` (`make test-deep`) runs what takes too long for every change: the tests marked `deep`, on PostgreSQL.

Every stage runs even if one before it failed, so that one run tells everything; any failure makes the exit code 1.
The last line is the summary of the last pytest run.
"""

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.services import postgresql_server, redis_server

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
SOURCE = ("musashimurayama_isms", "policy", "assets", "incidents", "audits", "deploy")
LINT = (
    ("ruff", "check", "--quiet", "."),
    ("ruff", "format", "--quiet", "--check", "."),
    ("djlint", "--quiet", "--lint", "templates"),
    ("lint-imports",),
    ("bandit", "--quiet", "--recursive", "--severity-level", "medium", *SOURCE),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    ("python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"),
)
PYTEST = ("pytest", "-n", "2", "--dist", "loadfile")


class Stages:
    """Runs programs of .venv one after the other and remembers which failed."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def run(self, name: str, *command: str, env: Mapping[str, str]) -> None:
        """Runs `command` with `env` over the environment, in the project's folder; its output goes straight through."""
        print(f"── {name}", flush=True)
        done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env={**os.environ, **env}, check=False)
        if done.returncode:
            self.failed.append(name)

    def tell(self) -> None:
        """Names what has failed so far."""
        if self.failed:
            print(f"── 失敗した段: {'、'.join(self.failed)}", flush=True)


def production_like(database: str, redis: str) -> dict[str, str]:
    """Settings as in production, so that `check --deploy` judges what would run there."""
    return {
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TRAIL_KEYS": "k1:" + secrets.token_hex(32),
        "ALLOWED_HOSTS": "portal.example.lg.jp",
        "PORTAL_URL": "https://portal.example.lg.jp",
        "HTTPS": "true",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "BACKUP_DIR": "/srv/portal-backup",
        "BACKUP_KEY": secrets.token_hex(32),
    }


def lint(stages: Stages, env: Mapping[str, str]) -> None:
    for command in LINT:
        stages.run(" ".join(command[:3]), *command, env=env)


def tests(stages: Stages, databases: Mapping[str, str], redis: str) -> None:
    """The suite on SQLite without the browser, the long walks and the bundle, then all of it on PostgreSQL; failures are told between."""
    env = {"PORTAL_MODE": "trial", "REDIS_URL": redis}
    stages.run("pytest: SQLite", *PYTEST, "-m", "not browser and not walk and not bundle", env={**env, "DATABASE_URL": databases["sqlite"]})
    stages.tell()
    stages.run("pytest: PostgreSQL", *PYTEST, env={**env, "DATABASE_URL": databases["postgresql"]})


def deep(stages: Stages, databases: Mapping[str, str], redis: str) -> None:
    """The tests marked `deep` alone: PostgreSQL refuses more than SQLite does, so it is the one to be tried."""
    env = {"PORTAL_MODE": "trial", "REDIS_URL": redis, "DEEP": "1", "DATABASE_URL": databases["postgresql"]}
    stages.run("pytest: deep", "pytest", "-n", "2", "-m", "deep", env=env)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # the servers are put away then too
    stages = Stages()
    with contextlib.ExitStack() as stack:
        postgresql, redis = stack.enter_context(postgresql_server()), stack.enter_context(redis_server())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        databases = {"sqlite": f"sqlite:///{folder}/portal.sqlite3", "postgresql": postgresql}
        if "--deep" in sys.argv:
            deep(stages, databases, redis)
        else:
            lint(stages, production_like(postgresql, redis))
            if "--lint" not in sys.argv:
                tests(stages, databases, redis)
        if "--lint" in sys.argv or "--deep" in sys.argv:
            stages.tell()
    sys.exit(1 if stages.failed else 0)


if __name__ == "__main__":
    main()
