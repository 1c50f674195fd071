"""The portal's own obligations: every clause of 3.9–3.11 is judged, each word has a proof that exists, the chapter is made of them."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from policy import catalogue
from policy.importer.outline import _fixture as outline
from policy.portal_obligations import BOTH, CITY, NOT_CONCERNED, PORTAL, row_of, rows

from .handbook import CHAPTERS, ROOT
from .policy_text import real_reading
from .test_obligations import ALLOWED_RUN, longest_shared
from .test_proof import names_in

NUMBERS = [row["number"] for row in outline()["clauses"]]
JUDGED = ("3.9.", "3.10.", "3.11.")


def test_every_obligation_of_people_technique_and_operation_is_judged_for_the_portal():
    clauses = {row["clause"] for row in catalogue.rows_of(catalogue.OBLIGATIONS) if row["clause"].startswith(JUDGED)}
    assert len(clauses) > 150
    assert sorted(clause for clause in clauses if row_of(clause) is None) == []


def test_every_row_stands_in_the_order_of_the_policy_for_a_clause_that_there_is_and_once():
    places = [tuple(map(int, row.clause.split("."))) for row in rows()]
    assert places == sorted(set(places))
    assert {row.clause for row in rows()} <= set(NUMBERS)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.clause)
def test_a_row_says_who_keeps_it_and_what_the_portal_claims_is_proved(row):
    assert bool(row.reason) != bool(row.portal or row.city), "either it concerns the portal, or it says why not"
    assert all(words == "" or words.endswith("。") for words in (row.portal, row.city, row.reason))
    assert bool(row.tests) == bool(row.portal), "the portal's part is proved by tests, and only that"
    missing = [name for name in row.tests if name.partition("::")[2] not in names_in(ROOT / name.partition("::")[0])]
    assert missing == []
    assert row.state in {NOT_CONCERNED, BOTH, PORTAL, CITY}


def test_every_setting_that_is_named_is_one():
    known = set(re.findall(r"`([A-Z_]+)`", (CHAPTERS / "settings.md").read_text(encoding="utf-8")))
    assert {name for row in rows() for name in row.settings} - known == set()


@pytest.mark.policy_text
def test_no_sentence_of_the_policy_stands_in_the_rows():
    texts = {clause.number: re.sub(r"[\s*]", "", clause.text) for clause in real_reading().policy.clauses}
    copied = [
        (row.clause, shared)
        for row in rows()
        for words in (row.portal, row.city, row.reason)
        if len(shared := longest_shared(words, "".join(text for number, text in texts.items() if number.startswith(row.clause))))
        > ALLOWED_RUN
    ]
    assert copied == []


def test_a_clause_without_a_row_follows_the_one_above_it():
    assert row_of("3.9.4.3.2").clause == "3.9.4.3"
    assert row_of("3.10.5.1.3").clause == "3.10.5.1.3"
    assert row_of("3.1.1") is None


def test_the_chapter_is_what_the_command_prints():
    out = StringIO()
    call_command("coverage", "--portal", stdout=out)
    assert (CHAPTERS / "obligations.md").read_text(encoding="utf-8") == out.getvalue()


# -- the page ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_every_row_to_who_answers_and_nobody_else_finds_the_door(cast):
    page = cast.client(cast.administrator).get(reverse("policy:portal"))
    for row in rows():
        assertContains(page, row.title)
    assertContains(page, "SESSION_IDLE_MINUTES")
    assert cast.client(cast.clerk).get(reverse("policy:portal")).status_code == 404


@pytest.mark.django_db
def test_the_map_leads_there_only_who_may_go(cast):
    from .policy_rows import make_policy

    make_policy()
    door = reverse("policy:portal")
    assertContains(cast.client(cast.auditor).get(reverse("policy:coverage")), door)
    assertNotContains(cast.client(cast.clerk).get(reverse("policy:coverage")), door)


@pytest.mark.django_db
def test_the_page_asks_the_database_as_often_with_a_policy_as_without(cast):
    client, url = cast.client(cast.administrator), reverse("policy:portal")
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    from .policy_rows import make_policy

    make_policy()
    with CaptureQueriesContext(connection) as after:
        client.get(url)
    assert len(after) <= len(before) + 1
    assert len(after) < 30
