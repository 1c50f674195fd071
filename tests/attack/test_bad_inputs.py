"""More than 10,000 generated bad inputs over every form and every list: no failure inside, no script comes back alive."""

import random
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.db import models
from django.http import HttpResponse
from django.test import Client

from tests.cast import PERSONS
from tests.test_urls import ALL
from tests.url_table import TABLE

from . import bad, probe

pytestmark = [pytest.mark.deep, pytest.mark.django_db]
FORMS, PAGES = 20, 5  # bad inputs for each address that takes them
PROMISED, PARTS = 10_000, 4
SENT: Counter[str] = Counter()
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def strangers(world) -> list[str]:
    """Keys of rows of every kind in the world: most of them are not for the person who will send them."""
    found = [row for row in vars(world).values() if isinstance(row, models.Model)]
    return sorted({str(row.pk) for row in found})


@pytest.fixture(scope="module")
def seats(world) -> dict[str, Client]:
    """A browser for each person, logged in once."""
    return {role: world.cast.client(getattr(world.cast, role)) for role in PERSONS}


def judge(name: str, data, answer: HttpResponse) -> None:
    """No failure inside and no script alive in the answer; a redirect stays in the portal."""
    assert answer.status_code < 500, (name, data)
    if answer.status_code in (301, 302):
        assert not urlsplit(answer["Location"]).netloc, (name, data, answer["Location"])
    if answer.get("Content-Type", "").startswith("text/html"):
        assert not bad.echoed(answer.content.decode()), (name, data)


def spoiled(asked: probe.Asked, name: str, chance: random.Random, strangers: list[str]) -> dict:
    """A form filled in well but for one to three places."""
    data: dict = {}
    for place, found in asked.fields.items():
        if chance.random() < 0.9:
            data |= probe.good(place, found, chance)
    data |= TABLE[name].data or {}
    names = sorted({*asked.in_forms, *asked.names} - {"csrfmiddlewaretoken"}) or ["x"]
    for place in chance.sample(names, min(len(names), chance.randint(1, 3))):
        data[place] = bad.value(chance, strangers)
    return data


def send(client: Client, path: str, data: dict, files: bool, chance: random.Random) -> HttpResponse:
    if not files:
        return client.generic("POST", path, bad.encoded(data), content_type=FORM)
    whole = {key: [clean(part) for part in value] if isinstance(value, list) else clean(value) for key, value in data.items()}
    return client.post(path, {**whole, "uploads": bad.upload(chance), "file": bad.upload(chance)})


def clean(text: str) -> str:
    """The text as multipart can carry it."""
    return text.replace("\ud800", "")


def attack(world, seats, name: str, strangers: list[str], times: int) -> None:
    """Send bad forms to one address, as somebody who may send good ones; what is taken is looked at where it leads."""
    chance = random.Random(name)  # noqa: S311  the same inputs in every run
    roles = probe.admitted(name)[:3] or ["clerk"]
    asked = probe.learn(seats[roles[0]], world, name, chance)
    if asked is None:
        return
    has_files = any(isinstance(found.widget, probe.forms.FileInput) for found in asked.fields.values())
    for _ in range(times):
        client, data = seats[chance.choice(roles)], spoiled(asked, name, chance, strangers)
        with probe.transaction.atomic():
            answer = send(client, probe.address(world, name), data, has_files and chance.random() < 0.4, chance)
            judge(name, data, answer)
            SENT[f"form {answer.status_code}"] += 1
            if answer.status_code == 302:
                judge(name, data, client.get(answer["Location"]))
            probe.transaction.set_rollback(True)


def ask(world, seats, name: str, strangers: list[str], times: int) -> None:
    """Ask one page with bad values in its address."""
    chance = random.Random(name)  # noqa: S311
    client, path, asked = seats[(probe.admitted(name) or ["clerk"])[0]], probe.address(world, name), probe.Asked()
    with probe.listening(asked):
        if probe.undone(client, "get", f"{path}?x=1").status_code == 405:
            return
    names = sorted(asked.names | asked.in_forms | {"q", "page", "next"})
    for _ in range(times):
        some = chance.sample(names, min(len(names), chance.randint(1, 4)))
        data = {place: bad.value(chance, strangers) for place in some}
        judge(name, data, probe.undone(client, "get", f"{path}?{bad.encoded(data).decode()}"[:60_000]))
        SENT["page"] += 1


@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_bad_inputs_break_nothing_and_some_go_all_the_way(world, seats, strangers, part):
    """The parts together are what PROMISED says; each takes every fourth address."""
    broken: dict[str, str] = {}
    for name in ALL[part::PARTS]:
        for tries, times in ((attack, FORMS), (ask, PAGES)):
            try:
                tries(world, seats, name, strangers, times)
            except Exception as error:  # one run tells all
                broken[f"{tries.__name__} {name}"] = repr(error)[:1000]
    assert broken == {}
    assert sum(SENT.values()) >= PROMISED / PARTS, SENT
    assert SENT["form 302"] > PROMISED / PARTS / 20, "too few got past the forms: the rules behind them were hardly tried"
    SENT.clear()
