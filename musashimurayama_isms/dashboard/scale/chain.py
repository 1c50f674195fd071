"""Many entries of the trail at once: each sealed as `record` seals it, the head moved one by one as the database demands."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail import chain
from musashimurayama_isms.trail.models import Entry, Head

from .rows import Row, Rows, row_of

BATCH = 1_000
SWEEP = 20_000  # acts after which the old versions of the head are swept away
STEP = "UPDATE trail_head SET number = number + 1 WHERE id = 1"
STEPS = """DO $$ DECLARE place tid; BEGIN
  SELECT ctid INTO place FROM trail_head;
  FOR i IN 1..%d LOOP UPDATE trail_head SET number = number + 1 WHERE ctid = place RETURNING ctid INTO place; END LOOP;
END $$"""  # by the place of the row: to search for it would walk past every old version


def act(by: User, verb: str, subject: models.Model, *, at: datetime, role: str = "", **changes: Any) -> Row:
    """An act that is not yet in the chain."""
    return {
        "at": at,
        "actor_id": by.pk,
        "actor_name": by.name,
        "role": role,
        "in_place_of": "",
        "verb": verb,
        "content_type_id": ContentType.objects.get_for_model(subject).pk,
        "object_id": str(subject.pk),
        "subject_label": str(subject)[:200],
        "changes": chain.plain(changes),
    }


def write(rows: Rows, acts: Iterable[Row]) -> int:
    """Put the acts into the chain in the order of their moments; gives how many."""
    waiting = sorted(acts, key=lambda row: row["at"])
    for start in range(0, len(waiting), BATCH):
        _link(rows, waiting[start : start + BATCH])
        if start % SWEEP == 0:
            _sweep()
    return len(waiting)


@transaction.atomic
def _link(rows: Rows, acts: list[Row]) -> None:
    head = Head.objects.locked()
    key_id, digest, made = chain.writing_key(), head.digest, []
    segment = head.next_segment(key_id)
    for number, row in enumerate(acts, head.number + 1):
        entry = Entry(number=number, key_id=key_id, segment=segment, previous=digest, **row)
        digest = entry.digest = chain.seal("entry", key_id, entry.content())
        made.append(entry)
    rows.write(Entry, map(row_of, made))
    _step(len(made) - 1)
    head.advance(made[-1])


def _step(times: int) -> None:
    """Move the head's number on without its seal: the last step of the batch seals it, and nobody sees it before."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(STEPS % times)
        else:
            for _ in range(times):
                cursor.execute(STEP)


def _sweep() -> None:
    """What the upkeep of the database does by itself, now and then; a thousand steps of the head are more than it expects."""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM trail_head")
