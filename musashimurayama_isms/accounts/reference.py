"""Reference data: the starting rows of an installation, read from fixtures/*.json by natural key."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.db import transaction

# In order: a file may point to rows of the files before it. A higher app adds its own file at the end.
FIXTURES = (
    "roles.json",
    "departments.json",
    "posts.json",
    "committees.json",
    "handover_items.json",
    "incident_kinds.json",
    "cause_categories.json",
    "authority_reports.json",
    "threats.json",
    "outside_contacts.json",
    "training_courses.json",
    "disclosure_grounds.json",
)


@dataclass(frozen=True)
class Loaded:
    """What one fixture brought: rows made now, and rows that were there and stayed as the city has them."""

    name: str
    created: int
    kept: int


_loaders: list[Callable[[], Loaded]] = []


def register_loader(loader: Callable[[], Loaded]) -> None:
    """A higher app whose data are more than rows adds its own loader, which runs after the fixtures; in `AppConfig.ready`."""
    if loader not in _loaders:
        _loaders.append(loader)


def load(*names: str) -> list[Loaded]:
    """Load the named fixtures, or all of FIXTURES and then the loaders of other apps, in one transaction.

    FileNotFoundError where a file is missing.
    """
    with transaction.atomic():
        loaded = [load_rows(name, json.loads(path_of(name).read_text(encoding="utf-8"))) for name in names or FIXTURES]
        return loaded if names else loaded + [loader() for loader in _loaders]


def path_of(name: str) -> Path:
    """Where a fixture lies."""
    return Path(settings.FIXTURE_DIRS[0]) / name


def load_rows(name: str, rows: list[dict]) -> Loaded:
    """Create the rows whose natural key is unknown; a known one is never touched, whatever the file says now."""
    created = 0
    for row in serializers.deserialize("python", rows):
        if row.object.pk is None:  # the deserializer fills in the key of a row it finds by its natural key
            row.save()
            created += 1
    return Loaded(name, created, len(rows) - created)
