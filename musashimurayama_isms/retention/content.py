"""The content of records: read with all that hangs on them, its digest, and its destruction."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.search import index
from musashimurayama_isms.search.texts import registered
from musashimurayama_isms.trail.chain import canonical

from .columns import blank, content_columns, digested_columns, label_columns, pointer
from .kinds import Kind

# Rows that only speak of another row: all their words go with it. Of other rows that point to it its name alone goes.
WHOLE = {"notifications.notification", "jobs.job", "duties.duty"}
SPARED = {"trail", "files", "search", "guardian"}


def key_of(row: models.Model) -> str:
    """The key of a record as text, a UUID without its dashes."""
    return index.key_of(row)


class Content:
    """What one record holds at a moment: its rows by model, and its files."""

    def __init__(self, kind: Kind, key: str) -> None:
        self.kind, self.key = kind, key
        self.rows: dict[type[models.Model], list[Any]] = defaultdict(list)
        self.files: list[StoredFile] = []

    @property
    def columns(self) -> int:
        """How many values hold something."""
        return sum(
            1 for model, rows in self.rows.items() for row in rows for field in digested_columns(model) if field.value_from_object(row)
        )

    @property
    def digest(self) -> str:
        """SHA-256 over the content alone, in one way of writing: the same for a copy restored from a backup."""
        parts = []
        for model, rows in self.rows.items():
            for row in rows:
                values = {field.name: _plain(field.value_from_object(row)) for field in digested_columns(model)}
                parts.append([model._meta.label_lower, key_of(row), values])
        parts.sort(key=lambda part: part[:2])
        content = {"kind": self.kind.code, "key": self.key, "rows": parts, "files": sorted(file.sha256 for file in self.files)}
        return hashlib.sha256(canonical(content)).hexdigest()


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def contents(kind: Kind, keys: Iterable[str]) -> dict[str, Content]:
    """The content of several records at once, in a number of queries that their number does not change."""
    pk = kind.model._meta.pk
    wanted = [pk.to_python(key) for key in keys]
    found: dict[str, Content] = {}
    for model, path in kind.parts.items():
        names = [field.attname for field in content_columns(model)]
        rows = model._base_manager.filter(**{f"{path}__in": wanted}).annotate(_record=F(path)).only("pk", *names).order_by("pk")
        for row in rows:
            key = str(row._record).replace("-", "")
            found.setdefault(key, Content(kind, key)).rows[model].append(row)
    _add_files(found)
    return found


def _add_files(found: dict[str, Content]) -> None:
    places = {(type_.pk, key): content for content in found.values() for type_, keys in _by_type(content) for key in keys}
    asked = Q(pk__in=[])
    for type_, keys in _grouped(found.values()):
        asked |= Q(content_type=type_, object_id__in=keys)
    for file in StoredFile.objects.filter(asked).exclude(state=StoredFile.State.DESTROYED):
        places[(file.content_type_id, file.object_id)].files.append(file)


def _by_type(content: Content) -> Iterator[tuple[ContentType, set[str]]]:
    """The rows by their type, each under both ways of writing its key."""
    for model, rows in content.rows.items():
        if rows:
            yield ContentType.objects.get_for_model(model), {str(row.pk) for row in rows} | {key_of(row) for row in rows}


def _grouped(every: Iterable[Content]) -> list[tuple[ContentType, set[str]]]:
    grouped: dict[ContentType, set[str]] = defaultdict(set)
    for content in every:
        for type_, keys in _by_type(content):
            grouped[type_] |= keys
    return list(grouped.items())


# -- destroying ------------------------------------------------------------------------------------------------------


def destroy(content: Content, *, at: datetime) -> list[str]:
    """Blank the record and what speaks of it, in the caller's transaction; gives the paths of contents to delete after the commit.

    By `bulk_update`: no signal, no changed day. What the search has kept of it is written anew from what is left.
    """
    words = dict(registered())
    for model, rows in content.rows.items():
        _blank(model, rows, content_columns(model))
        if model in words:
            for row in model._base_manager.filter(pk__in=[row.pk for row in rows]):
                index.put(row, words[model](row))
    _blank_pointers(_grouped([content]))
    return _drop_files(content, at=at)


def _blank(model: type[models.Model], rows: list[Any], columns: tuple[models.Field, ...]) -> None:
    if not rows or not columns:
        return
    for row in rows:
        for field in columns:
            setattr(row, field.attname, blank(field, field.value_from_object(row)))
    model._base_manager.bulk_update(rows, [field.name for field in columns], batch_size=100)


def _blank_pointers(grouped: list[tuple[ContentType, set[str]]]) -> None:
    for model in apps.get_models():
        generic = pointer(model)
        if generic is None or model._meta.app_label in SPARED:
            continue
        columns = content_columns(model) if model._meta.label_lower in WHOLE else label_columns(model)
        asked = Q(pk__in=[])
        for type_, keys in grouped:
            asked |= Q(**{generic.ct_field: type_, f"{generic.fk_field}__in": keys})
        if columns:
            _blank(model, list(model._base_manager.filter(asked)), columns)


def _drop_files(content: Content, *, at: datetime) -> list[str]:
    """Say that the files are gone; what jobs have made about the record goes as if its time were over."""
    for file in content.files:
        file.name, file.state = "廃棄したファイル", StoredFile.State.DESTROYED
    StoredFile.objects.bulk_update(content.files, ["name", "state"])
    asked = Q(pk__in=[])
    for type_, keys in _grouped([content]):
        asked |= Q(job__content_type=type_, job__object_id__in=keys)
    JobResult.objects.filter(asked, removed_at__isnull=True).update(removed_at=at)
    return [file.content.name for file in content.files if file.content.name]
