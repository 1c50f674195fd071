"""The services of docker-compose.yml without an engine: each command as it stands there, with its volumes and its read-only files.

What containers give by name – hosts, ports, folders – is put in here; all else is what the files of the project say.
"""

import os
import pwd
import re
import secrets
import shlex
import socket
import ssl
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, HTTPSHandler, build_opener

import psycopg2
import yaml

from deploy.healthz import healthy
from tests.services import _postgresql_programs, reachable

from .machines import ROOT, Machine, free_port
from .visitor import Visitor

HOST = "portal.example.lg.jp"  # of .env.example
HOME = "/srv/portal"  # of the image
PASSWORD = "tests-only-passphrase-2026"


def confined(volumes: dict[Path, Path], command: list[str]) -> list[str]:
    """The command with nothing writable but `volumes` (source → place in the project) and a /tmp of its own, without any right."""
    pairs = " ".join(f"{source}:{place}" for source, place in volumes.items())
    return ["unshare", "--mount", "sh", str(ROOT / "tests" / "faults" / "confine.sh"), pairs, *command]


def as_user(name: str) -> list[str]:
    """How a root runs something as another user; whoever is no root runs it as they are."""
    return ["setpriv", "--reuid", name, "--regid", name, "--init-groups"] if os.getuid() == 0 else []


