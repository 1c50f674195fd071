"""The containers run the commands that the tests run, and every package is pinned."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

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
    for path in re.findall(r"(?:deploy/[\w./]*\w|requirements[\w-]*\.txt|manage\.py)", text):
        assert (ROOT / path).exists(), path


def test_production_keeps_its_queue_and_sorts_japanese(compose):
    assert " ".join(compose["redis"]["command"]).startswith("redis-server --appendonly yes ")
    assert "C.UTF-8" in compose["db"]["environment"]["POSTGRES_INITDB_ARGS"]


SERVICES = ("proxy", "db", "redis", "prepare", "web", "web2", "worker", "beat")


def test_these_are_all_services(compose):
    assert sorted(compose) == sorted(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(compose, name):
    """No rights, no writing but to volumes and memory, a limit for everything, logs that do not fill the disk."""
    service = compose[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert service["healthcheck"] if name not in ("web", "web2") else "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_nobody_runs_as_root(compose):
    assert re.search(r"^USER portal$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert (compose["db"]["user"], compose["redis"]["user"]) == ("postgres", "redis")
    assert "unprivileged" in compose["proxy"]["image"]


def test_database_and_queue_have_no_way_out_and_only_the_relay_is_open(compose):
    networks = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["networks"]
    assert networks["inside"]["internal"] is True
    for name in ("db", "redis", "prepare", "beat"):
        assert compose[name]["networks"] == ["inside"]
    assert [name for name in SERVICES if compose[name].get("ports")] == ["proxy"]


def test_the_file_of_the_example_is_all_that_the_compose_file_asks_for(compose):
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    given = set(re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked <= given


def test_what_is_mounted_into_the_relay_exists(compose):
    for line in compose["proxy"]["volumes"]:
        source = line.split(":")[0]
        assert source == "./tls" or (ROOT / source).exists(), source


def test_the_relay_takes_larger_uploads_and_waits_longer_than_the_portal():
    relay = (ROOT / "deploy" / "nginx" / "portal.conf").read_text()
    gunicorn = (ROOT / "deploy" / "gunicorn.conf.py").read_text()
    assert int(re.search(r"client_max_body_size (\d+)m;", relay)[1]) > settings.RECORD_MEGABYTES
    assert int(re.search(r"proxy_read_timeout (\d+)s;", relay)[1]) > int(re.search(r"^timeout = (\d+)", gunicorn, re.MULTILINE)[1])


def test_whatever_a_browser_could_forge_is_overwritten_by_the_relay():
    relay = (ROOT / "deploy" / "nginx" / "portal.conf").read_text()
    written = dict(re.findall(r"proxy_set_header (\S+) (\S+);", relay))
    assert written["X-Forwarded-Proto"] == "https"
    assert written["X-Forwarded-For"] == "$remote_addr"
    assert {"X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP", "Forwarded", "X-Remote-User", "X-Request-ID"} <= set(written)


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
