"""The world of tests/world.py for all attacks: built once, undone in the end; no attack keeps what it has done."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings

from tests.cast import Cast
from tests.world import World


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    """One of everything, in a transaction and a folder of its own; each test that asks for the database works in a savepoint of it."""
    folder = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"))
    with folder, django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)
