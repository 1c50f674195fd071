"""The Debian packages that a bare machine lacks: apt names them with all they depend on, fetches them, and later installs from here.

apt is asked as if nothing were installed, so that the answer does not depend on the building machine; its lists and its cache
stand in a folder of ours, so that this needs no root and changes nothing outside. Packages is what apt reads in a repository.
"""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from deploy.bundle import CannotBundle

LISTS = ("portal.txt", "run.txt", "server.txt")
INSTALLED = re.compile(r"^Inst (\S+) \((\S+) ", re.MULTILINE)


class Apt:
    """apt with lists, cache and an empty state in `cache`."""

    def __init__(self, cache: Path) -> None:
        self.archives = cache / "archives"
        for place in ("lists/partial", "archives/partial"):
            (cache / place).mkdir(parents=True, exist_ok=True)
        (cache / "status").touch()
        options = {
            "Dir::State": cache,
            "Dir::State::status": cache / "status",
            "Dir::State::lists": cache / "lists",
            "Dir::State::extended_states": cache / "extended_states",
            "Dir::Cache": cache,
            "Dir::Cache::archives": self.archives,
            "APT::Sandbox::User": "root",
            "APT::Install-Recommends": "false",
            "Acquire::Languages": "none",
        }
        self._options = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]

    def run(self, program: str, *arguments: str) -> str:
        """What apt-get or apt-cache prints; raises CannotBundle where it fails or is not there."""
        command = [program, *self._options, *arguments]
        try:
            done = subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise CannotBundle("apt がありません。Debian 12 で実行するか、BUNDLE=--without-debs を付けてください。") from error
        if done.returncode:
            trouble = done.stderr.strip()[-500:]
            raise CannotBundle(f"Debian のパッケージを集められませんでした。BUNDLE=--without-debs を付けると、付けずに作れます。{trouble}")
        return done.stdout


def names(release: Path) -> list[str]:
    """Python, and the packages that the lists of `release` name."""
    return ["python3"] + [name for file in LISTS for name in (release / "deploy" / "apt" / file).read_text(encoding="utf-8").split()]


def fetch(wanted: list[str], folder: Path, cache: Path) -> list[dict[str, str]]:
    """Puts `wanted` and all they depend on into `folder` (made here) as a repository for apt; gives name, version, file and sha256 of each.

    Raises CannotBundle where apt fails or a file is not the one that apt's signed lists promise.
    """
    folder.mkdir()
    apt = Apt(cache)
    apt.run("apt-get", "--quiet", "update")
    chosen = INSTALLED.findall(apt.run("apt-get", "--simulate", "install", *wanted))
    apt.run("apt-get", "--quiet", "--yes", "--download-only", "install", *wanted)
    stanzas = apt.run("apt-cache", "show", *(f"{name}={version}" for name, version in chosen)).strip().split("\n\n")
    rows = sorted((_moved(stanza, apt.archives, folder) for stanza in stanzas), key=lambda row: row["name"])
    (folder / "Packages").write_text("\n".join(row.pop("stanza") for row in rows), encoding="utf-8")
    return rows


def _moved(stanza: str, archives: Path, folder: Path) -> dict[str, str]:
    """Copies the file that a stanza of apt's lists speaks of, and gives what the manifest says of it, with the stanza for Packages."""
    words = dict(re.findall(r"^([\w-]+): (.*)$", stanza, re.MULTILINE))
    name, version, digest = words["Package"], words["Version"], words["SHA256"]
    kept = archives / f"{name}_{version.replace(':', '%3a')}_{words['Architecture']}.deb"
    file = kept.name.replace("%3a", ".")  # a plain name: apt would decode the other in the address of a file
    if not kept.exists() or hashlib.sha256(kept.read_bytes()).hexdigest() != digest:
        kept.unlink(missing_ok=True)
        raise CannotBundle(f"Debian のパッケージ {name} のファイルが、一覧のものと違います。もう一度実行してください。")
    shutil.copy(kept, folder / file)
    described = re.sub(r"^Filename: .*$", f"Filename: ./{file}", stanza, flags=re.MULTILINE)
    return {"name": name, "version": version, "file": file, "sha256": digest, "stanza": described + "\n"}
