"""The copy into an empty trial installation: rows as they are, uploads as samples, the trail chained anew under its own key."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.color import no_style
from django.db import connection, models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail import chain
from musashimurayama_isms.trail.models import Entry, Head, Reading
from musashimurayama_isms.trail.reading import SEALED, digest_of
from musashimurayama_isms.trail.record import record

from .register import models_to_copy
from .uploads import sample
from .writer import FORM, migrations

BATCH = 500


class Refused(Exception):
    """The copy is not read; the text is for who runs the command."""


def read(file: Path, *, at: datetime) -> int:
    """Read a copy, all of it or nothing; gives how many rows.

    Refused in production, where there is anybody already, and for a copy of another release.
    """
    if not settings.IS_TRIAL:
        raise Refused("本番には読み込めません（設定 PORTAL_MODE が production です）。")
    with (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8") as stream, transaction.atomic(), _as_written():
        lines = (json.loads(line) for line in stream)
        _look_at(next(lines, {}))
        _clear()
        count = sum(_bring(apps.get_model(label), list(rows)) for label, rows in _batches(lines))
        record(None, "disclosure.copy.loaded", None, at=at, count=count)
        connection.check_constraints()
        _go_on_counting()
    return count


def _look_at(head: dict[str, Any]) -> None:
    if head.get("form") != FORM:
        raise Refused("このファイルは、export_masked で書き出した写しではありません。")
    if head["migrations"] != migrations():
        raise Refused("写しを書き出したポータルと版が違います。同じ版のポータルに読み込んでください。")
    if User.objects.exists() or Entry.objects.exists():
        raise Refused("すでに利用者か証跡があります。migrate を終えたばかりの、空の試用環境に読み込んでください。")


def _clear() -> None:
    """Reference data that a setup has brought give way to those of the copy; keys are looked at when all is read."""
    for model in models_to_copy():
        if model not in (Entry, Reading):
            model._base_manager.all()._raw_delete(connection.alias)


def _batches(lines: Iterator[dict]) -> Iterator[tuple[str, Iterator[dict]]]:
    """The lines by model, a batch at a time."""
    for label, rows in groupby(lines, key=lambda line: line["model"]):
        while batch := [row for _, row in zip(range(BATCH), rows, strict=False)]:
            yield label, iter(batch)


def _bring(model: type[models.Model], lines: list[dict]) -> int:
    rows = [_row(model, line) for line in lines]
    if model is Entry:
        _chain(rows)
    else:
        model._base_manager.bulk_create(rows)
    if model is StoredFile:
        for row in rows:
            default_storage.delete(row.content.name)
            default_storage.save(row.content.name, ContentFile(sample(row.media_type)))
    return len(rows)


def _row(model: type[models.Model], line: dict) -> models.Model:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {name: _value(fields[name], value) for name, value in line["fields"].items()}
    return model(**{model._meta.pk.attname: model._meta.pk.to_python(line["pk"])}, **values)


def _value(field: models.Field, value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField):
        return value
    if field.is_relation and field.related_model is ContentType:
        return _content_type(value)
    if field.is_relation and field.related_model is Permission:
        app, model, codename = value.split(".", 2)
        return Permission.objects.get(content_type=_content_type(f"{app}.{model}"), codename=codename).pk
    return (field.target_field if field.is_relation else field).to_python(value)


@cache
def _content_type(name: str) -> int:
    return ContentType.objects.get_by_natural_key(*name.split(".")).pk


def _chain(entries: list[Entry]) -> None:
    """Each entry after the one before, sealed by this installation's key; what seals readings counts them as they are here."""
    head, key_id = Head.objects.locked(), chain.writing_key()
    for entry in entries:
        if entry.verb == SEALED:
            readings = list(Reading.objects.filter(sealed_by=entry.number).order_by("pk"))
            entry.changes = {**entry.changes, "count": len(readings), "digest": digest_of(readings)}
        entry.key_id, entry.segment, entry.previous = key_id, head.next_segment(key_id), head.digest
        entry.digest = chain.seal("entry", key_id, entry.content())
        entry.save(force_insert=True)
        head.advance(entry)


@contextmanager
def _as_written() -> Iterator[None]:
    """Moments are those of the copy, not of the reading."""
    _content_type.cache_clear()
    clocks = [
        field
        for model in models_to_copy()
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    kept = [(field, field.auto_now, field.auto_now_add) for field in clocks]
    for field in clocks:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, now, add in kept:
            field.auto_now, field.auto_now_add = now, add


def _go_on_counting() -> None:
    """New rows get numbers after those that were read."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_to_copy()):
            cursor.execute(statement)
