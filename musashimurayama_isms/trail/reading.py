"""The access log: who read something sensitive, once per person, object and hour, sealed into the chain in batches."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from .chain import canonical
from .models import Head, Reading
from .record import record

SEALED = "trail.readings.sealed"
BATCH = 5_000


def note_reading(user, obj: models.Model, *, at: datetime | None = None, label: str = "") -> Reading:
    """Note that `user` read `obj` in the hour of `at` (default: now); a second reading in the hour writes nothing.

    `label` is for a page that is about no one row: it is noted at the row it is drawn for, under the page's own name.
    """
    moment = at or timezone.now()
    reading, _ = Reading.objects.get_or_create(
        person=user,
        content_type=ContentType.objects.get_for_model(obj),
        object_id=str(obj.pk),
        hour=moment.replace(minute=0, second=0, microsecond=0),
        defaults={"subject_label": (label or str(obj))[:200]},
    )
    return reading


def seal_readings(*, at: datetime) -> int:
    """Seal the unsealed readings of past hours, one entry with count and digest for each BATCH of them; gives how many."""
    total = 0
    while count := _seal_batch(at):
        total += count
    return total


@transaction.atomic
def _seal_batch(at: datetime) -> int:
    Head.objects.locked()  # before looking: a second sealer waits here and then finds nothing left
    readings = list(Reading.objects.waiting_for_seal(at=at)[:BATCH])
    if readings:
        entry = record(None, SEALED, None, at=at, count=len(readings), digest=digest_of(readings))
        Reading.objects.filter(pk__in=[reading.pk for reading in readings]).update(sealed_by=entry)
    return len(readings)


def digest_of(readings: Iterable[Reading]) -> str:
    """SHA-256 over the readings in the order of their ids: what a sealing entry says of its batch."""
    total = hashlib.sha256()
    for reading in readings:
        total.update(canonical(reading.content()) + b"\n")
    return total.hexdigest()
