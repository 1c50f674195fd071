"""The copy as lines of JSON: a head, then a line a row, each with its columns masked."""

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry, Reading
from musashimurayama_isms.trail.record import record

from .register import is_text, models_to_copy, rule_of
from .samples import Samples
from .uploads import sample

FORM = "masked-copy-1"
CHUNK = 2_000
NOT_COPIED = ("digest", "previous", "key_id", "segment")  # of an entry: computed anew, under the key of the installation that reads it


@dataclass
class Written:
    """What was written."""

    rows: int = 0
    models: int = 0
    digest: str = ""


def write(to: Path, *, at: datetime) -> Written:
    """Write the copy into a new file; a name that ends in .gz is packed. FileExistsError for a file that is there.

    Unregistered where a column has no rule: nothing is left behind then. Rows are those of one moment.
    """
    for model in models_to_copy():  # before a single row is read
        for field in model._meta.concrete_fields:
            if is_text(field):
                rule_of(field)
    written = Written()
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) if to.suffix == ".gz" else raw as file:
            _write_all(file, written, at=at)
    except BaseException:
        to.unlink()
        raise
    with transaction.atomic():
        record(None, "disclosure.copy.made", None, at=at, count=written.rows, models=written.models, digest=written.digest)
    return written


def _write_all(file: Any, written: Written, *, at: datetime) -> None:
    total = hashlib.sha256()

    def put(value: dict[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, default=_plain).encode() + b"\n"
        total.update(line)
        file.write(line)

    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        samples = Samples()
        put({"form": FORM, "at": at, "migrations": migrations()})
        for model in _in_order():
            written.models += 1
            for row in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
                put(line_of(row, samples))
                written.rows += 1
    written.digest = total.hexdigest()


def _in_order() -> Iterator[type[models.Model]]:
    """The log of readings before the trail, which seals it; the trail last, in the order of its numbers."""
    last = (Reading, Entry)
    yield from (model for model in models_to_copy() if model not in last)
    yield from last


def line_of(row: models.Model, samples: Samples) -> dict[str, Any]:
    """A row as it leaves: keys as they are, kinds of rows by name, text as the register says."""
    masked = samples.masked(row)
    fields = {}
    for field in row._meta.concrete_fields:
        if not field.primary_key and not (isinstance(row, Entry) and field.name in NOT_COPIED):
            fields[field.attname] = masked[field.attname] if field.attname in masked else _value(row, field)
    if isinstance(row, StoredFile):
        content = sample(row.media_type)
        fields |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return {"model": row._meta.label_lower, "pk": row.pk, "fields": fields}


def _value(row: models.Model, field: models.Field) -> Any:
    value = getattr(row, field.attname)
    if value is not None and field.is_relation and field.related_model is ContentType:
        return ".".join(ContentType.objects.get_for_id(value).natural_key())
    if value is not None and field.is_relation and field.related_model is Permission:
        permission = Permission.objects.select_related("content_type").get(pk=value)
        return ".".join((permission.content_type.app_label, permission.content_type.model, permission.codename))
    return value.name if isinstance(field, models.FileField) else value


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def migrations() -> dict[str, str]:
    """The last migration of each app: a copy fits an installation of the same release."""
    found: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found[app] = max(found.get(app, ""), name)
    return found
