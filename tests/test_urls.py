"""Every URL of the portal against every role: one row a URL; a URL without a row fails (tests/url_table.py)."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.verbs import name_of

from .cast import PERSONS, Cast
from .url_table import EVERYONE, OPEN, REFUSED, TABLE
from .world import World


def names(patterns, namespace: str = "") -> Iterator[str]:
    """The names of all addresses, with their namespaces."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


pytestmark = [pytest.mark.walk, pytest.mark.django_db]  # each test in a savepoint of the world's transaction
ALL = sorted(set(names(get_resolver().url_patterns)))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Built once for the whole table; no address keeps what it has done, and nothing of it stays in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


def ask(client: Client, world: World, name: str) -> int:
    """The status that the address gives, with nothing of it kept."""
    row = TABLE[name]
    with transaction.atomic():
        answer = getattr(client, row.method)(reverse(name, args=world.args(row.key)), row.data)
        transaction.set_rollback(True)
    return answer.status_code


def test_every_url_has_a_row_and_every_row_a_url():
    assert sorted(TABLE) == ALL


def test_every_change_in_the_trail_has_a_word_for_the_screen(world):
    names = {name for changes in Entry.objects.values_list("changes", flat=True) for name in changes}
    assert len(names) > 15
    assert not [name for name in names if name_of(name) == name]


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
            expected = 403 if REFUSED.get(name) == EVERYONE or role in REFUSED.get(name, ()) else 404
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
