"""The administrators' handbook: every command in it is run, here on an installation of its own or by the test that is named.

The installation is one PostgreSQL database, set up by the very lines of the chapters; they are run in a copy of the tree, so
that nothing of the checkout is touched. A test gives the next one what it has done, so they stand in the order of the work.
"""

import contextlib
import os
import pty
import re
import secrets
import select
import shlex
import shutil
import signal
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management import get_commands

from tests.handbook import CHAPTERS, INDEX, PROOFS, ROOT, all_commands, commands_of
from tests.policy_text import SAMPLE
from tests.services import postgresql_server, redis_server

from .test_proof import names_in

PATIENCE = 1500  # seconds for one command; the machine may be busy
PASSWORD = "Harbour-4711-lantern"
MANAGE = "./.venv/bin/python manage.py "
# Chapters that are linked before they are written; each goes from here when it comes.


# -- what stands in the chapters -----------------------------------------------------------------------------------------


def links_of(path: Path) -> list[Path]:
    return [path.parent / name for name in re.findall(r"\]\(([\w/.-]+\.md)\)", path.read_text(encoding="utf-8"))]


def test_every_link_leads_to_a_chapter_and_every_chapter_is_in_the_index():
    pages = [INDEX, *sorted(CHAPTERS.glob("*.md"))]
    missing = {link.name for page in pages for link in links_of(page) if not link.is_file()}
    assert missing == set()
    assert {path.name for path in CHAPTERS.glob("*.md")} <= {link.name for link in links_of(INDEX)}


def test_no_command_stands_outside_a_fence():
    loose = re.compile(r"^(?: {4,}|\t)(?:make|python3?|sudo|docker|\./|manage\.py|systemctl|pg_\w+)\b")
    for page in (INDEX, *CHAPTERS.glob("*.md")):
        text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        assert [line for line in text.splitlines() if loose.match(line)] == [], page.name


def test_a_command_that_a_sentence_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in (INDEX, *CHAPTERS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands()), page.name
        assert set(re.findall(r"`make ([a-z-]+)", text)) <= targets, page.name


def proofs_of(command: str) -> list:
    return [proof for proof in PROOFS if re.fullmatch(proof.pattern, command)]


def test_every_command_is_run_here_or_by_the_test_that_is_named():
    commands = all_commands()
    assert len(commands) > 30
    unproved = {command: pages for command, pages in commands.items() if command not in RUN and len(proofs_of(command)) != 1}
    assert unproved == {}
    assert set(RUN) - set(commands) == set(), "commands that no chapter has any more"
    assert [proof.pattern for proof in PROOFS if not any(re.fullmatch(proof.pattern, command) for command in commands)] == []


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.pattern[:40])
def test_what_is_not_run_as_it_is_printed_says_why_and_names_a_test(proof):
    path, _, name = proof.test.partition("::")
    assert proof.reason.endswith("。")
    assert name in names_in(ROOT / path)


def test_the_optional_packages_are_those_that_the_project_names():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    printed = [shlex.split(command)[-1] for command in commands_of("login") if " pip install " in command]
    assert printed == [package for packages in extras.values() for package in packages]


# -- the installation ------------------------------------------------------------------------------------------------------


