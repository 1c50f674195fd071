"""What every test may ask for.

Tests marked `postgresql` are deselected, not skipped, where the database is SQLite, those marked `policy_text` where
the city's text is not at hand, those marked `deep` unless DEEP is set (`make test-deep`).
"""

import os

import pytest
from django.conf import settings

from .cast import Cast
from .policy_text import policy_file

pytest_plugins = ["tests.trail_plugin", "tests.browser", "tests.clock"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs an event loop in the thread of the test


def pytest_collection_modifyitems(config, items) -> None:
    missing = set()
    if "postgresql" not in settings.DATABASES["default"]["ENGINE"]:
        missing.add("postgresql")
    if policy_file() is None:
        missing.add("policy_text")
    if not os.environ.get("DEEP"):
        missing.add("deep")
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in missing)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
def cast(db) -> Cast:
    """The persons of tests/cast.py."""
    return Cast()
