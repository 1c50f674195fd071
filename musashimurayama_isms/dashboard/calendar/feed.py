"""The feed for a person's own calendar program, by RFC 5545: days with words that may leave the portal, and nothing else."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.utils.encoding import iri_to_uri

from musashimurayama_isms.accounts.models import CalendarToken
from musashimurayama_isms.accounts.standing import day_of

from .entries import Asked, Entry, Scope, entries

MEDIA_TYPE = "text/calendar; charset=utf-8"
BACK = timedelta(days=31)
AHEAD = timedelta(days=400)
OCTETS = 75  # of a line, by the RFC; longer ones go on in the next, after a space


def feed(token: CalendarToken, *, at: datetime, root: str) -> bytes:
    """The calendar of the token's person; `root` is the address of the portal, before the paths of its pages."""
    today = day_of(at)
    asked = Asked(token.person, at, today - BACK, today + AHEAD, Scope(token.scope))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//isms//calendar//JA", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += ["X-WR-CALNAME:情報セキュリティの予定", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"]
    for entry in entries(asked):
        lines += _event(entry, at=at, root=root)
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _event(entry: Entry, *, at: datetime, root: str) -> list[str]:
    key = sha256(f"{entry.kind} {entry.day} {entry.url} {entry.title}".encode()).hexdigest()[:32]
    done = "" if entry.is_open else "【済】"
    return [
        "BEGIN:VEVENT",
        f"UID:{key}@isms",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(done + entry.outside_words)}",
        f"CATEGORIES:{_escaped(entry.kind.label)}",
        f"URL:{iri_to_uri(root.rstrip('/') + entry.url)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Broken after at most 75 octets, never within a character."""
    parts, current, size = [], "", 0
    for sign in line:
        length = len(sign.encode())
        if size + length > OCTETS - bool(parts):
            parts.append(current)
            current, size = "", 0
        current, size = current + sign, size + length
    return "\r\n ".join([*parts, current])
