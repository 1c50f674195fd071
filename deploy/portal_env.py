"""Writes var/portal.env, the settings of a trial installation, with secrets that are made once.

A key that stands there is never changed, a missing one is added; the file is readable by its owner alone and outside git.
Settings given in the environment go before those of the file (musashimurayama_isms/env.py).
"""

import hashlib
import os
import re
import secrets
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SOCKET = 100  # bytes; the kernel takes 107, and Redis adds nothing
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
OWN_DATABASE = "/var/portal.sqlite3"


def socket_path(root: Path) -> Path:
    """Where the portal's own Redis listens: in var/, or in a private folder of /tmp where that path would be too long for a socket."""
    path = root / "var" / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET and PLAIN_PATH.fullmatch(str(path)):
        return path
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"isms-{os.getuid()}-{name}" / "redis.sock"


def readable_password() -> str:
    """A password that can be read out: three words of syllables and four digits, about 50 bits."""
    syllables = [consonant + vowel for consonant in "bdfghjkmnprstwyz" for vowel in "aeiou"]
    words = ["".join(secrets.choice(syllables) for _ in range(2)) for _ in range(3)]
    return "-".join([*words, f"{secrets.randbelow(10_000):04}"])


def defaults(root: Path) -> dict[str, str]:
    """The settings that a trial installation in `root` needs, in the order of the file."""
    return {
        "PORTAL_MODE": "trial",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TRAIL_KEYS": "k1:" + secrets.token_hex(32),
        "DATABASE_URL": f"sqlite:///{quote(str(root))}{OWN_DATABASE}",
        "REDIS_URL": f"unix://{socket_path(root)}",
        "SAMPLE_PASSWORD": readable_password(),
    }


def present(text: str) -> dict[str, str]:
    """The keys that the file gives, with their values as written."""
    return dict(re.findall(r"^(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*(.*)$", text, re.MULTILINE))


def complete(path: Path, root: Path = ROOT) -> list[str]:
    """Adds the missing settings to `path` (mode 0600) and gives their names; raises ValueError for a file that came from another folder."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    wanted, there = defaults(root), present(text)
    database = there.get("DATABASE_URL", "")
    if database.endswith(OWN_DATABASE) and database != wanted["DATABASE_URL"]:
        raise ValueError(
            f"{path} は別のフォルダのデータベース（{database}）を指しています。"
            "フォルダを移したときは、このファイルの DATABASE_URL と REDIS_URL の行を消してから、もう一度実行してください。"
        )
    missing = {name: value for name, value in wanted.items() if name not in there}
    gap = "\n" if text and not text.endswith("\n") else ""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(gap + "".join(f"{name}={value}\n" for name, value in missing.items()))
    return list(missing)


def main() -> None:
    path = ROOT / "var" / "portal.env"
    try:
        added = complete(path)
    except (OSError, ValueError) as error:
        sys.exit(f"中止しました: {error}")
    if added:
        print(f"{path} に設定を書き込みました: {'、'.join(added)}")


if __name__ == "__main__":
    main()
