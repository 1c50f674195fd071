"""Requests that no page of the portal would send: without a token, for other people's rows, with keys that do not belong together."""

import re
import uuid

import pytest
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.factory import make_appointment, make_department, make_post, make_user
from tests.test_urls import ALL, ask
from tests.url_table import EVERYONE, TABLE

from . import probe

pytestmark = [pytest.mark.walk, pytest.mark.django_db]
WITH_OBJECT = [name for name in ALL if name in TABLE and TABLE[name].key]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STRANGE = ["x", "0", "-1", "9" * 40, "⑨", "ａ", "..", "%00", "a%0d%0aX: y", "<x7f>", "' OR 1=1", str(uuid.UUID(int=0)), "長" * 300]


@pytest.mark.parametrize("name", ALL)
def test_no_change_without_the_token_of_the_page(world, name):
    """Whoever is logged in and follows a link or a form of another site changes nothing: CSRF."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(getattr(world.cast, (probe.admitted(name) or ["clerk"])[0]), backend=BACKEND)
    answer = probe.undone(client, "post", probe.address(world, name), TABLE[name].data or {"x": "1"})
    assert answer.status_code == 403
    assert "画面の有効期間が過ぎました" in answer.content.decode()


def variants(world, name: str) -> list[str]:
    """The address with every one of its keys replaced by what is not there, is no key, or is far too long."""
    found = []
    right = world.args(TABLE[name].key)
    for place, part in enumerate(right):
        wrong = [uuid.uuid4()] if isinstance(part, uuid.UUID) else [999_999_999, 2**31, 2**63, 10**30] if isinstance(part, int) else STRANGE
        for other in wrong:
            try:
                found.append(reverse(name, args=[*right[:place], other, *right[place + 1 :]]))
            except NoReverseMatch:
                continue
    return found


@pytest.mark.parametrize("name", WITH_OBJECT)
def test_a_key_that_is_not_there_is_a_missing_page(world, name):
    client = world.cast.client(getattr(world.cast, probe.admitted(name)[0]))
    for path in variants(world, name):
        answer = probe.undone(client, TABLE[name].method, path, TABLE[name].data or {})
        assert answer.status_code < 500, path


def elsewhere(world, row: models.Model) -> list[models.Model]:
    """The other rows of the same kind in the world."""
    others = [other for other in vars(world).values() if type(other) is type(row) and other.pk != row.pk]
    return others or list(type(row)._base_manager.exclude(pk=row.pk)[:1])


def test_a_row_is_never_found_under_the_parent_of_another(world):
    """Where an address names a whole and its part, the part of this whole under another one is a missing page."""
    tried = 0
    for name in WITH_OBJECT:
        found = getattr(world, TABLE[name].key)
        rows = found if isinstance(found, tuple) else ()
        if rows and rows[0] == world.ledger and isinstance(rows[-1], models.Model):
            others = ["user-id"]  # another ledger than the one that the row stands in
        elif sum(isinstance(part, models.Model) for part in rows) >= 2:
            others = elsewhere(world, rows[0])
        else:
            continue
        client = world.cast.client(getattr(world.cast, probe.admitted(name)[0]))
        for other in others:
            args = [getattr(part, "pk", part) for part in (other, *rows[1:])]
            answer = probe.undone(client, TABLE[name].method, reverse(name, args=args), TABLE[name].data or {})
            assert answer.status_code in (403, 404), (name, other)
            tried += 1
    assert tried >= 3


@pytest.fixture(scope="module")
def neighbour(world):
    """Somebody of another 課 in the same 部 as the persons of the world, who was asked and told nothing."""
    section = make_department("試験年金課", parent=world.cast.division, code="neighbour-ka")
    person = make_user("neighbour", name="隣課 一郎")
    make_appointment(person, make_post(section, "職員", "TERMINAL_USER"))
    return person


@pytest.mark.parametrize("name", [name for name in WITH_OBJECT if TABLE[name].who != EVERYONE])
def test_another_section_of_the_same_division_meets_what_any_other_section_meets(world, neighbour, name):
    """The table of tests/test_urls.py holds own section and other 部; this adds the 課 next door."""
    world.cast.neighbour = neighbour
    client = world.cast.client(neighbour)
    stranger = ask(world.cast.client(world.cast.outsider_clerk), world, name)
    assert ask(client, world, name) == stranger or TABLE[name].admits("outsider_clerk")


def test_a_reason_longer_than_its_column_is_refused_at_the_form(world):
    """Found by the generated inputs on PostgreSQL: the form took more than the row could hold."""
    path = reverse("incidents:retract_sending", args=[world.sending.pk])
    client = world.cast.client(world.cast.secretary)
    answer = probe.undone(client, "post", path, {"reason": "長" * 501})
    assert answer.status_code == 422
    assert "500" in answer.content.decode()
    assert probe.undone(client, "post", path, {"reason": "長" * 500}).status_code == 302


def test_every_address_takes_keys_of_one_shape():
    """A key in an address is a number, a UUID or a word of letters: nothing with a slash or a dot gets to a view.

    The code of a table has dots; it is looked up in the register of tables and nowhere else.
    """
    loose = []

    def walk(patterns, prefix: str = "") -> None:
        for pattern in patterns:
            route = f"{prefix}{pattern.pattern}"
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
            elif "<path:" in route or re.search(r"\(\?P<\w+>[^)]*[.*+]", route.replace(r"\d+", "")):
                loose.append(route)

    walk(get_resolver().url_patterns)
    assert loose == [r"exports/^(?P<code>[a-z0-9_.-]+)\.(?P<suffix>csv|xlsx)$"]
