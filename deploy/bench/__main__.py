"""The run: two databases are made and filled, the pages measured on both, the writers let loose, the table printed.

`python -m deploy.bench [--share 0.1] [--markdown FILE] [--small URL --large URL]`: with --share the much is a part of ten years' data
and is ready sooner; the two addresses are databases that make_scale has filled already.
"""

import argparse
import contextlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from deploy.prepare import policy_file
from tests.services import postgresql_server, redis_server

from . import bare_table
from .figures import Cost, Line, Whole, markdown, shape_of
from .server import ROOT, Server, serving

LITTLE = ("--assets", "100", "--requests", "100", "--incidents", "100", "--entries", "3000", "--years", "2", "--staff", "200")
TURNS, TIMES = 5, 4  # each page is measured in turns with its bare one; the least counts
SAY = sys.stderr


@dataclass(frozen=True)
class Measured:
    """One page on one database."""

    name: str
    goal: float
    cost: Cost


def say(sentence: str) -> None:
    print(sentence, file=SAY, flush=True)


def environment(database: str, redis: str) -> dict[str, str]:
    """The settings of a trial with the web process of production; a database that is there already needs the TRAIL_KEYS of its trail."""
    keys = os.environ.get("TRAIL_KEYS") or f"bench:{'5a' * 32}"
    secret = {"SECRET_KEY": secrets.token_urlsafe(64), "TRAIL_KEYS": keys, "SAMPLE_PASSWORD": "bench-only-4711"}
    return {
        **secret,
        "PORTAL_MODE": "trial",
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "DJANGO_SETTINGS_MODULE": "deploy.bench.settings",
    }


def manage(env: dict[str, str], *arguments: str, quiet: bool = True) -> None:
    """Runs a command of the portal on the database of `env`."""
    output = subprocess.DEVNULL if quiet else SAY
    subprocess.run([sys.executable, "-u", "manage.py", *arguments], cwd=ROOT, env={**os.environ, **env}, check=True, stdout=output)


def fill(env: dict[str, str], *amount: str) -> None:
    """Schema, reference data, the policy, the sample staff, then the rows."""
    manage(env, "migrate", "--no-input")
    manage(env, "load_reference")
    if source := policy_file():
        manage(env, "import_policy", str(source))
    manage(env, "sample_staff", "--password-env", "SAMPLE_PASSWORD")
    manage(env, "make_scale", "--no-proof", *amount, quiet=False)


@contextlib.contextmanager
def session(database: str) -> Iterator[Any]:
    """A cursor outside any transaction."""
    with contextlib.closing(psycopg2.connect(database)) as connection:
        connection.autocommit = True
        yield connection.cursor()


def make_database(server: str, name: str) -> str:
    with session(server) as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    return server.rpartition("/")[0] + f"/{name}"


def settle(database: str) -> None:
    """What the upkeep of a database does in the background, and the rows of the bare page."""
    with session(database) as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(bare_table.MAKE)


def measure(env: dict[str, str]) -> tuple[list[Measured], float]:
    """Every page on one database beside the bare page of its shape and that of a fresh project; the memory of the process afterwards."""
    listed = subprocess.run(
        [sys.executable, "-m", "deploy.bench.pages"], cwd=ROOT, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE
    )
    fresh = {name: value for name, value in env.items() if name != "DJANGO_SETTINGS_MODULE"}
    make = [sys.executable, "-m", "deploy.bench.startproject"]
    made = subprocess.run(make, cwd=ROOT, env={**os.environ, **fresh}, check=True, stdout=subprocess.PIPE, text=True)
    with (
        serving("musashimurayama_isms.wsgi", env) as portal,
        serving("deploy.bench.bare", env) as plain,
        serving("deploy.bench.startproject", fresh) as usual,
    ):
        found = [_measured(page, portal, plain, usual, made.stdout) for page in json.loads(listed.stdout)]
        return found, portal.megabytes


def _measured(page: dict[str, Any], portal: Server, plain: Server, usual: Server, cookie: str) -> Measured:
    answer = portal.ask(page["path"], page["cookie"])
    shape = shape_of(answer.body)
    bare_path = f"/?rows={shape.rows}&cells={shape.cells}"
    plain.ask(bare_path)
    usual.ask(bare_path, cookie)
    turns = [
        (
            portal.cost(page["path"], page["cookie"], times=TIMES),
            plain.cost(bare_path, times=TIMES * 4),
            usual.cost(bare_path, cookie, times=TIMES * 4),
        )
        for _ in range(TURNS)
    ]
    portal_seconds, bare_seconds, usual_seconds = (min(seconds) for seconds in zip(*turns, strict=True))  # whatever disturbs only adds
    queries = portal.ask(page["path"], page["cookie"]).queries
    times = "".join(f"{seconds * 1000:8.1f} ms" for seconds in (portal_seconds, bare_seconds, usual_seconds))
    say(f"  {times}  {queries:4} 問合せ  {shape.rows}×{shape.cells}  {page['name']}")
    return Measured(page["name"], page["goal"], Cost(portal_seconds, bare_seconds, usual_seconds, queries, shape.rows))


def acts_a_second(env: dict[str, str]) -> float:
    run = [sys.executable, "-m", "deploy.bench.writers"]
    return float(subprocess.run(run, cwd=ROOT, env={**os.environ, **env}, check=True, stdout=subprocess.PIPE, text=True).stdout)


def main() -> None:
    options = _options()
    with contextlib.ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        little, much = _databases(options, stack, redis)
        collect(little)
        say("少ないデータで測ります。")
        small, _ = measure(little)
        say("多いデータで測ります。")
        large, megabytes = measure(much)
        say("16の書き手で測ります。")
        whole = Whole(megabytes, acts_a_second(much))
    before = {row.name: row for row in small}
    lines = [Line(row.name, before[row.name].cost, row.cost, row.goal) for row in large if row.name in before]
    text = markdown(lines, whole)
    print(text)
    if options.markdown:
        Path(options.markdown).write_text(text, encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="主な画面の費用を、空の画面との比で表示します。")
    parser.add_argument("--share", default="1", help="多いデータを、10年分の何割にするか（既定 1）")
    parser.add_argument("--markdown", metavar="ファイル", help="表をこのファイルにも書きます。")
    parser.add_argument("--small", metavar="URL", help="make_scale で作った、データの少ないデータベース")
    parser.add_argument("--large", metavar="URL", help="make_scale で作った、データの多いデータベース")
    options = parser.parse_args()
    if bool(options.small) != bool(options.large):
        parser.error("--small と --large は、両方を指定してください。")
    return options


def _databases(options: argparse.Namespace, stack: contextlib.ExitStack, redis: str) -> tuple[dict[str, str], dict[str, str]]:
    """The environments with little and with much data, filled and settled."""
    if options.small:
        found = [environment(url, redis) for url in (options.small, options.large)]
    else:
        server = stack.enter_context(postgresql_server())
        found = [environment(make_database(server, name), redis) for name in ("little", "much")]
        say("少ないデータを作ります。")
        fill(found[0], *LITTLE)
        say("多いデータを作ります（10年分では十数分かかります）。")
        fill(found[1], "--share", options.share)
    for env in found:
        settle(env["DATABASE_URL"])
    return found[0], found[1]


def collect(env: dict[str, str]) -> None:
    """The static files as production serves them."""
    run = [sys.executable, "-m", "deploy.statics"]
    subprocess.run(run, cwd=ROOT, env={**os.environ, **env, "DJANGO_SETTINGS_MODULE": "musashimurayama_isms.settings"}, check=True)


if __name__ == "__main__":
    main()
