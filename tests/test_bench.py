"""The arithmetic of the bench: shapes, ratios, growth, verdicts and the table."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from deploy.bench.counting import HEADER, count_queries
from deploy.bench.figures import Cost, Line, Shape, Whole, markdown, shape_of
from musashimurayama_isms.accounts.models import User


def line(small: float, large: float, *, bare: float = 1.0, usual: float = 2.0, goal: float = 2.5, rows: int = 50) -> Line:
    return Line("一覧", Cost(small, bare, usual, 9, rows), Cost(large, bare, usual, 10, 50), goal)


def test_the_shape_counts_rows_and_cells_of_the_main_part_alone():
    page = "<nav><ul><li>x</li></ul></nav><main id='m'><tr><th>a<th>b</tr><tr><td>1<td>2</tr></main><footer><li>y</footer>"
    assert shape_of(page) == Shape(rows=2, cells=2)


def test_a_page_without_rows_is_compared_with_one_row():
    assert shape_of("<main><p>何もない</p></main>") == Shape(1, 1)
    assert shape_of("") == Shape(1, 1)


def test_items_of_a_list_are_rows_of_one_cell():
    assert shape_of("<main><ul><li>a<li>b<li>c</ul></main>") == Shape(3, 1)


def test_a_page_within_its_goals_is_met():
    assert line(2.0, 2.2).missed == []
    assert line(2.0, 2.2).cells == ("一覧", "10", "2.2", "1.1", "1.10", "達成")


def test_the_share_of_django_itself_stands_beside_and_is_no_goal():
    assert line(3.0, 3.0, usual=1.5).cells[2:4] == ("3.0", "2.0")
    assert line(2.0, 2.2, usual=0.1).missed == []


def test_a_goal_that_is_just_reached_is_met():
    assert line(2.5, 2.5).missed == []
    assert line(1.0, 1.2).missed == []


def test_what_is_missed_is_named():
    assert line(2.0, 2.6).missed == ["比 2.5", "増え 1.2"]
    assert line(2.4, 2.6, goal=3.0).missed == []
    assert "未達（比 2.5）" in line(3.0, 3.0).cells


def test_a_page_that_shows_more_rows_with_much_data_has_no_growth_to_judge():
    assert line(1.0, 2.4, rows=9).growth is None
    assert line(1.0, 2.4, rows=9).missed == []
    assert line(1.0, 2.4, rows=9).cells[4] == "－（行 9→50）"
    assert line(1.0, 2.4, rows=45).missed == ["増え 1.2"]


def test_memory_and_acts_say_whether_they_are_met():
    good, bad = Whole(megabytes=122.4, acts=240.0).lines(), Whole(megabytes=201.0, acts=26.0).lines()
    assert all("達成" in sentence for sentence in good)
    assert all("未達" in sentence for sentence in bad)
    assert "122 MB" in good[0]
    assert "毎秒 240 件" in good[1]


def test_the_table_is_markdown_with_a_row_for_each_page():
    text = markdown([line(2.0, 2.2), line(3.0, 3.0)], Whole(100.0, 300.0))
    rows = [row for row in text.splitlines() if row.startswith("|")]
    assert len(rows) == 4
    assert len({row.count("|") for row in rows}) == 1
    assert text.count("\n- ") == 2


@pytest.mark.django_db
def test_the_header_counts_the_queries_of_the_request():
    def page(request):
        User.objects.count()
        User.objects.exists()
        return HttpResponse("")

    assert count_queries(page)(RequestFactory().get("/"))[HEADER] == "2"
