"""How one link of the chain is computed: HMAC-SHA256 over canonical JSON, under a key that has an id.

The keys live in `settings.TRAIL_KEYS` (id → secret, oldest first), outside the database and apart from its backups:
whoever holds only the database can neither forge an entry nor rewrite the head.
"""

import hashlib
import hmac
import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

LONGEST_LABEL = 500  # changes hold labels; anything longer is free text and does not belong into a record that is never destroyed


class UnknownKey(LookupError):
    """A link was written with a key that `settings.TRAIL_KEYS` no longer holds."""


def key_ids() -> list[str]:
    """The ids of the known keys, oldest first."""
    return list(settings.TRAIL_KEYS)


def writing_key() -> str:
    """The id of the key that seals new links: the last one."""
    return key_ids()[-1]


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value as bytes: sorted keys, no spaces, UTF-8, no floats' rounding to argue about."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def seal(kind: str, key_id: str, content: dict[str, Any]) -> str:
    """64 hex digits over `content`; `kind` keeps a seal of one sort from passing as one of another. UnknownKey without the key."""
    try:
        key = settings.TRAIL_KEYS[key_id]
    except KeyError:
        raise UnknownKey(key_id) from None
    return hmac.new(key, canonical({"kind": kind, "key_id": key_id, "content": content}), hashlib.sha256).hexdigest()


def is_seal(value: str, kind: str, key_id: str, content: dict[str, Any]) -> bool:
    """Whether `value` seals `content`, compared in constant time."""
    return hmac.compare_digest(value.encode(), seal(kind, key_id, content).encode())


def plain(value: Any) -> Any:
    """A change as JSON that every database gives back unaltered.

    Takes text, whole numbers, truth values, None, days, moments, UUIDs, and lists or dicts of them. TypeError on anything else
    (a float or a model would not come back the same), ValueError on free text (longer than LONGEST_LABEL) and NUL characters.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return _label(str(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if isinstance(value, dict):
        return {_label(str(key)): plain(item) for key, item in value.items()}
    raise TypeError(f"A change holds labels, numbers, days and digests, not {type(value).__name__}")


def _label(text: str) -> str:
    if len(text) > LONGEST_LABEL or "\x00" in text:
        raise ValueError("A change holds labels, not free text: the entry outlives the content it speaks of")
    return text
