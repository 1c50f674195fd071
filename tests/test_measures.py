"""Measures outside the portal: said once a year to be in place, and the map knows."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import TOKYO
from policy import measures as module
from policy.mechanisms import State, keepings
from policy.models import Bearer, MeasureConfirmation
from policy.models.measure_confirmation import Finding, measures

from .policy_rows import make_obligation

AT = datetime(2026, 9, 10, 10, 0, tzinfo=TOKYO)
LATE = datetime(2026, 11, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def two(cast):
    """Two measures on one clause and one on another, and the duty of the year."""
    for place, clause in enumerate(("3.7.1", "3.7.1", "3.8.1"), 1):
        make_obligation(clause, Bearer.CENTRAL_MANAGER, ordinal=place, mechanism="outside", question=f"対策{place}を行っていますか。")
    module.load_duty(at=AT)
    return list(measures().order_by("position"))


def say(cast, obligations, answer="yes", *, note="設定の画面", at=AT) -> int:
    return MeasureConfirmation.confirm([Finding(row, answer, note) for row in obligations], by=cast.central_manager, at=at)


def state(clause: str, *, at=AT) -> State:
    return keepings(["outside"], at=at)["outside"].at_clause(clause).state


def test_a_measure_is_outside_until_it_has_its_word_of_the_year(cast, two):
    assert state("3.7.1") == State.OUTSIDE
    say(cast, two[:1])
    assert state("3.7.1") == State.OUTSIDE
    say(cast, two[1:2])
    assert state("3.7.1") == State.KEPT
    assert state("3.8.1") == State.OUTSIDE
    next_year = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)
    assert state("3.7.1", at=next_year) == State.OUTSIDE


def test_what_falls_short_or_is_overdue_is_late(cast, two):
    assert state("3.8.1", at=LATE) == State.LATE
    say(cast, two[2:], at=LATE)
    assert state("3.8.1", at=LATE) == State.KEPT
    say(cast, two[2:], "no", note="予算がないため", at=LATE)
    assert state("3.8.1", at=LATE) == State.LATE


def test_the_last_word_of_the_year_does_the_duty(cast, two):
    say(cast, two[:2])
    module.settle_duty(by=cast.central_manager, at=AT)
    assert Occurrence.objects.open().exists()
    say(cast, two[2:])
    module.settle_duty(by=cast.central_manager, at=AT)
    done = Occurrence.objects.get(status=Occurrence.Status.DONE)
    assert done.done_by == cast.central_manager


def test_only_who_answers_for_it_says_so_and_with_a_ground(cast, two):
    with pytest.raises(PermissionDenied):
        MeasureConfirmation.confirm([Finding(two[0], "yes", "見た")], by=cast.section_officer, at=AT)
    with pytest.raises(ValidationError):
        say(cast, two, note=" ")
    assert say(cast, two) == 3
    assert say(cast, two) == 0


def test_a_sheet_is_filled_in_part_by_part_and_keeps_what_was_typed(cast, two):
    client, page = cast.client(cast.central_manager), reverse("policy:measure_section", args=["3.7"])
    first, second = two[:2]
    bad = client.post(page, {f"m{first.pk}-answer": "yes", f"m{first.pk}-note": "", f"m{second.pk}-note": "構成図"})
    assert bad.status_code == 422
    assert "構成図" in bad.content.decode()
    good = client.post(page, {f"m{first.pk}-answer": "partly", f"m{first.pk}-note": "一部の端末", f"m{second.pk}-note": ""})
    assert good.url == reverse("policy:measures")
    assert MeasureConfirmation.objects.get().answer == "partly"
    assert cast.client(cast.clerk).get(page).status_code == 200
    assert cast.client(cast.clerk).post(page, {}).status_code == 403
    assert client.get(reverse("policy:measure_section", args=["9.9"])).status_code == 404


def test_who_only_looks_reads_the_words_of_this_year_and_not_those_of_the_year_before(cast, two):
    say(cast, two[:1], note="去年の画面", at=datetime(2026, 3, 10, 10, 0, tzinfo=TOKYO))
    say(cast, two[1:2], note="今年の画面", at=timezone.now())
    page = reverse("policy:measure_section", args=["3.7"])
    seen = cast.client(cast.auditor).get(page).content.decode()
    assert "今年の画面" in seen
    assert "去年の画面" not in seen
    assert 'type="radio"' not in seen
    assert "去年の画面" in cast.client(cast.central_manager).get(page).content.decode()  # to whoever confirms, as a start


def test_the_page_costs_the_same_for_many_measures(cast, two):
    client, page = cast.client(cast.clerk), reverse("policy:measure_section", args=["3.7"])
    client.get(page)
    few = _queries(client, page)
    for place in range(4, 20):
        make_obligation("3.7.1", Bearer.CENTRAL_MANAGER, ordinal=place, mechanism="outside")
    assert _queries(client, page) == few


def _queries(client, page) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
