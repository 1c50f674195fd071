"""Every URL of the portal against every role: one row a URL; a URL without a row fails (tests/url_table.py)."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from .cast import PERSONS
from .url_table import OPEN, REFUSED, TABLE
from .world import World


def names(patterns, namespace: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespaces."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


ALL = sorted(set(names(get_resolver().url_patterns)))


@pytest.fixture
def world(cast) -> World:
    return World(cast)


def ask(client: Client, world: World, name: str) -> int:
    """The status that the address gives, with nothing of it kept."""
    row = TABLE[name]
    with transaction.atomic():
        answer = getattr(client, row.method)(reverse(name, args=world.args(row.key)))
        transaction.set_rollback(True)
    return answer.status_code


def test_every_url_has_a_row_and_every_row_a_url():
    assert sorted(TABLE) == ALL


@pytest.mark.parametrize("name", ALL)
def test_who_meets_what(world, name):
    met = {}
    for role in PERSONS:
        client = world.cast.client(getattr(world.cast, role))
        met[role] = ask(client, world, name)
    for role, status in met.items():
        if TABLE[name].admits(role):
            assert status < 400, (role, status)
        else:
            expected = 403 if role in REFUSED.get(name, ()) else 404
            assert status == expected, (role, status)


@pytest.mark.parametrize("name", ALL)
def test_who_is_not_logged_in_is_sent_to_the_log_in_page(world, name):
    row = TABLE[name]
    answer = getattr(Client(), row.method)(reverse(name, args=world.args(row.key)))
    if name in OPEN:
        assert answer.status_code == 200
    else:
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", [name for name in ALL if name in TABLE and TABLE[name].method == "post"])
def test_a_change_is_never_made_by_a_get(world, name):
    client = world.cast.client(world.cast.clerk)
    assert client.get(reverse(name, args=world.args(TABLE[name].key))).status_code in (404, 405)
