"""`make test`: lint, the whole suite on SQLite, then on PostgreSQL with the browser journeys. `--lint` stops after the first.

Every stage runs even if one before it failed, so that one run tells everything; any failure makes the exit code 1.
The last line is the summary of the last pytest run.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import tempfile
import time
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
        began = time.monotonic()
        code = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env={**os.environ, **env}, check=False).returncode
        if code:
            self.failed.append(name)
            print(f"── {name}: 失敗（終了コード {code}、{time.monotonic() - began:.0f} 秒）", flush=True)


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
    }


def policy_text() -> dict[str, str]:
    """POLICY_FILE for the tests that read the city's own text: as given, or the text in shared/policy beside this checkout."""
    found = sorted((ROOT.parent / "shared" / "policy").glob("*.txt"))
    return {"POLICY_FILE": os.environ.get("POLICY_FILE") or str(found[0])} if found or os.environ.get("POLICY_FILE") else {}


def main() -> None:
    stages = Stages()
    with contextlib.ExitStack() as stack:
        postgresql, redis = stack.enter_context(postgresql_server()), stack.enter_context(redis_server())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        for command in LINT:
            stages.run(" ".join(command[:3]), *command, env=production_like(postgresql, redis))
        if "--lint" not in sys.argv:
            env = {**policy_text(), "PORTAL_MODE": "trial", "REDIS_URL": redis}
            sqlite = {**env, "DATABASE_URL": f"sqlite:///{folder}/portal.sqlite3"}
            stages.run("pytest: SQLite", *PYTEST, "-m", "not browser", env=sqlite)
            if stages.failed:
                print(f"── ここまでに失敗した段: {'、'.join(stages.failed)}", flush=True)
            stages.run("pytest: PostgreSQL", *PYTEST, env={**env, "DATABASE_URL": postgresql})
    sys.exit(1 if stages.failed else 0)


if __name__ == "__main__":
    main()
