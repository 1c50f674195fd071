"""Two halves of the keys for two holders: each alone is random digits, typed in together they are the keys again.

Every line of a half has check digits over the sheet, the half, its label and its bytes, so a slip is found in its line.
This module needs neither settings nor a database: `python -m musashimurayama_isms.backup.halves` works on a bare machine,
where the keys are what is lacking.
"""

import hashlib
import re
import secrets
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

LINE_BYTES, GROUP, CHECK = 16, 4, 4
HALVES = ("A", "B")
FIRST = re.compile(r"SHEET (?P<sheet>\d{8}-[0-9A-F]{4}) (?P<half>[AB]) (?P<lines>\d{1,3}) =(?P<check>[0-9a-f]{4})")
LINE = re.compile(r"(?P<label>[TBS]\d{1,2}\.[A-Za-z0-9_-]{1,32}\.\d{1,2}/\d{1,2}) (?P<digits>[0-9a-f ]+?) =(?P<check>[0-9a-f]{4})")


class Mistyped(ValueError):
    """A line is not what was printed; the text names it."""


@dataclass(frozen=True)
class Secret:
    """One key: which setting it belongs to (T trail, B backup, S secret key), its name, its bytes."""

    kind: str
    name: str
    value: bytes


@dataclass
class Half:
    """One half as it is printed and typed in: the sheet, which half, and label → bytes in their order."""

    sheet: str
    half: str
    parts: dict[str, bytes] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """The text of the sheet."""
        first = f"SHEET {self.sheet} {self.half} {len(self.parts)}"
        return [f"{first} ={_check(first)}", *(self._line(label, part) for label, part in self.parts.items())]

    def _line(self, label: str, part: bytes) -> str:
        digits = part.hex()
        groups = " ".join(digits[start : start + GROUP] for start in range(0, len(digits), GROUP))
        return f"{label} {groups} ={_check(self.sheet, self.half, label, digits)}"


def _check(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:CHECK]


def split(keys: list[Secret], *, day: str) -> tuple[Half, Half]:
    """Two halves whose XOR are the keys; `day` is YYYYMMDD. Each half by itself says nothing about any of them but its length."""
    sheet = f"{day}-{secrets.token_hex(2).upper()}"
    halves = Half(sheet, HALVES[0]), Half(sheet, HALVES[1])
    for number, key in enumerate(keys, start=1):
        random = secrets.token_bytes(len(key.value))
        for half, value in zip(halves, (random, _xor(key.value, random)), strict=True):
            parts = [value[start : start + LINE_BYTES] for start in range(0, len(value), LINE_BYTES)]
            half.parts |= {f"{key.kind}{number}.{key.name}.{place}/{len(parts)}": part for place, part in enumerate(parts, start=1)}
    return halves


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))


class Typing:
    """A half as it is typed in: `take` one line after another; Mistyped names what is wrong with it, and nothing is taken."""

    def __init__(self) -> None:
        self._half: Half | None = None
        self._count = 0

    @property
    def is_whole(self) -> bool:
        """Whether every line is there."""
        return self._half is not None and len(self._half.parts) == self._count

    @property
    def half(self) -> Half:
        """What was typed; Mistyped while lines are missing."""
        if self._half is None or not self.is_whole:
            there = len(self._half.parts) if self._half else 0
            raise Mistyped(f"行が足りません（{there} 行目までしかありません）。紙のすべての行を入力してください。")
        return self._half

    def take(self, text: str) -> None:
        """One line; capitals, full-width characters and spaces do not matter. An empty line counts for nothing."""
        line = " ".join(unicodedata.normalize("NFKC", text).split())
        if line and self._half is None:
            self._begin(line)
        elif line:
            self._go_on(line)

    def _begin(self, line: str) -> None:
        words = line.upper().split("=")
        found = FIRST.fullmatch("=".join([words[0], *(word.lower() for word in words[1:])]))
        if not found or _check(line.upper().partition(" =")[0]) != found["check"]:
            raise Mistyped("1 行目（SHEET で始まる行）が紙と違います。")
        self._half, self._count = Half(found["sheet"], found["half"]), int(found["lines"])

    def _go_on(self, line: str) -> None:
        half = self._half
        assert half is not None  # noqa: S101
        number = len(half.parts) + 2
        label, _, rest = line.partition(" ")
        found = LINE.fullmatch(f"{label} {rest.lower()}")
        digits = found["digits"].replace(" ", "") if found else ""
        if not found or len(digits) % 2 or _check(half.sheet, half.half, found["label"], digits) != found["check"]:
            raise Mistyped(f"{number} 行目（{label[:40]}）が紙と違います。文字の写し間違いか、別の紙の行です。")
        if found["label"] in half.parts or self.is_whole:
            raise Mistyped(f"{number} 行目（{found['label']}）は、すでに入力されているか、余分です。")
        half.parts[found["label"]] = bytes.fromhex(digits)