@dataclass
class Installation:
    """A copy of the tree with settings of its own; `paths` puts real files in place of those that a chapter names."""

    folder: Path
    env: dict[str, str]
    paths: dict[str, str] = field(default_factory=dict)

    def database(self, name: str) -> str:
        """The address of another database of the cluster."""
        return self.env["DATABASE_URL"].removesuffix("portal") + name

    def line(self, command: str) -> str:
        for printed, real in self.paths.items():
            command = command.replace(printed, real)
        return command

    def run(self, command: str, **env: str) -> str:
        """What a printed command says, run by bash as a person would; it must end well."""
        assert command in RUN, f"not among the commands of this test: {command}"
        done = subprocess.run(
            ["bash", "-c", self.line(command)],
            cwd=self.folder,
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        return done.stdout + done.stderr

    def type_in(self, command: str, *answers: str, **env: str) -> str:
        """The same at a terminal, where each prompt gets its answer."""
        assert command in RUN
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("bash", ["bash", "-c", self.line(command)], {**self.env, **env})  # noqa: S606  the person's own line
        said, waiting, deadline = b"", list(answers), time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if select.select([terminal], [], [], 0.2)[0]:
                try:
                    said += os.read(terminal, 4096)
                except OSError:  # its end of the terminal is closed
                    break
            elif waiting and said.rstrip(b" ").endswith(b":"):
                os.write(terminal, waiting.pop(0).encode() + b"\n")
                said += b"\n"
        _, status = os.waitpid(process, 0)
        os.close(terminal)
        assert os.waitstatus_to_exitcode(status) == 0, said.decode(errors="replace")
        assert waiting == []
        return said.decode(errors="replace")

    def manage(self, command: str, **env: str) -> str:
        return self.run(MANAGE + command, **env)


def copied(folder: Path) -> None:
    """The tree as it stands, with the packages of this checkout, marked as set up in the new place."""
    left_out = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", "pictures")
    shutil.copytree(ROOT, folder, ignore=left_out, symlinks=True)
    venv = folder / ".venv"
    venv.mkdir()
    for name in ("bin", "lib", "include", "pyvenv.cfg"):
        (venv / name).symlink_to((ROOT / ".venv" / name).resolve())
    (folder / "var").mkdir(mode=0o700)
    packages = "".join((folder / name).read_text(encoding="utf-8") for name in ("requirements-uv.txt", "requirements.txt"))
    digest = subprocess.run(["sha256sum"], input=packages, capture_output=True, text=True, check=True).stdout
    (venv / ".installed").write_text(f"{folder}\n{digest}")  # as deploy/setup.sh leaves it


def settings(database: str, redis: str) -> dict[str, str]:
    """The settings of a production installation; the environment of the test run itself is left outside."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": os.environ.get("HOME", "/"),
        "PORTAL_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TRAIL_KEYS": "k1:" + secrets.token_hex(32),
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "ALLOWED_HOSTS": "portal.example.lg.jp",
        "PORTAL_URL": "https://portal.example.lg.jp",
        "BACKUP_DIR": "/srv/portal-backup",
        "BACKUP_KEY": secrets.token_hex(32),
    }


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[Installation]:
    """The copy, beside an empty cluster of PostgreSQL whose administrator is `postgres`."""
    place = tmp_path_factory.mktemp("handbook")
    copied(place / "portal")
    with postgresql_server() as server, redis_server() as redis:
        socket_folder = re.search(r"@([^:/]+):", server)[1]
        database = f"postgresql://portal@{socket_folder}:5432/portal"
        env = settings(database, redis) | {"PGHOST": socket_folder.replace("%2F", "/"), "PGUSER": "postgres", "PGDATABASE": "postgres"}
        env["RESTORED_DATABASE_URL"] = f"{database}_restored"
        later = place / "later.txt"
        later.write_text(SAMPLE.read_text(encoding="utf-8").replace("令和5年4月", "令和6年4月"), encoding="utf-8")
        paths = {"/path/to/policy.txt": str(SAMPLE), "/path/to/new_policy.txt": str(later), "/安全な場所": str(place)}
        yield Installation(place / "portal", env, paths)


INSTALL = commands_of("install")
RESTORE = 'DATABASE_URL="$RESTORED_DATABASE_URL" ' + MANAGE
RUN = {
    *(command for command in INSTALL if not command.startswith(("make ", "pip-audit"))),
    *(command for name in ("settings", "running", "april", "revision", "obligations") for command in commands_of(name)),
    *(command for command in commands_of("bad_day") if not command.startswith("make ")),
}


BEFORE_THE_FIRST_BACKUP = {"backup.W003", "backup.W004"}


def complaints(said: str) -> set[str]:
    """What `manage.py check` has found, by its codes."""
    assert "no issues" in said or "identified" in said
    return set(re.findall(r"\((\w+\.[A-Z]\d+)\)", said))


def head_of(said: str) -> str:
    return re.search(r"先頭（控え用）: (\d+:[0-9a-f]{64})", said)[1]


@pytest.mark.postgresql
class TestTheInstallation:
    """From the empty cluster to the bad day, each command as it is printed."""

    def test_a_database_is_made_that_sorts_and_finds_japanese(self, portal):
        portal.type_in("createuser --pwprompt portal", PASSWORD, PASSWORD)
        portal.run("createdb --owner portal --encoding UTF8 --locale C.UTF-8 --template template0 portal")
        made = "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database WHERE datname = 'portal'"
        told = subprocess.run(["psql", "-Atc", made], env=portal.env, capture_output=True, text=True, check=True).stdout
        assert told.strip() == "UTF8|C.UTF-8|C.UTF-8"

    def test_keys_are_made_as_the_settings_want_them(self, portal):
        trail, secret = (portal.run(command).strip() for command in commands_of("settings"))
        assert re.fullmatch(r"k2:[0-9a-f]{64}", trail)
        assert len(secret) >= 50
        portal.env |= {"TRAIL_KEYS": f"{portal.env['TRAIL_KEYS']},{trail}", "SECRET_KEY": secret}

    def test_tables_reference_data_and_static_files_come_in_and_nothing_is_complained_of(self, portal):
        portal.manage("migrate")
        for name in ("empty", "trial"):  # for the tests below: migrating once more would take a minute each
            subprocess.run(["createdb", "--owner", "portal", "--template", "portal", name], env=portal.env, check=True)
        assert "obligations.json: 追加" in portal.manage("load_reference")
        assert "追加 0件" in portal.manage("load_reference")
        portal.manage("collectstatic --noinput")
        assert complaints(portal.manage("check --deploy --database default")) <= BEFORE_THE_FIRST_BACKUP

    def test_the_text_of_the_policy_comes_in(self, portal):
        assert "何も保存していません" in portal.manage("import_policy /path/to/policy.txt --dry-run")
        assert "で施行しました" in portal.manage("import_policy /path/to/policy.txt")
        assert '"clauses"' in portal.manage("export_policy")

    def test_the_first_administrator_is_made_at_the_terminal(self, portal):
        command = next(command for command in INSTALL if "createsuperuser" in command)
        portal.type_in(command, PASSWORD, PASSWORD)
        asked = "SELECT name, is_superuser FROM accounts_user WHERE username = 'kanri'"
        told = subprocess.run(
            ["psql", "-At", portal.env["DATABASE_URL"], "-c", asked], env=portal.env, capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == "管理 太郎|t"

    def test_the_rounds_of_the_administrator_find_all_in_order(self, portal):
        assert complaints(portal.manage("check --database default")) <= BEFORE_THE_FIRST_BACKUP
        said = portal.manage("verify_trail")
        assert "書換えや欠落はありません" in said
        portal.paths["番号:連鎖値"] = head_of(said)
        assert head_of(portal.manage("verify_trail --head '番号:連鎖値'")) == head_of(said)
        assert "仕組みなし 0件" in portal.manage("coverage")
        assert portal.manage("coverage --missing") == ""
        assert '"clause"' in portal.manage("coverage --json")
        assert "ポータル自身の義務" in portal.manage("coverage --portal")

    def test_a_later_text_of_the_policy_waits_as_a_draft(self, portal):
        assert "何も保存していません" in portal.manage("import_policy /path/to/new_policy.txt --dry-run")
        assert "を案として取り込み" in portal.manage("import_policy /path/to/new_policy.txt")

    def test_a_masked_copy_goes_to_a_trial(self, portal):
        portal.manage("export_masked --to /安全な場所/masked.jsonl.gz")
        assert "accounts" in portal.manage("export_masked --register")
        trial = {"DATABASE_URL": portal.database("empty"), "PORTAL_MODE": "trial"}
        portal.manage("import_masked /安全な場所/masked.jsonl.gz", **trial)
        portal.type_in(f"{MANAGE}changepassword sample00001", PASSWORD, PASSWORD, **trial)

    def test_on_a_bad_day_one_sees_what_runs_and_keeps_the_evidence(self, portal):
        assert re.search(r"20\d\d", portal.run("date"))
        assert "%" in portal.run("df -h .") + portal.run("df -i .")
        assert "var/" in portal.run("du -sh var/*")
        assert "State" in portal.run("ss -ltnp")
        assert re.search(r"20\d\d-", portal.run("psql \"$DATABASE_URL\" --command 'SELECT now()'"))
        portal.run('pg_dump --format=custom --file=evidence.dump "$DATABASE_URL"')
        assert re.match(r"[0-9a-f]{64}  evidence\.dump", portal.run("sha256sum evidence.dump"))

    def test_a_dump_is_put_back_into_an_empty_database_and_its_trail_is_proved(self, portal):
        portal.run("createdb --owner portal --encoding UTF8 --locale C.UTF-8 --template template0 portal_restored")
        portal.run('pg_restore --no-owner --exit-on-error --dbname "$RESTORED_DATABASE_URL" evidence.dump')
        portal.run(f"{RESTORE}migrate")
        assert head_of(portal.run(f"{RESTORE}verify_trail")) == head_of(portal.manage("verify_trail"))
        assert complaints(portal.run(f"{RESTORE}check --database default")) <= BEFORE_THE_FIRST_BACKUP
        portal.run(f"{RESTORE}reindex_search")


# -- the trial ---------------------------------------------------------------------------------------------------------------


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def trial(portal: Installation) -> dict[str, str]:
    """The environment of a trial in the copy, on a database whose tables are there already."""
    kept = ("PATH", "LANG", "HOME", "TRAIL_KEYS", "SECRET_KEY")
    return {name: portal.env[name] for name in kept} | {"DATABASE_URL": portal.database("trial")}


@pytest.mark.postgresql
def test_setting_up_twice_changes_nothing(portal):
    for _ in range(2):
        subprocess.run(["make", "setup"], cwd=portal.folder, env=trial(portal), check=True, timeout=PATIENCE, capture_output=True)
        kept = (portal.folder / "var" / "portal.env").read_text()
        assert "PORTAL_MODE=trial" in kept
    assert (portal.folder / "var" / "portal.env").read_text() == kept
    assert (portal.folder / "var" / "portal.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.postgresql
def test_the_trial_starts_with_one_line_and_ends_together(portal):
    port = free_port()
    log = portal.folder / "run.log"
    with log.open("wb") as output:
        run = subprocess.Popen(
            ["make", "run", f"PORT={port}", f"POLICY_FILE={SAMPLE}"],
            cwd=portal.folder,
            env=trial(portal),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while f"http://localhost:{port}/" not in log.read_text(errors="replace"):
            assert run.poll() is None, log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:]
            time.sleep(0.3)
        assert "shokuin" in log.read_text(errors="replace")
        with urlopen(f"http://localhost:{port}/", timeout=60) as page:  # noqa: S310  the portal just started
            assert "見本" in page.read().decode()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGTERM)
        run.wait(60)
    with pytest.raises(OSError, match="."), socket.create_connection(("127.0.0.1", int(port)), timeout=5):
        pass
