"""What the desk and the calendar ask first hides nothing: a matter that is left out has nothing for anybody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from musashimurayama_isms.accounts.memory import remembering
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals import waiting as requests
from musashimurayama_isms.approvals.models import Request, Step
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.approvals.waiting import with_people
from musashimurayama_isms.dashboard import desk
from musashimurayama_isms.dashboard.calendar import entries as calendar
from musashimurayama_isms.dashboard.calendar.entries import Asked, Scope

from .test_urls import world  # noqa: F401  one of everything, made once for this file

pytestmark = [pytest.mark.walk, pytest.mark.django_db]


def test_a_matter_that_the_desk_leaves_out_has_no_row_for_anybody(world):  # noqa: F811
    at, left_out, given = timezone.now(), 0, 0
    for user in world.cast.everyone():
        with remembering():
            asked = desk._worth_asking(desk._waiting, user, at)
            for provider in desk._waiting:
                rows = list(provider(user, at))
                assert provider in asked or rows == [], (provider, user)
                left_out += provider not in asked
                given += bool(rows)
    assert left_out
    assert given


def test_a_question_about_requests_that_is_left_out_has_no_row_for_anybody(world):  # noqa: F811
    at = timezone.now()
    for user in world.cast.everyone():
        with remembering():
            asked = requests._Asked(user, at)
            there = requests._THERE(whom=asked.whom)
            for question in requests.QUESTIONS:
                assert question in there or list(question(asked)) == [], (question, user)


def test_who_may_decide_is_found_though_the_open_steps_are_looked_at_in_short_first(world):  # noqa: F811
    at, found = timezone.now(), 0
    steps = list(with_people(Step.objects.open().filter(request__status=Request.Status.IN_REVIEW)))
    for user in world.cast.everyone():
        with remembering():
            roster = Roster(at)
            mine = {step for step in steps if step.seats_of(user, roster)}
            assert {row.row for row in requests.waiting_for(user, at=at) if row.act == requests.DECIDE} == mine, user
            found += len(mine)
    assert found


def test_more_is_spared_than_asked_in_vain(world):  # noqa: F811
    """The conditions know the person: that others have much to do costs nobody anything."""
    at, in_vain, spared = timezone.now(), 0, 0
    for user in world.cast.everyone():
        with remembering():
            asked = [provider for provider in desk._worth_asking(desk._waiting, user, at) if provider in desk._conditions]
            in_vain += sum(1 for provider in asked if not list(provider(user, at)))
            spared += len(desk._conditions) - len(asked)
    assert spared > in_vain


@pytest.mark.parametrize("scope", Scope)
def test_a_matter_that_the_calendar_leaves_out_has_no_day_for_anybody(world, scope):  # noqa: F811
    at = timezone.now()
    since, until = day_of(at) - timedelta(days=200), day_of(at) + timedelta(days=400)
    there = calendar._present(tuple(calendar._conditions))(since=since, until=until)
    for user in world.cast.everyone():
        with remembering():
            for provider in calendar._conditions:
                found = list(provider(Asked(user, at, since, until, scope)))
                assert provider in there or found == [], (provider, user)


def test_days_without_anything_are_asked_for_nothing(world):  # noqa: F811
    since = timezone.localdate() + timedelta(days=20_000)
    with remembering():
        there = calendar._present(tuple(calendar._conditions))(since=since, until=since + timedelta(days=30))
    assert len(there) < len(calendar._conditions)