def typed(text: str) -> Half:
    """The half in a text; Mistyped for the first line that is wrong, or where lines are missing."""
    typing = Typing()
    for line in text.splitlines():
        typing.take(line)
    return typing.half


def join(one: Half, other: Half) -> list[Secret]:
    """The keys of two halves of one sheet; Mistyped where they do not belong together."""
    if one.sheet != other.sheet:
        raise Mistyped(f"二枚の用紙の番号が違います（{one.sheet} と {other.sheet}）。同じ番号の二枚を使ってください。")
    if one.half == other.half:
        raise Mistyped(f"どちらも片方（{one.half}）の紙です。もう片方の紙を入力してください。")
    if set(one.parts) != set(other.parts):
        raise Mistyped("二枚の行の組が一致しません。すべての行を入力し直してください。")
    found: dict[str, bytes] = {}
    for label in sorted(one.parts, key=_place_of):
        key = label.rpartition(".")[0]
        found[key] = found.get(key, b"") + _xor(one.parts[label], other.parts[label])
    return [Secret(key[0], key.partition(".")[2], value) for key, value in found.items()]


def _place_of(label: str) -> tuple[int, int]:
    key, _, place = label.rpartition(".")
    return int(key.partition(".")[0][1:]), int(place.partition("/")[0])


def env_lines(keys: list[Secret]) -> list[str]:
    """The settings as they stand in an environment file."""
    trail = ",".join(f"{key.name}:{key.value.hex()}" for key in keys if key.kind == "T")
    lines = [f"TRAIL_KEYS={trail}"] if trail else []
    lines += [f"BACKUP_KEY={key.value.hex()}" for key in keys if key.kind == "B"]
    return lines + [f"SECRET_KEY={key.value.decode()}" for key in keys if key.kind == "S"]


def ask() -> Iterator[Half]:
    """The two halves, typed at the terminal; a wrong line is named and asked for again."""
    for place in ("一枚目", "二枚目"):
        print(f"{place}の紙を、上から一行ずつ入力してください。", file=sys.stderr)  # noqa: T201
        typing = Typing()
        while not typing.is_whole:
            line = sys.stdin.readline()
            if not line:
                yield typing.half  # the input has ended: says what is missing
            try:
                typing.take(line)
            except Mistyped as error:
                print(f"{error}もう一度入力してください。", file=sys.stderr)  # noqa: T201
        yield typing.half


def read(files: list[str]) -> list[Secret]:
    """The keys of two files, or of what is typed where none are named; Mistyped, with the file, for what is wrong."""
    if not files:
        return join(*ask())
    halves = []
    for name in files:
        try:
            with open(name, encoding="utf-8-sig") as file:
                halves.append(typed(file.read()))
        except Mistyped as error:
            raise Mistyped(f"{name}: {error}") from None
        except (OSError, UnicodeDecodeError):
            raise Mistyped(f"{name} を読めません。UTF-8 のテキストのファイルを指定してください。") from None
    if len(halves) != len(HALVES):
        raise Mistyped("ファイルは、二枚の分を二つ指定してください。")
    return join(*halves)


if __name__ == "__main__":
    try:
        print("\n".join(env_lines(read(sys.argv[1:]))))  # noqa: T201
    except Mistyped as wrong:
        sys.exit(str(wrong))
