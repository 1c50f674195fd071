"""年度, 和暦, closing days and office hours, by example and by property."""

from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from musashimurayama_isms.fiscal import (
    CLOSES,
    OPENS,
    TOKYO,
    add_working_days,
    add_working_time,
    fiscal_year,
    fiscal_year_bounds,
    fiscal_year_label,
    is_closing_day,
    is_working_day,
    next_working_day,
    wareki,
    wareki_month,
)

days = st.dates(date(1990, 1, 1), date(2050, 12, 31))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.sampled_from([UTC, TOKYO]))
minutes = st.integers(0, 6000)


def tokyo(*parts):
    return datetime(*parts, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 22), "令和8年11月22日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "1926年12月24日"),
    ],
)
def test_a_day_is_written_in_its_era(day, words):
    assert wareki(day) == words


def test_a_moment_is_refused_where_a_day_is_wanted_because_its_day_depends_on_the_zone():
    with pytest.raises(TypeError):
        wareki(datetime(2026, 11, 22, 20, 0, tzinfo=UTC))


def test_a_month_is_written_in_its_era():
    assert wareki_month(date(2026, 11, 22)) == "令和8年11月"


def test_the_fiscal_year_turns_on_the_first_of_april():
    assert [fiscal_year(date(2026, 3, 31)), fiscal_year(date(2026, 4, 1)), fiscal_year(date(2027, 3, 31))] == [2025, 2026, 2026]


@pytest.mark.parametrize(
    ("year", "label"), [(2026, "令和8年度"), (2019, "令和元年度"), (2018, "平成30年度"), (1989, "平成元年度"), (1988, "昭和63年度")]
)
def test_a_fiscal_year_is_named_as_the_offices_name_it(year, label):
    assert fiscal_year_label(year) == label


@hypothesis(deadline=None)
@given(days)
def test_every_day_lies_within_its_fiscal_year(day):
    first, last = fiscal_year_bounds(fiscal_year(day))
    assert first <= day <= last
    assert (first.month, first.day, last.month, last.day) == (4, 1, 3, 31)


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 21),  # Saturday
        date(2026, 11, 22),  # Sunday
        date(2026, 11, 23),  # 勤労感謝の日
        date(2026, 5, 6),  # 振替休日
        date(2026, 9, 22),  # 国民の休日
        date(2026, 12, 29),
        date(2027, 1, 3),
    ],
)
def test_the_city_hall_is_closed_on(day):
    assert is_closing_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 12, 28), date(2027, 1, 4)])
def test_the_city_hall_is_open_on(day):
    assert is_working_day(day)


def test_the_city_may_close_on_a_day_of_its_own():
    founding_day = date(2026, 11, 24)
    assert is_closing_day(founding_day, {founding_day})
    assert next_working_day(date(2026, 11, 21), {founding_day}) == date(2026, 11, 25)


@hypothesis(deadline=None)
@given(days)
def test_the_next_working_day_is_the_first_open_one_and_leaves_open_days_alone(day):
    found = next_working_day(day)
    assert is_working_day(found)
    assert all(is_closing_day(day + timedelta(days=i)) for i in range((found - day).days))


@hypothesis(deadline=None)
@given(days, st.integers(1, 60))
def test_n_working_days_later_exactly_n_open_days_have_passed(day, n):
    found = add_working_days(day, n)
    passed = [day + timedelta(days=i) for i in range(1, (found - day).days + 1)]
    assert is_working_day(found)
    assert (
        sum(
            not (d.weekday() > 4 or jpholiday.is_holiday(d) or (d.month, d.day) in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})
            for d in passed
        )
        == n
    )


def test_no_working_days_at_all_only_moves_off_a_closing_day():
    assert add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (tokyo(2026, 11, 24, 9, 0), 30, tokyo(2026, 11, 24, 9, 30)),
        (tokyo(2026, 11, 24, 11, 30), 120, tokyo(2026, 11, 24, 13, 30)),  # lunch counts
        (tokyo(2026, 11, 24, 17, 0), 30, tokyo(2026, 11, 25, 8, 45)),
        (tokyo(2026, 11, 24, 16, 45), 30, tokyo(2026, 11, 24, 17, 15)),
        (tokyo(2026, 11, 24, 23, 0), 60, tokyo(2026, 11, 25, 9, 30)),
        (tokyo(2026, 11, 24, 5, 0), 60, tokyo(2026, 11, 24, 9, 30)),
        (tokyo(2026, 11, 20, 17, 0), 30, tokyo(2026, 11, 24, 8, 45)),  # over a long weekend
        (tokyo(2026, 12, 28, 17, 0), 60, tokyo(2027, 1, 4, 9, 15)),  # over the year's end
        (datetime(2026, 11, 24, 0, 0, tzinfo=UTC), 30, tokyo(2026, 11, 24, 9, 30)),
    ],
)
def test_office_hours_are_counted(start, length, end):
    assert add_working_time(start, length) == end


@hypothesis(deadline=None)
@given(moments, minutes, minutes)
def test_working_time_adds_up(start, first, second):
    assert add_working_time(add_working_time(start, first), second) == add_working_time(start, first + second)


@hypothesis(deadline=None)
@given(moments, minutes)
def test_working_time_ends_within_office_hours_and_never_before_its_start(start, length):
    end = add_working_time(start, length)
    assert end >= start + timedelta(minutes=length)
    assert is_working_day(end.date())
    assert OPENS <= end.time() <= CLOSES
    assert end.tzinfo is TOKYO


@hypothesis(deadline=None)
@given(moments, moments, minutes)
def test_who_starts_later_never_ends_earlier(one, other, length):
    early, late = sorted([one, other])
    assert add_working_time(early, length) <= add_working_time(late, length)


@pytest.mark.parametrize(("start", "length"), [(datetime(2026, 11, 24, 9, 0), 1), (tokyo(2026, 11, 24, 9, 0), -1)])
def test_a_start_without_zone_and_a_negative_time_are_refused(start, length):
    with pytest.raises(ValueError, match="指定してください"):
        add_working_time(start, length)


def test_negative_working_days_are_refused():
    with pytest.raises(ValueError, match="0以上"):
        add_working_days(date(2026, 11, 24), -1)
