"""The units for a server without containers: the same commands, confined as far, judged by systemd itself."""

import configparser
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from deploy import run

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "deploy" / "systemd"
NAME = "musashimurayama-isms"
SERVICES = ("web", "worker", "beat")
BIN = "/srv/portal/current/.venv/bin/"


class Unit(configparser.RawConfigParser):
    """A unit file; names as they are written, the last of a repeated one counts."""

    def __init__(self, path: Path) -> None:
        super().__init__(strict=False, interpolation=None)
        self.optionxform = str
        self.read_string(path.read_text())


def service(name: str) -> configparser.SectionProxy:
    return Unit(UNITS / f"{NAME}-{name}.service")["Service"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_runs_the_command_of_the_procfile(name):
    assert shlex.split(service(name)["ExecStart"].removeprefix(BIN)) == run.processes()[name]
    assert service(name)["ExecStart"].startswith(BIN)


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_writes_nowhere_but_in_the_data_of_the_portal_and_gains_no_right(name):
    unit = service(name)
    backups = " -/srv/portal-backup" if name.endswith("worker") else ""
    assert (unit["User"], unit["ProtectSystem"], unit["ReadWritePaths"]) == ("portal", "strict", f"/srv/portal/var{backups}")
    for word in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome", "RestrictSUIDSGID", "ProtectKernelTunables"):
        assert unit[word] == "yes", word
    assert unit["CapabilityBoundingSet"] == ""
    assert unit["Restart"] == "always"
    assert {"MemoryMax", "TasksMax", "CPUQuota", "LimitNOFILE"} <= set(unit)
    assert unit["EnvironmentFile"] == f"/etc/{NAME}/portal.env"


def test_the_target_wants_every_unit():
    wanted = set(Unit(UNITS / f"{NAME}.target")["Unit"]["Wants"].split())
    assert wanted == {path.name for path in UNITS.iterdir()} - {f"{NAME}.target"}


def test_the_web_server_takes_its_socket_from_systemd_where_the_relay_asks():
    listens = Unit(UNITS / f"{NAME}-web.socket")["Socket"]["ListenStream"]
    assert f"server {listens} " in (ROOT / "deploy" / "nginx" / "upstream-host.conf").read_text()
    assert Unit(UNITS / f"{NAME}-web.service")["Unit"]["Requires"] == f"{NAME}-web.socket"


@pytest.fixture(scope="module")
def systemd(tmp_path_factory) -> Path:
    """A root folder with the units and the programs that they name."""
    root = tmp_path_factory.mktemp("root")
    for program in ("gunicorn", "celery"):
        path = root / f"{BIN}{program}".removeprefix("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    folder = root / "etc/systemd/system"
    folder.mkdir(parents=True)
    for path in UNITS.iterdir():
        (folder / path.name).write_text(path.read_text())
    (root / "bin").mkdir()
    (root / "bin/kill").write_text("#!/bin/sh\n")
    (root / "bin/kill").chmod(0o755)
    return root


def ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)


def test_systemd_finds_nothing_wrong_with_the_units(systemd):
    units = [f"{NAME}-{name}.service" for name in SERVICES]
    done = ask("verify", "--recursive-errors=no", f"--root={systemd}", *units)
    assert [line for line in done.stderr.splitlines() if NAME in line] == []


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_judges_the_confinement_as_good(name):
    done = ask("security", "--offline=true", str(UNITS / f"{NAME}-{name}.service"))
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1]
    assert float(exposure) < 2.5
