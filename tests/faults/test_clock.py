"""The clock of the server jumps, back by hours or a year ahead: every address still answers in words."""

import random
from datetime import timedelta

import pytest
import time_machine

from tests.attack import probe
from tests.attack.conftest import world  # noqa: F401  a fixture
from tests.test_urls import ALL
from tests.url_table import TABLE
from tests.world import World

pytestmark = [pytest.mark.deep, pytest.mark.django_db]
JUMPS = {"three hours back": timedelta(hours=-3), "a year and a month ahead": timedelta(days=400)}


def act(world: World, name: str) -> None:  # noqa: F811
    """Open an address and send its form, filled in well, as somebody who may."""
    client, chance = world.cast.client(getattr(world.cast, (probe.admitted(name) or ["clerk"])[0])), random.Random(name)  # noqa: S311
    path = probe.address(world, name)
    assert probe.undone(client, "get", path).status_code < 500
    asked = probe.learn(client, world, name, chance)
    if asked:
        data = {key: value for place, found in asked.fields.items() for key, value in probe.good(place, found, chance).items()}
        assert probe.undone(client, "post", path, data | (TABLE[name].data or {})).status_code < 500


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_no_act_fails_inside_when_the_clock_has_jumped(world, jump):  # noqa: F811
    broken: dict[str, str] = {}
    with time_machine.travel(world.at + jump, tick=False):
        for name in ALL:
            try:
                act(world, name)
            except Exception as error:  # one run tells all
                broken[name] = repr(error)[:500]
    assert broken == {}
