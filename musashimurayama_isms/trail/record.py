"""The one writer of the trail."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from . import chain
from .models import Entry, Head
from .signals import recorded, recording
from .verbs import UnknownVerb, is_registered

PORTAL = "ポータル"


def record(
    by, verb: str, subject: models.Model | None, *, role: str = "", in_place_of=None, at: datetime | None = None, **changes
) -> Entry:
    """Write one act into the chain and return its entry; the last statement of the transaction it belongs to.

    `by` is the acting User, or None for the portal itself; `role` is text (`Standing.label`), `in_place_of` a User or text;
    `at` is an aware moment (default: now); `changes` are labels, whole numbers, days and digests, never free text. A bulk act
    is one entry with `count=` and `digest=`. Raises TransactionManagementError outside a transaction, UnknownVerb for a word
    nobody registered, TrailBroken when the head was tampered with, TypeError or ValueError for what does not belong here.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("An act and its record stand or fall together: call record() inside transaction.atomic()")
    if not is_registered(verb):
        raise UnknownVerb(verb)
    entry = _draft(by, verb, subject, role=role, in_place_of=in_place_of, at=at, changes=changes)
    recording.send(sender=Entry, entry=entry, subject=subject, by=by)
    _append(entry)
    recorded.send(sender=Entry, entry=entry, subject=subject, by=by)
    return entry


def _draft(by, verb: str, subject, *, role: str, in_place_of, at: datetime | None, changes: dict) -> Entry:
    """The entry without its place in the chain: all that can be known before the head is locked, labels that ask the database too."""
    return Entry(
        at=_aware(at or timezone.now()),
        actor=by,
        actor_name=_short(by) if by else PORTAL,
        role=_short(role),
        in_place_of=_short(in_place_of),
        verb=verb,
        content_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        object_id=str(subject.pk) if subject is not None else "",
        subject_label=_short(subject),
        changes=chain.plain(changes),
        key_id=chain.writing_key(),
    )


def _append(entry: Entry) -> None:
    """Seal the entry behind the head and move the head: from here to the commit every other writer waits, so nothing else is done."""
    head = Head.objects.locked()
    entry.number, entry.segment, entry.previous = head.number + 1, head.next_segment(entry.key_id), head.digest
    entry.digest = chain.seal("entry", entry.key_id, entry.content())
    entry.save(force_insert=True)
    head.advance(entry)


def _short(thing) -> str:
    return "" if thing is None else str(thing)[:200]


def _aware(moment: datetime) -> datetime:
    if timezone.is_naive(moment):
        raise ValueError("A moment in the trail has a time zone")
    return moment
