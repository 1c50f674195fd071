"""`make run`: prepares the database and starts the web server, the worker, the scheduler and their own Redis together.

Everything lives in var/ of this folder, listens on this machine alone, and ends together: with Ctrl-C, with TERM, or when one part dies.
"""

import fcntl
import os
import shlex
import signal
import socket
import sys
import time
from pathlib import Path
from typing import IO, NoReturn

from dotenv import dotenv_values

from deploy.healthz import healthy
from deploy.supervisor import ChildDied, Supervisor

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
START_SECONDS = 60


class Stopped(Exception):
    """Someone asked the portal to end."""


def refuse(sentence: str) -> NoReturn:
    sys.exit(f"起動できません: {sentence}")


def environment() -> dict[str, str]:
    """The settings of var/portal.env, those of the environment before them, and the programs of .venv first."""
    kept = {name: value for name, value in dotenv_values(VAR / "portal.env").items() if value is not None}
    env = {**kept, **os.environ, "PYTHONUNBUFFERED": "1"}
    env["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if env.get("PORTAL_MODE") != "trial":
        refuse("make run は試用のためのものです（PORTAL_MODE=trial）。本番の動かし方は docs/administration/install.md にあります。")
    return env


def hold_lock() -> IO[bytes]:
    """Keeps a second `make run` out of the same folder for as long as the file is open."""
    file = (VAR / "run.lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        refuse("このフォルダのポータルはすでに動いています。そちらを Ctrl-C で終えてから、もう一度実行してください。")
    return file


def free_port(text: str) -> int:
    """The port number in `text`, if a server may listen on it now."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        refuse(f"PORT は 1 から 65535 までの番号にしてください（現在の値: {text}）。")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except PermissionError:
            refuse(f"ポート {text} を使う権限がありません。make run PORT=8001 のように 1024 以上の番号を指定してください。")
        except OSError:
            refuse(f"ポート {text} はほかのプログラムが使っています。make run PORT=8001 のように別の番号を指定してください。")
    return int(text)


def redis_command(url: str) -> list[str]:
    """The portal's own Redis on the socket of REDIS_URL; what it holds survives a kill (append-only file)."""
    path = Path(url.removeprefix("unix://"))
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if path.parent.stat().st_uid != os.getuid():
        refuse(f"{path.parent} はほかの利用者のフォルダです。設定 REDIS_URL を書き換えてください。")
    (VAR / "redis").mkdir(exist_ok=True)
    listen = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "600"]
    return ["redis-server", *listen, "--dir", str(VAR / "redis"), "--appendonly", "yes", "--save", ""]


def processes() -> dict[str, list[str]]:
    """The commands of the Procfile, which docker-compose.yml runs too."""
    lines = (ROOT / "deploy" / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: shlex.split(command) for name, command in (line.split(":", 1) for line in lines)}


def start_all(children: Supervisor, env: dict[str, str], port: int) -> str:
    """Brings everything up and gives the table of sample accounts; raises ChildDied when a part does not come up."""
    if env["REDIS_URL"].startswith("unix://"):
        children.start("redis", redis_command(env["REDIS_URL"]))
    print("データベースと見本を用意しています。", flush=True)
    table = children.run("prepare", [sys.executable, "-m", "deploy.prepare"])
    for name, command in processes().items():
        children.start(name, command)
    deadline = time.monotonic() + START_SECONDS
    while not healthy(port, env):
        children.check()
        if time.monotonic() > deadline:
            raise ChildDied(f"{START_SECONDS} 秒たっても /healthz/ が応答しません。{VAR / 'log'} の記録を確かめてください。")
        time.sleep(0.2)
    return table


def announce(table: str, env: dict[str, str], port: int) -> None:
    print(f"\n{table.strip()}\n\n見本の利用者のパスワード（全員同じ）: {env['SAMPLE_PASSWORD']}")
    print(f"ポータルが動いています: http://localhost:{port}/")
    print(f"終えるときは Ctrl-C を押してください。記録は {VAR / 'log'} にあります。", flush=True)


def stop_on_signal(number: int, frame: object) -> NoReturn:
    raise Stopped


def main() -> None:
    os.chdir(ROOT)
    os.umask(0o077)
    lock, port = hold_lock(), free_port(os.environ.get("PORT") or "8000")
    env = {"PORTAL_URL": f"http://localhost:{port}", **environment(), "PORT": str(port)}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop_on_signal)
    children, failure = Supervisor(VAR / "log", env), ""
    try:
        announce(start_all(children, env, port), env, port)
        children.watch()
    except ChildDied as death:
        failure = f"すべてを終えます: {death}"
    except Stopped:
        print("\n終えています。", flush=True)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop()
        lock.close()
    sys.exit(failure or 0)


if __name__ == "__main__":
    main()
