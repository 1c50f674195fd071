"""The containers run the commands that the tests run, and every package is pinned."""

import re
from pathlib import Path

import pytest
import yaml

from deploy import run

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-uv.txt")


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]


def test_containers_run_the_commands_of_the_procfile(compose):
    for name, command in run.processes().items():
        assert compose[name]["command"].split() == command


def test_the_image_serves_what_the_procfile_serves():
    command = re.search(r"^CMD (\[.*\])$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
    assert yaml.safe_load(command) == run.processes()["web"]


def test_what_the_image_copies_and_runs_exists():
    text = (ROOT / "Dockerfile").read_text()
    for path in re.findall(r"(?:deploy/[\w./]+|requirements[\w-]*\.txt|manage\.py)", text):
        assert (ROOT / path).exists(), path


def test_production_keeps_its_queue_and_sorts_japanese(compose):
    assert compose["redis"]["command"] == ["redis-server", "--appendonly", "yes"]
    assert "C.UTF-8" in compose["db"]["environment"]["POSTGRES_INITDB_ARGS"]


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_pinned_with_hashes_and_names_no_host(name):
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.match(r"[\w.-]+==\S+ \\\n\s+--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert "://" not in text
    assert "--index" not in text


def test_developers_run_the_very_versions_of_production():
    assert pinned("requirements.txt").items() <= pinned("requirements-dev.txt").items()