class Composed:
    """The machines of docker-compose.yml in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
        self.ports = {name: free_port() for name in ("db", "redis", "web", "web2", "http", "https")}
        self.settings = self._settings()
        self.db, self.redis = self._db(), self._redis()
        self.web, self.web2 = (self._web(name) for name in ("web", "web2"))
        self.workers = [self._worker(number) for number in (1, 2)]
        self.beat = self._portal("beat", "beat", lambda: "beat: Starting" in self.log("beat"))
        self.proxy = self._proxy()
        self.machines = [self.db, self.redis, self.web, self.web2, *self.workers, self.beat, self.proxy]

    # -- what the files say, with the hosts and folders of this machine in the place of a container's ----------------------

    def _settings(self) -> dict[str, str]:
        """.env.example filled in as it asks, and the environment of the image."""
        lines = (ROOT / ".env.example").read_text().splitlines()
        given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        image = re.search(r"^ENV (.*)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)[1]
        of_image = dict(word.split("=", 1) for word in image.split())
        password = secrets.token_urlsafe(24)
        return {
            **of_image,
            **{name: value.replace(HOME, str(ROOT)) for name, value in given.items()},
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "LANG": "C.UTF-8",
            "PYTHONWARNINGS": "ignore",  # Celery's, about a root who is none in the container
            "DJANGO_SETTINGS_MODULE": "tests.faults.production_settings",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "TRAIL_KEYS": f"k1:{secrets.token_hex(32)}",
            "BACKUP_KEY": secrets.token_hex(32),
            "PORTAL_URL": f"https://{HOST}:{self.ports['https']}",
            "POSTGRES_PASSWORD": password,
            "DATABASE_URL": f"postgresql://portal:{password}@127.0.0.1:{self.ports['db']}/portal",
            "REDIS_URL": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "SECOND_FACTOR": "false",
            "METRICS_ADDRESSES": "127.0.0.1",
            "PROXY_USER_HEADER": "X-Remote-User",
            "PROXY_ADDRESSES": "127.0.0.1",
        }

    def environment(self, name: str, **more: str) -> dict[str, str]:
        """The environment of a service."""
        given = {key: str(value).replace(HOME, str(ROOT)) for key, value in self.services[name].get("environment", {}).items()}
        return {**self.settings, **given, **more}

    def volumes(self, name: str) -> dict[Path, Path]:
        """The named volumes of a service: folder here → place in the project."""
        found = {}
        for line in self.services[name]["volumes"]:
            source, place, *mode = line.split(":")
            if mode == ["ro"]:  # no place to write to
                continue
            found[self._folder(source)] = Path(place.replace(HOME, str(ROOT)))
        for place in found.values():
            place.mkdir(parents=True, exist_ok=True)
        return found

    def _folder(self, name: str, owner: str = "") -> Path:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if owner and os.getuid() == 0:
            person = pwd.getpwnam(owner)
            os.chown(folder, person.pw_uid, person.pw_gid)
        return folder

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # -- the services ------------------------------------------------------------------------------------------------------

    def _db(self) -> Machine:
        """As the image's entry point does: a cluster with the password and the arguments of the file, then its command."""
        service, programs, home = self.services["db"], _postgresql_programs(), self._folder("database", "postgres")
        asks = self.folder / "password"
        asks.write_text(self.settings["POSTGRES_PASSWORD"])
        asks.chmod(0o644)
        arguments = service["environment"]["POSTGRES_INITDB_ARGS"].split()
        initdb = [str(programs / "initdb"), "-D", str(home), "-U", "portal", f"--pwfile={asks}", "-A", "scram-sha-256", "--no-sync"]
        subprocess.run([*as_user("postgres"), "env", "-C", "/", *initdb, *arguments], check=True, stdout=subprocess.DEVNULL)
        here = ["-D", str(home), "-c", f"port={self.ports['db']}", "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]
        program, *rest = service["command"]
        command = [*as_user(service["user"]), "env", "-C", "/", str(programs / program), *here, *rest]
        return Machine(command, self.settings, self.folder / "db.log", self._database_answers, death="INT")

    def _database_answers(self) -> bool:
        try:
            psycopg2.connect(self.settings["DATABASE_URL"], dbname="postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def _redis(self) -> Machine:
        home = self._folder("queue")
        command = [word.replace("/data", str(home)) for word in self.services["redis"]["command"]]
        command += ["--port", str(self.ports["redis"]), "--bind", "127.0.0.1"]
        return Machine(command, self.settings, self.folder / "redis.log", lambda: reachable(self.settings["REDIS_URL"]))

    def _portal(self, service: str, name: str, ready, *more: str, **environment: str) -> Machine:
        command = confined(self.volumes(service), [*shlex.split(self.services[service]["command"]), *more])
        return Machine(command, self.environment(service, **environment), self.folder / f"{name}.log", ready)

    def _web(self, name: str) -> Machine:
        port = self.ports[name]
        return self._portal(name, name, lambda: healthy(port, self.settings), BIND=f"127.0.0.1:{port}")

    def _worker(self, number: int) -> Machine:
        name = f"worker{number}"
        return self._portal("worker", name, lambda: "ready." in self.log(name), "--hostname", f"{name}@%h")

    def _proxy(self) -> Machine:
        """The files that are mounted into the container, with the ports and folders of this machine."""
        home = self._folder("nginx", "www-data")
        for each in ("portal", "tls", "relay", "log", "tmp"):
            self._folder(f"nginx/{each}", "www-data")
        for line in self.services["proxy"]["volumes"]:
            source, place = (part for part in line.removesuffix(":ro").split(":"))
            if source.endswith(".conf"):
                self._config(ROOT / source, home / place.removeprefix("/etc/nginx/"))
        for page in (ROOT / "deploy" / "nginx" / "relay").iterdir():
            (home / "relay" / page.name).write_bytes(page.read_bytes())
        certificate(home / "tls" / "portal.crt", home / "tls" / "portal.key")
        (home / "tls" / "portal.key").chmod(0o644)
        command = [word.replace("/etc/nginx/", f"{home}/") for word in self.services["proxy"]["command"]]
        return Machine([*as_user("www-data"), *command], self.settings, self.folder / "proxy.log", self._relay_answers)

    def _config(self, source: Path, place: Path) -> None:
        places = {"/etc/nginx/": "", "/tmp/": "tmp/", "/var/log/nginx/": "log/"}  # noqa: S108
        text = re.sub("|".join(places), lambda found: f"{self.folder}/nginx/{places[found[0]]}", source.read_text())
        text = text.replace("listen 443", f"listen 127.0.0.1:{self.ports['https']}")
        text = text.replace("listen 80", f"listen 127.0.0.1:{self.ports['http']}")
        for name in ("web", "web2"):
            text = text.replace(f"server {name}:8000", f"server 127.0.0.1:{self.ports[name]}")
        place.write_text(text)

    def _relay_answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ports["https"]), timeout=1).close()
        except OSError:
            return False
        return True

    # -- what an administrator does ----------------------------------------------------------------------------------------

    def manage(self, *arguments: str, code: int = 0, **environment: str) -> str:
        """What a command of manage.py prints in a container of the portal."""
        return self.run([sys.executable, "manage.py", *arguments], code=code, **environment)

    def run(self, command: list[str], *, code: int = 0, service: str = "web", **environment: str) -> str:
        """What a command prints that is run in a container of a service."""
        whole = confined(self.volumes(service), command)
        env = self.environment(service, **environment)
        done = subprocess.run(whole, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def ask(self, question: str) -> list[tuple]:
        """Rows straight from the database."""
        connection = psycopg2.connect(self.settings["DATABASE_URL"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def up(self) -> None:
        """`docker compose up`, in the order of depends_on; migrations are replaced by their outcome, which takes a tenth of the time."""
        subprocess.run([sys.executable, "-m", "deploy.statics"], cwd=ROOT, env=self.settings, check=True, stdout=subprocess.DEVNULL)
        self.db.start()
        self._create()
        self.redis.start()
        words = shlex.split(self.services["prepare"]["command"])
        words[-1] = words[-1].replace("migrate", "migrate --run-syncdb")
        self.run(words, service="prepare")
        for machine in self.machines:
            machine.start()

    def _create(self) -> None:
        """What the image does with POSTGRES_DB, and what the migrations do with extensions."""
        connection = psycopg2.connect(self.settings["DATABASE_URL"], dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE portal")
        connection.close()
        self.ask("CREATE EXTENSION pg_trgm")

    def stop(self) -> None:
        for machine in reversed(self.machines):
            machine.kill()

    def visitor(self) -> "SecureVisitor":
        return SecureVisitor(self)


class SecureVisitor(Visitor):
    """A person at the relay, whose certificate the browser checks."""

    def __init__(self, portal: Composed) -> None:
        super().__init__(portal.ports["https"])
        context = ssl.create_default_context(cafile=portal.folder / "nginx" / "tls" / "portal.crt")
        self.base = f"https://{HOST}:{portal.ports['https']}"
        self.cookies = CookieJar()
        self.opener = build_opener(HTTPCookieProcessor(self.cookies), HTTPSHandler(context=context))


def certificate(crt: Path, key: Path) -> None:
    """A self-made certificate for HOST, as the handbook makes one for a trial."""
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    subprocess.run([*made, *names, "-keyout", str(key), "-out", str(crt)], check=True, capture_output=True)
