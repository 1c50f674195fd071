"""When make_scale refuses, and how its amounts are reckoned."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from musashimurayama_isms.dashboard.scale.amount import Amount

from .cast import Cast

TINY = {"staff": 120, "years": 2, "assets": 10, "requests": 10, "incidents": 4, "questions": 3, "entries": 100}


@pytest.mark.django_db
def test_production_refuses(settings):
    settings.IS_TRIAL = False
    with pytest.raises(CommandError, match="本番では"):
        call_command("make_scale", stdout=StringIO(), **TINY)


@pytest.mark.django_db
def test_without_sample_staff_it_says_what_to_run_first():
    with pytest.raises(CommandError, match="sample_staff"):
        call_command("make_scale", stdout=StringIO(), **TINY)


@pytest.mark.django_db
def test_real_people_alone_are_not_enough():
    Cast()
    with pytest.raises(CommandError, match="見本の職員"):
        call_command("make_scale", stdout=StringIO(), **TINY)


@pytest.mark.parametrize("wrong", [{"share": 0.0}, {"share": 1.5}, {"assets": 0}])
@pytest.mark.django_db
def test_an_amount_that_means_nothing_is_refused(wrong, monkeypatch):
    monkeypatch.setattr("musashimurayama_isms.dashboard.management.commands.make_scale.Command._guard", lambda self: None)
    with pytest.raises(CommandError, match="してください"):
        call_command("make_scale", stdout=StringIO(), **{**TINY, **wrong})


def test_a_share_takes_a_part_of_the_rows_and_leaves_years_and_staff():
    part = Amount().part(0.1)
    assert (part.assets, part.requests, part.incidents, part.entries) == (10_000, 5_000, 1_000, 200_000)
    assert (part.staff, part.years) == (1_000, 10)
    assert Amount(incidents=3).part(0.01).incidents == 1


def test_the_years_share_the_rows_without_a_gap():
    amount = Amount(years=3)
    ranges = [amount.of_year(10, year) for year in range(3)]
    assert [number for numbers in ranges for number in numbers] == list(range(10))
