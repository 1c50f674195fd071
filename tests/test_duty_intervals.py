"""How often a duty comes round: whatever the rule, each period once, on a day the city hall is open."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from musashimurayama_isms.duties.intervals import Interval, Rule, in_months
from musashimurayama_isms.fiscal import is_working_day

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
SPANS = st.integers(0, 900).map(lambda count: timedelta(days=count))
DAY = st.integers(1, 31)
RULES = st.one_of(
    st.builds(
        lambda months, day: Rule(Interval.YEARLY, days=tuple(in_months(months, day=day))), st.sets(st.integers(1, 12), min_size=1), DAY
    ),
    st.builds(
        lambda every, anchor, day: Rule(Interval.MONTHS, every_months=every, anchor_on=anchor, day=day), st.integers(1, 36), DAYS, DAY
    ),
    st.builds(lambda day: Rule(Interval.MONTHLY, day=day), DAY),
    st.builds(lambda weekday: Rule(Interval.WEEKLY, weekday=weekday), st.integers(0, 6)),
    st.builds(lambda anchor: Rule(Interval.ONCE, anchor_on=anchor), DAYS),
)


@given(RULES, DAYS, SPANS)
def test_every_due_day_is_a_working_day_at_or_after_the_day_of_the_rule(rule, first, span):
    for period in rule.periods(first, first + span):
        assert first <= period.due <= first + span
        assert is_working_day(period.due)
        assert period.nominal <= period.due <= period.nominal + timedelta(days=14)
        assert all(not is_working_day(period.nominal + timedelta(days=n)) for n in range((period.due - period.nominal).days))


@given(RULES, DAYS, SPANS, SPANS)
def test_looking_twice_finds_what_looking_once_finds(rule, first, one, two):
    """Nothing is lost or doubled where two spans meet."""
    middle = first + one
    whole = rule.periods(first, middle + two)
    assert rule.periods(first, middle) + rule.periods(middle + timedelta(days=1), middle + two) == whole
    keys = [period.key for period in whole]
    assert len(set(keys)) == len(keys)


@given(st.integers(2020, 2040), DAY)
def test_a_month_has_its_duty_whatever_its_length(year, day):
    found = [
        period.nominal
        for period in Rule(Interval.MONTHLY, day=day).periods(date(year, 1, 1), date(year + 1, 3, 1))
        if period.nominal.year == year
    ]
    assert [nominal.month for nominal in found] == list(range(1, 13))
    assert all(nominal.day == day or (nominal + timedelta(days=1)).day == 1 for nominal in found)


def test_the_rules_of_the_city_are_said_in_words():
    anchor = date(2026, 4, 1)
    assert Rule(Interval.YEARLY, days=("06-31",)).words == "毎年6月末日"
    assert Rule(Interval.YEARLY, days=tuple(in_months([1, 4, 7, 10]))).words == "毎年1月・4月・7月・10月の末日"
    assert Rule(Interval.YEARLY, days=("10-15", "04-01")).words == "毎年4月1日・10月15日"
    assert Rule(Interval.MONTHS, every_months=6, anchor_on=anchor, day=1).words == "6か月ごと（4月・10月の1日）"
    assert Rule(Interval.MONTHS, every_months=1, anchor_on=anchor, day=31).words == "毎月末日"  # not its twelve months by name
    assert Rule(Interval.MONTHS, every_months=12, anchor_on=anchor, day=31).words == "毎年4月末日"
    assert Rule(Interval.MONTHS, every_months=18, anchor_on=anchor, day=31).words == "18か月ごと（2026年4月から、末日）"
    assert Rule(Interval.WEEKLY, weekday=0).words == "毎週月曜日"
