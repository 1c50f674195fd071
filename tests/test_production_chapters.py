"""The blocks of the chapters on production and upgrades do what they say (`production_proofs` names which test runs which line)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import psycopg2
import pytest
import yaml

from .faults.composed import HOST
from .services import postgresql_server

ROOT = Path(__file__).resolve().parent.parent
CHAPTERS = ROOT / "docs" / "administration"


def blocks(chapter: str) -> list[list[str]]:
    """The code blocks of a chapter, as lists of commands."""
    text = (CHAPTERS / f"{chapter}.md").read_text(encoding="utf-8")
    return [block.strip().splitlines() for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def commands() -> list[str]:
    """All commands of both chapters."""
    return [line for chapter in ("production", "upgrade") for block in blocks(chapter) for line in block]


@pytest.fixture
def server(tmp_path) -> Path:
    """A server of its own below a folder: the chapters' absolute paths lead into it, programs of the service manager only take notes."""
    release = tmp_path / "srv/portal/releases/1.0.0"
    release.mkdir(parents=True)
    (release / "deploy").symlink_to(ROOT / "deploy")
    (tmp_path / "srv/portal/current").symlink_to("releases/1.0.0")
    for folder in ("etc/systemd/system", "etc/musashimurayama-isms", "etc/nginx/conf.d", "bin", "work"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "work" / "portal.env").write_text("PORTAL_MODE=production\n")
    shutil.copy(ROOT / ".env.example", tmp_path / "work")
    for program in ("systemctl", "docker", "chown"):
        stub = tmp_path / "bin" / program
        stub.write_text(f'#!/bin/sh\necho "{program} $*" >> {tmp_path}/told\n')
        stub.chmod(0o755)
    return tmp_path


def run(server: Path, lines: list[str], **env: str) -> str:
    """The lines in a shell of the server, where they would be run; they must all succeed."""
    text = "\n".join(re.sub(r"(?<![\w.])/(?=(?:etc|srv)/)", f"{server}/", line) for line in lines)
    text = re.sub(r"-([og]) (?:root|portal)", rf"-\1 {os.getuid()}", text)
    env = {"PATH": f"{server}/bin:{os.environ['PATH']}:/usr/sbin", "HOME": str(server), **env}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text], cwd=server / "work", env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def block_with(chapter: str, words: str) -> list[str]:
    (found,) = [block for block in blocks(chapter) if any(words in line for line in block)]
    return found


def test_the_block_for_containers_names_only_services_that_there_are(server):
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    run(server, block_with("production", "docker compose up"))
    assert (server / "work" / ".env").stat().st_mode & 0o777 == 0o600
    run(server, block_with("upgrade", "docker compose build"))
    told = (server / "told").read_text().splitlines()
    named = [re.sub(r"docker compose (?:run --rm|up -d --no-deps --wait|exec) ", "", line).split()[0] for line in told if "--" in line]
    assert set(named[1:]) <= set(services) | {"compose"}
    order = [line.split()[-1] for line in told if "--wait" in line]
    assert order == ["web", "web2", "worker", "beat"]


def test_the_block_for_systemd_lays_every_unit_and_keeps_the_settings_to_the_portal(server):
    run(server, block_with("production", "daemon-reload"))
    laid = {path.name for path in (server / "etc/systemd/system").iterdir()}
    assert laid == {path.name for path in (ROOT / "deploy" / "systemd").iterdir()}
    assert (server / "etc/musashimurayama-isms/portal.env").stat().st_mode & 0o777 == 0o640
    enabled = (server / "told").read_text().splitlines()[-1]
    assert all(name in enabled for name in laid)


def test_the_block_for_the_relay_gives_a_configuration_that_nginx_takes(server):
    """Below the http block of Debian's own nginx.conf, with the certificate that the chapter makes."""
    (server / "work" / "tls").mkdir()
    run(server, block_with("production", "openssl req"))
    (server / "etc/nginx/nginx.conf").write_text(f"events {{}}\nhttp {{ include {server}/etc/nginx/conf.d/*.conf; }}\npid {server}/pid;\n")
    real = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    stub = server / "bin" / "nginx"
    stub.write_text(
        "#!/bin/sh\nset -e\n"
        f"cp work/tls/* etc/nginx/tls/ 2>/dev/null || cp tls/* {server}/etc/nginx/tls/\n"
        f"sed -i 's#/etc/nginx/#{server}/etc/nginx/#; s#/var/log/nginx/#{server}/#' {server}/etc/nginx/conf.d/*.conf\n"
        f'exec {real} -c {server}/etc/nginx/nginx.conf -e stderr "$@"\n'
    )
    stub.chmod(0o755)
    run(server, block_with("production", "nginx -t"))
    assert {path.name for path in (server / "etc/nginx/relay").iterdir()} == {"413.html", "502.html"}
    text = subprocess.run(
        ["openssl", "x509", "-in", str(server / "work/tls/portal.crt"), "-noout", "-text"], capture_output=True, text=True, check=True
    ).stdout
    assert f"DNS:{HOST}" in text


def test_the_way_back_turns_the_link_and_restarts_the_three(server):
    (server / "srv/portal/releases/1.1.0").mkdir()
    (server / "srv/portal/current").unlink()
    (server / "srv/portal/current").symlink_to("releases/1.1.0")
    run(server, block_with("upgrade", "ln -sfn"))
    assert os.readlink(server / "srv/portal/current") == "releases/1.0.0"
    assert len((server / "told").read_text().splitlines()) == 3


@pytest.mark.postgresql
def test_the_database_that_the_chapter_makes_has_the_right_letters(server):
    with postgresql_server() as url:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE ROLE portal LOGIN")
        host, port = connection.info.host, str(connection.info.port)
        run(server, block_with("production", "createdb"), PGHOST=host, PGPORT=port, PGUSER="postgres")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datcollate, datdba::regrole::text FROM pg_database WHERE datname = 'portal'"
            )
            assert cursor.fetchone() == ("UTF8", "C.UTF-8", "portal")
        connection.close()
