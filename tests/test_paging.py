"""Long lists: every row once and in order, whichever end a page is counted from; the trail is counted by its head."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from assets.models import Asset
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.views import EntryPages

from .cast import Cast
from .factory import make_asset

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def register(cast):
    """Seven assets of two sections, each with the class that it must be handled under."""
    for number in range(7):
        clerk, section = (cast.clerk, cast.section) if number % 2 else (cast.outsider_clerk, cast.other_section)
        make_asset(section, by=clerk, name=f"資産{number}")
    return Asset.objects.for_list()


def test_the_pages_together_are_the_list_in_its_order(register):
    pages = LongList(register, 2)
    assert [row.pk for page in pages for row in page] == [row.pk for row in register]


def test_the_last_page_is_as_long_as_what_is_left(register):
    last = LongList(register, 3).get_page(99)
    assert last.number == 3
    assert [row.pk for row in last] == [list(register)[-1].pk]
    assert (last.start_index(), last.end_index()) == (7, 7)


def test_a_list_longer_than_is_counted_says_so_until_somebody_turns_to_a_page_beyond(register, monkeypatch):
    monkeypatch.setattr(LongList, "CAP", 4)
    keys = [row.pk for row in register]
    pages = LongList(register, 2)
    second = pages.get_page(2)
    assert ([row.pk for row in second], pages.total, second.has_next()) == (keys[2:4], "4件以上", True)
    third = pages.get_page(second.next_page_number())
    assert ([row.pk for row in third], pages.total, pages.num_pages) == (keys[4:6], "7件", 4)
    assert [row.pk for page in LongList(register, 2) for row in page] == keys
    last = LongList(register, 2).get_page(99)
    assert (last.number, [row.pk for row in last], last.paginator.total) == (4, keys[6:], "7件")
    assert [row.pk for row in LongList(register, 2).get_page("x")] == keys[:2]


def test_a_list_that_is_just_as_long_as_is_counted_is_counted_whole(register, monkeypatch):
    monkeypatch.setattr(LongList, "CAP", 7)
    pages = LongList(register, 3)
    assert (len(pages.get_page(3)), pages.total, pages.is_capped) == (1, "7件", False)


def test_an_empty_list_has_one_empty_page(register):
    page = LongList(register.filter(name="ない"), 5).get_page(1)
    assert list(page) == []
    assert page.paginator.num_pages == 1


def test_rows_before_the_page_are_found_without_what_a_row_shows(register):
    pages = LongList(register, 2)
    assert pages.count == 7
    with CaptureQueriesContext(connection) as asked:
        rows = list(pages.page(2))
    keys, shown = (query["sql"] for query in asked.captured_queries)
    assert "OFFSET 2" in keys
    assert "contained_in" not in keys
    assert "OFFSET" not in shown
    assert all(row.effective for row in rows)


def test_a_page_near_the_end_is_counted_from_there(register):
    pages = LongList(register, 2)
    assert pages.count == 7
    with CaptureQueriesContext(connection) as asked:
        list(pages.page(4))
    assert "OFFSET" not in asked.captured_queries[0]["sql"]


def test_the_trail_is_counted_by_its_head_and_what_is_filtered_is_counted_itself(cast):
    with transaction.atomic():
        for _ in range(3):
            record(cast.clerk, "accounts.absence.entered", None)
    with CaptureQueriesContext(connection) as asked:
        assert EntryPages(Entry.objects.all(), 50).count == Entry.objects.count()
    assert "trail_head" in asked.captured_queries[0]["sql"]
    assert EntryPages(Entry.objects.filter(actor=cast.clerk), 50).count == 3
    assert EntryPages(Entry.objects.filter(actor=cast.colleague), 50).count == 0
