"""Typed settings from the environment, closed by default.

A missing or wrong value raises ImproperlyConfigured with one Japanese sentence that names the setting,
so that the portal never starts on a guess.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

MODES = ("trial", "production")
KEY = re.compile(r"^[0-9a-f]{64}$")
TRAIL_KEY = re.compile(r"^(?P<id>[A-Za-z0-9_-]{1,32}):(?P<secret>[0-9a-f]{64})$")


class PortalEnv:
    """Reads settings by type from the environment; values of `file` (KEY=VALUE lines) count where the environment is silent."""

    def __init__(self, file: Path | None = None) -> None:
        self._env = Env()
        self.asked: set[str] = set()  # the names of all settings that were read, so that a misspelt one can be found
        if file is not None and file.is_file():
            self._env.read_env(file, recurse=False, override=False)

    def _read(self, kind: str, name: str, *default: Any, wanted: str) -> Any:
        self.asked.add(name)
        try:
            return getattr(self._env, kind)(name, *default)
        except EnvError as error:
            raise ImproperlyConfigured(f"設定 {name} がないか、正しくありません。{wanted}を指定してください。（{error}）") from error

    def text(self, name: str, *default: str) -> str:
        value = self._read("str", name, *default, wanted="文字列")
        if not value and not default:
            raise ImproperlyConfigured(f"設定 {name} が空です。値を指定してください。")
        return value

    def whole(self, name: str, default: int, *, at_least: int = 0) -> int:
        value = self._read("int", name, default, wanted="整数")
        if value < at_least:
            raise ImproperlyConfigured(f"設定 {name} は {at_least} 以上の整数にしてください（現在の値: {value}）。")
        return value

    def yes(self, name: str, default: bool) -> bool:
        return self._read("bool", name, default, wanted="true か false")

    def words(self, name: str, *default: list[str]) -> list[str]:
        return self._read("list", name, *default, wanted="コンマ区切りの一覧")

    def one_of(self, name: str, choices: Sequence[str], default: str) -> str:
        value = self.text(name, default)
        if value not in choices:
            raise ImproperlyConfigured(f"設定 {name} は {'・'.join(choices)} のどれかにしてください（現在の値: {value}）。")
        return value

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Addresses or ranges, none by default; a range that holds everybody is refused."""
        try:
            networks = tuple(ip_network(word.strip()) for word in self.words(name, []) if word.strip())
        except ValueError as error:
            raise ImproperlyConfigured(f"設定 {name} は IP アドレスか範囲（10.0.0.0/24 など）にしてください。（{error}）") from error
        if any(network.prefixlen == 0 for network in networks):
            raise ImproperlyConfigured(f"設定 {name} に、すべてのアドレスを含む範囲は指定できません。")
        return networks

    def mode(self) -> str:
        """`PORTAL_MODE`: trial or production, never a default (architecture: two ways to run, one code)."""
        value = self.text("PORTAL_MODE")
        if value not in MODES:
            raise ImproperlyConfigured(f"設定 PORTAL_MODE は trial か production にしてください（現在の値: {value}）。")
        return value

    def secret(self, name: str) -> str:
        value = self.text(name)
        if len(value) < 50 or len(set(value)) < 10:
            raise ImproperlyConfigured(f"設定 {name} が短すぎるか単純すぎます。50文字以上の無作為な文字列にしてください。")
        return value

    def trail_keys(self, name: str) -> dict[str, bytes]:
        """Key id → 32 secret bytes, oldest first; the last one writes, the older ones only verify."""
        keys: dict[str, bytes] = {}
        for word in self.words(name):
            match = TRAIL_KEY.match(word.strip())
            if not match or match["id"] in keys:
                raise ImproperlyConfigured(f"設定 {name} は「鍵の名前:16進数64桁」をコンマで区切ってください。名前の重複はできません。")
            keys[match["id"]] = bytes.fromhex(match["secret"])
        if not keys:
            raise ImproperlyConfigured(f"設定 {name} が空です。証跡の鍵を一つ以上指定してください。")
        return keys

    def key(self, name: str) -> bytes | None:
        """32 secret bytes as 64 hex digits, or the file that `<name>_FILE` names and that holds them; None where neither is set."""
        value, file = self.text(name, ""), self.text(f"{name}_FILE", "")
        if value and file:
            raise ImproperlyConfigured(f"設定 {name} と {name}_FILE は、どちらか一つだけを指定してください。")
        if file:
            try:
                value = Path(file).read_text(encoding="ascii").strip()
            except (OSError, UnicodeDecodeError):
                raise ImproperlyConfigured(f"設定 {name}_FILE のファイル {file} を読めません。場所と権限を確かめてください。") from None
        if value and not KEY.match(value):
            raise ImproperlyConfigured(f"設定 {name} は16進数64桁にしてください（例: openssl rand -hex 32）。")
        return bytes.fromhex(value) if value else None

    def database(self, name: str) -> dict[str, Any]:
        url = self.text(name)
        if not url.startswith(("sqlite://", "postgres://", "postgresql://")):
            raise ImproperlyConfigured(f"設定 {name} は sqlite:/// か postgresql:// で始まるURLにしてください。")
        return dict(self._read("dj_db_url", name, wanted="データベースのURL"))

    def redis(self, name: str) -> str:
        """A Redis URL: redis://, rediss:// or unix:///path/to/socket."""
        url = self.text(name)
        if not url.startswith(("redis://", "rediss://", "unix:///")):
            raise ImproperlyConfigured(f"設定 {name} は redis://、rediss:// か unix:/// で始まるURLにしてください。")
        return url
