"""What every test may ask for. Tests marked `postgresql` are deselected, not skipped, where the database is SQLite."""

import os

import pytest
from django.conf import settings

from .cast import Cast

pytest_plugins = ["tests.trail_plugin", "tests.browser"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the thread of the test


def pytest_collection_modifyitems(config, items) -> None:
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    kept = [item for item in items if not item.get_closest_marker("postgresql")]
    left_out = [item for item in items if item.get_closest_marker("postgresql")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture
def cast(db) -> Cast:
    """The persons of tests/cast.py."""
    return Cast()
