"""Values that nobody should type and somebody will send."""

import random
from urllib.parse import quote_plus

from django.core.files.uploadedfile import SimpleUploadedFile

MARK = "x7f"  # stands in every script below, so that an echo is found wherever it comes out
SCRIPTS = [
    f"<script>{MARK}()</script>",
    f'"><img src=x onerror={MARK}>',
    f"'><svg onload={MARK}>",
    f'" onfocus={MARK} autofocus="',
    f"javascript:{MARK}()",
    f"＜script＞{MARK}()＜/script＞",
    f"＂＞＜img src=x onerror={MARK}＞",
    f"市民課<{MARK}>様",
    f"{{{{ {MARK} }}}}{{% load {MARK} %}}",
    f"</textarea></title><{MARK}>",
    f"<!--{MARK}--><style>*{{}}</style>",
    f"\u202e<{MARK}>\u202c",
]
RAW = [f"<script>{MARK}", f"<img src=x onerror={MARK}", f"<svg onload={MARK}", f'" onfocus={MARK}', f"<{MARK}>", f"<!--{MARK}"]
RAW += [f'href="javascript:{MARK}', f"href='javascript:{MARK}"]
TEXTS = [
    "",
    " ",
    "　",
    "\x00",
    "試験\x00",
    "\x01\x02\x1b[31m\x7f",
    "\u200b\ufeff",
    "\ud800",  # half a surrogate pair
    "😀𠮷髙",
    "x" * 300,
    "長" * 5_000,
    "x" * 70_000,
    "行\r\n" * 500,
    "試験\r\nSet-Cookie: a=b\r\n",
    "=cmd|' /C calc'!A0",
    "＝１＋１",
    "' OR 1=1 --",
    "%s%n%(x)s{0.__class__}",
    "../../../etc/passwd",
    "\\\\server\\share",
]
NUMBERS = [
    "-1",
    "0",
    "1.5",
    "1e400",
    "1e3",
    "NaN",
    "Infinity",
    "9" * 19,
    "9" * 400,
    "-" + "9" * 30,
    "０１２",
    "一",
    "0x10",
    "1_000",
    "²",
    "٣",
]
DATES = ["31", "13", "99", "0000", "9999", "R99", "令和0", "2026-02-30", "2026-11-26T99:99", "1e9", "R8.13.1", "10000-01-01", "-0001"]
KEYS = [
    "999999999",
    "00000000-0000-0000-0000-000000000000",
    "not-a-key",
    "None",
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "asset:0",
    "asset:x",
    ":",
    ",",
]
EVERYTHING = [*SCRIPTS, *TEXTS, *NUMBERS, *DATES, *KEYS]

FILE_NAMES = [
    "a.txt",
    f"<{MARK}>.txt",
    "../../x.txt",
    "a\r\nX: y.txt",
    "x" * 300 + ".txt",
    "a.svg",
    "a.xlsm",
    "\u202efdp.txt",
    ".txt",
    "名前\x00.txt",
]
FILE_BYTES = [
    b"",
    b"abc",
    b"\x00" * 100,
    b"<svg onload=x7f()>",
    b"%PDF-1.7 <script>x7f()</script>",
    b"PK\x03\x04 and no more",
    b"\xff\xfe\x00",
]


def value(chance: random.Random, strangers: list[str]) -> str | list[str]:
    """One bad value: a text, a number, a day, a key of somebody else, or several of them under one name."""
    if chance.random() < 0.1:
        return [chance.choice(EVERYTHING) for _ in range(chance.choice((0, 2, 40)))]
    return chance.choice(strangers) if strangers and chance.random() < 0.15 else chance.choice(EVERYTHING)


def upload(chance: random.Random) -> SimpleUploadedFile:
    """A file that is not what it says."""
    return SimpleUploadedFile(chance.choice(FILE_NAMES), chance.choice(FILE_BYTES))


def encoded(data: dict[str, str | list[str]]) -> bytes:
    """A posted form as a hostile program writes it: half surrogates and all."""

    def quoted(text: str) -> str:
        return quote_plus(text.encode("utf-8", "surrogatepass"))

    pairs = [(key, one) for key, many in data.items() for one in (many if isinstance(many, list) else [many])]
    return "&".join(f"{quoted(key)}={quoted(one)}" for key, one in pairs).encode()


def echoed(page: str) -> list[str]:
    """Scripts that stand in a page as scripts."""
    return [raw for raw in RAW if raw in page]
