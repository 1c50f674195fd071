"""Until when an authority is told: the law's days across year ends and holidays, and what the answers mean."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.authorities import deadlines
from incidents.authorities.answers import Answer, Answers, Verdict
from incidents.authorities.deadlines import DueRule, term
from incidents.authorities.half_year import Half
from musashimurayama_isms.fiscal import is_working_day

VALUES = {
    deadlines.FIRST_REPORT_DAYS: 1,
    deadlines.PROMPT_DAYS: 3,
    deadlines.PROMPT_LATEST_DAYS: 5,
    deadlines.FINAL_DAYS: 30,
    deadlines.FINAL_WRONGFUL_DAYS: 60,
    deadlines.DAY_ONE: "day_of_knowing",
    deadlines.ON_CLOSING_DAY: "next_working_day",
}
DAYS = st.dates(date(2019, 5, 1), date(2040, 12, 31))
CHOSEN = st.fixed_dictionaries(
    {
        deadlines.FIRST_REPORT_DAYS: st.integers(1, 30),
        deadlines.PROMPT_DAYS: st.integers(1, 5),
        deadlines.PROMPT_LATEST_DAYS: st.integers(1, 5),
        deadlines.FINAL_DAYS: st.integers(1, 30),
        deadlines.FINAL_WRONGFUL_DAYS: st.integers(1, 60),
        deadlines.DAY_ONE: st.sampled_from(["day_of_knowing", "day_after"]),
        deadlines.ON_CLOSING_DAY: st.sampled_from(["next_working_day", "same_day"]),
    }
)


def of(rule: str, known_on: date, *, is_longer: bool = False, values=VALUES, closed=()):
    return term(rule, known_on=known_on, is_longer=is_longer, values=values, closed=closed)


@pytest.mark.parametrize(
    ("known_on", "prompt", "latest", "final", "longer"),
    [
        # A weekday with nothing in the way: the 30th day is Friday 11 December, the 60th Sunday 10 January moves over 成人の日.
        (date(2026, 11, 12), date(2026, 11, 14), date(2026, 11, 16), date(2026, 12, 11), date(2027, 1, 12)),
        # Known on 25 December: the prompt report falls into the closing days and does not move; the final one is a Saturday.
        (date(2026, 12, 25), date(2026, 12, 27), date(2026, 12, 29), date(2027, 1, 25), date(2027, 2, 22)),
        # The 30th day is 31 December: the next open day is 4 January.
        (date(2026, 12, 2), date(2026, 12, 4), date(2026, 12, 6), date(2027, 1, 4), date(2027, 2, 1)),
        # The 30th day lies in ゴールデンウィーク with a substitute holiday: Sunday 3 May 2026 moves to Thursday 7 May.
        (date(2026, 4, 4), date(2026, 4, 6), date(2026, 4, 8), date(2026, 5, 7), date(2026, 6, 2)),
        # February of a leap year.
        (date(2028, 2, 1), date(2028, 2, 3), date(2028, 2, 5), date(2028, 3, 1), date(2028, 3, 31)),
    ],
)
def test_the_law_s_days_count_from_the_day_of_knowing_and_only_the_final_one_moves(known_on, prompt, latest, final, longer):
    assert of(DueRule.PRIVACY_PROMPT, known_on) == deadlines.Term(prompt, latest)
    assert of(DueRule.PRIVACY_FINAL, known_on).due == final
    assert of(DueRule.PRIVACY_FINAL, known_on, is_longer=True).due == longer


@pytest.mark.parametrize(
    ("known_on", "due"),
    [
        (date(2026, 11, 26), date(2026, 11, 27)),
        (date(2026, 11, 27), date(2026, 11, 30)),
        (date(2026, 12, 28), date(2027, 1, 4)),
        (date(2026, 12, 31), date(2027, 1, 4)),
        (date(2026, 9, 18), date(2026, 9, 24)),
    ],
)
def test_the_first_report_is_due_on_the_next_open_day(known_on, due):
    assert of(DueRule.FIRST_REPORT, known_on).due == due


def test_the_city_may_count_from_the_day_after_and_keep_a_closing_day():
    values = VALUES | {deadlines.DAY_ONE: "day_after", deadlines.ON_CLOSING_DAY: "same_day"}
    assert of(DueRule.PRIVACY_PROMPT, date(2026, 12, 1), values=values).due == date(2026, 12, 4)
    assert of(DueRule.PRIVACY_FINAL, date(2026, 12, 2), values=values).due == date(2027, 1, 1)


def test_a_closing_day_of_the_city_moves_the_final_report_as_well():
    assert of(DueRule.PRIVACY_FINAL, date(2026, 12, 2), closed=[date(2027, 1, 4)]).due == date(2027, 1, 5)


def test_without_a_number_of_days_there_is_no_day():
    assert of(DueRule.WITHOUT_DELAY, date(2026, 12, 2)) == deadlines.Term(None, None)


@given(DAYS, CHOSEN)
def test_the_prompt_report_is_never_aimed_behind_its_last_day_nor_before_the_day_of_knowing(known_on, values):
    found = of(DueRule.PRIVACY_PROMPT, known_on, values=values)
    assert known_on <= found.due <= found.latest
    shift = 0 if values[deadlines.DAY_ONE] == "day_of_knowing" else 1
    assert found.latest == known_on + timedelta(days=values[deadlines.PROMPT_LATEST_DAYS] - 1 + shift)


@given(DAYS, CHOSEN, st.booleans())
def test_the_final_report_moves_over_closing_days_alone_and_by_no_day_too_many(known_on, values, is_longer):
    found = of(DueRule.PRIVACY_FINAL, known_on, is_longer=is_longer, values=values).due
    number = values[deadlines.FINAL_WRONGFUL_DAYS if is_longer else deadlines.FINAL_DAYS]
    nominal = known_on + timedelta(days=number - (1 if values[deadlines.DAY_ONE] == "day_of_knowing" else 0))
    if values[deadlines.ON_CLOSING_DAY] == "same_day":
        assert found == nominal
    else:
        assert is_working_day(found)
        assert found >= nominal
        assert not any(is_working_day(nominal + timedelta(days=step)) for step in range((found - nominal).days))


@given(DAYS, st.integers(0, 400))
def test_who_knows_later_is_never_due_earlier(known_on, later):
    for rule in DueRule.values:
        for is_longer in (False, True):
            early, late = (of(rule, day, is_longer=is_longer) for day in (known_on, known_on + timedelta(days=later)))
            assert early.due is None or early.due <= late.due


@given(DAYS, st.integers(1, 30))
def test_the_first_report_leaves_exactly_so_many_open_days(known_on, number):
    due = of(DueRule.FIRST_REPORT, known_on, values=VALUES | {deadlines.FIRST_REPORT_DAYS: number}).due
    between = [known_on + timedelta(days=step) for step in range(1, (due - known_on).days + 1)]
    assert sum(is_working_day(day) for day in between) == number
    assert is_working_day(due)


@given(DAYS)
def test_every_day_lies_in_exactly_one_half_and_the_halves_follow_each_other(day):
    half = Half.of(day)
    assert half.first_day <= day <= half.last_day
    assert half.after.before == half
    assert half.after.first_day == half.last_day + timedelta(days=1)


# -- what the answers mean ---------------------------------------------------------------------------------------------


def question(code, *, unknown_counts=True, asked_when="", threshold=None):
    return SimpleNamespace(code=code, unknown_counts=unknown_counts, asked_when=asked_when, threshold=threshold)


QUESTIONS = [
    question("personal"),
    question("sensitive", asked_when="personal"),
    question("wrongful", asked_when="personal"),
    question("over_hundred", asked_when="personal", threshold=100),
    question("encrypted", asked_when="personal", unknown_counts=False),
]
LAW = SimpleNamespace(
    needs=["personal"],
    any_of=["sensitive", "wrongful", "over_hundred"],
    unless=["encrypted"],
    longer_for=["wrongful"],
    is_voluntary=False,
)
CODES = [row.code for row in QUESTIONS if row.threshold is None]
GIVEN = st.fixed_dictionaries({code: st.sampled_from(Answer.values) for code in CODES})
COUNTS = st.none() | st.integers(0, 1000)
NO = dict.fromkeys(CODES, "no")


@pytest.mark.parametrize(
    ("given_", "count", "verdict"),
    [
        (NO, 0, Verdict.NO),
        (NO | {"personal": "yes"}, 100, Verdict.NO),
        (NO | {"personal": "yes"}, 101, Verdict.DUE),
        (NO | {"personal": "yes"}, None, Verdict.DUE),
        (NO | {"personal": "yes", "sensitive": "yes"}, 1, Verdict.DUE),
        (NO | {"personal": "unknown", "sensitive": "unknown"}, 1, Verdict.DUE),
        (NO | {"personal": "yes", "sensitive": "yes", "encrypted": "yes"}, 150, Verdict.NO),
        (NO | {"personal": "yes", "sensitive": "yes", "encrypted": "unknown"}, 150, Verdict.DUE),
        (NO | {"sensitive": "yes"}, 150, Verdict.NO),
    ],
)
def test_one_category_is_enough_and_the_unknown_counts(given_, count, verdict):
    assert Answers(given_, QUESTIONS, people_count=count).finding(LAW).verdict == verdict


def test_before_anyone_has_judged_a_conditional_report_is_to_be_weighed_and_an_unconditional_one_is_due():
    answers = Answers(None, QUESTIONS)
    always = SimpleNamespace(needs=[], any_of=[], unless=[], longer_for=[], is_voluntary=False)
    assert answers.finding(LAW).verdict == Verdict.ASK
    assert answers.finding(always).verdict == Verdict.DUE


def test_only_a_wrongful_purpose_that_is_found_gives_the_longer_term():
    for answer, is_longer in (("yes", True), ("unknown", False), ("no", False)):
        found = Answers(NO | {"personal": "yes", "sensitive": "yes", "wrongful": answer}, QUESTIONS, people_count=1).finding(LAW)
        assert (found.verdict, found.is_longer) == (Verdict.DUE, is_longer)


@given(GIVEN, COUNTS, st.sampled_from([code for code in CODES if code != "encrypted"]))
def test_learning_that_something_is_not_so_never_makes_a_report_due_and_a_yes_never_frees_from_it(answers, count, code):
    rank = {Verdict.NO: 0, Verdict.DUE: 1}
    found = [
        rank[Answers(answers | {code: answer}, QUESTIONS, people_count=count).finding(LAW).verdict] for answer in ("no", "unknown", "yes")
    ]
    assert found == sorted(found)


@given(GIVEN, COUNTS)
def test_a_report_that_is_due_names_its_grounds(answers, count):
    found = Answers(answers, QUESTIONS, people_count=count).finding(LAW)
    assert (found.verdict == Verdict.DUE) == bool(found.grounds)
