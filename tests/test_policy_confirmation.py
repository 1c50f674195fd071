"""確認: everybody with a post is asked to read a new text, once, with the exact text kept; their chiefs see who has not yet."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy.drafting import compare
from policy.models import ConfirmationRound
from policy.progress import Progress
from policy.reminders import remind_of_confirmation, stage_of

from .factory import make_appointment, make_user
from .policy_rows import TEXTS, make_clause, make_policy, make_revision
from .revisions import adopt
from .taken import take, text_of

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def now() -> datetime:
    return timezone.now()


@pytest.fixture
def asked(cast, now) -> ConfirmationRound:
    """A second text has come into force today: the staff are asked."""
    return second_text(make_policy(), cast, at=now)


def second_text(base, cast, *, at, name="第二の版") -> ConfirmationRound:
    draft = make_revision(base.document, draft=True, name=name)
    for number, (heading, text) in TEXTS.items():
        make_clause(draft, number, heading, f"{text}なお、{name}で改めた。" if number == "3.1" else text)
    compare(draft, by=None, at=at)
    return adopt(draft, cast, effective_on=timezone.localdate(at), at=at).confirmation_round


def waiting(cast, person) -> list[str]:
    page = cast.client(person).get(reverse("desk"))
    return [item.url for item in page.context["filter"].all if item.url == reverse("policy:confirmation")]


# Confirming


def test_a_new_text_in_force_asks_everybody_with_a_post_and_nobody_from_outside(asked, cast, now):
    outside = make_user("outside", kind=User.Kind.OUTSIDE)
    make_appointment(outside, "kansa.staff")
    without_post = make_user("without-post")
    people = set(asked.people(on=timezone.localdate(now)))
    assert people == set(cast.everyone())
    assert not {outside, without_post} & people
    assert asked.due_on == asked.opened_on + timedelta(days=30)
    assert Notification.objects.filter(verb="policy.confirmation.opened").count() == len(people)


def test_a_person_reads_what_changed_and_confirms_once_with_the_digest_of_the_text(asked, cast):
    client = cast.client(cast.clerk)
    page = client.get(reverse("policy:confirmation"))
    assertContains(page, "3-1　考え方")
    assertContains(page, "読んで確認しました")
    assert waiting(cast, cast.clerk) == [reverse("policy:confirmation")]
    assertRedirects(client.post(reverse("policy:confirm", args=[asked.pk])), reverse("policy:confirmation"))
    confirmation = asked.confirmations.get()
    assert (confirmation.person, confirmation.digest) == (cast.clerk, asked.revision.digest())
    assert Entry.objects.get(verb="policy.confirmation.given").changes == {"text_digest": asked.revision.digest()}
    again = client.post(reverse("policy:confirm", args=[asked.pk]), follow=True)
    assertContains(again, "すでに確認済み")
    assert asked.confirmations.count() == 1
    assert waiting(cast, cast.clerk) == []


def test_the_digest_is_that_of_the_exact_words(asked):
    before = asked.revision.digest()
    clause = asked.revision.clauses.get(number="3.1")
    type(clause).objects.filter(pk=clause.pk).update(text=f"{clause.text}。")
    assert asked.revision.digest() != before


def test_a_text_that_another_has_replaced_is_no_longer_confirmed(asked, cast, now):
    tomorrow = now + timedelta(days=1)
    newer = second_text(asked.revision, cast, at=tomorrow, name="第三の版")
    with pytest.raises(InvalidTransition, match="新しい版"):
        asked.confirm(by=cast.clerk, at=tomorrow)
    newer.confirm(by=cast.clerk, at=tomorrow)
    with pytest.raises(PermissionDenied):
        newer.confirm(by=make_user("without-post"), at=tomorrow)


def test_the_first_text_asks_nobody_until_somebody_says_so(cast, now):
    first = make_policy()
    assert waiting(cast, cast.clerk) == []
    with pytest.raises(PermissionDenied):
        ConfirmationRound.open(first, by=cast.ciso, at=now)
    client, url = cast.client(cast.central_manager), reverse("policy:ask_confirmation", args=[first.pk])
    assertContains(client.get(first.get_absolute_url()), "職員に確認を依頼する")
    client.post(url)
    assertContains(client.post(url, follow=True), "すでに依頼しています")
    assert waiting(cast, cast.clerk) != []


# Reminders


@given(st.dates(min_value=date(2026, 1, 1), max_value=date(2027, 1, 1)), st.integers(-40, 40))
def test_the_latest_day_that_has_come_is_the_one_that_is_told(due, days):
    on = due + timedelta(days=days)
    stage = stage_of(due, [-7, -1, 1, 7], on=on)
    assert stage == next((offset for offset in (7, 1, -1, -7) if days >= offset), None)


def test_who_has_not_confirmed_is_reminded_before_and_after_the_last_day_each_word_once(asked, cast, now):
    asked.confirm(by=cast.clerk, at=now)
    titles = []
    for days in (20, 23, 24, 29, 31, 36, 37, 60):
        for _ in range(2):
            remind_of_confirmation(at=now + timedelta(days=days))
        rows = Notification.objects.filter(recipient=cast.colleague, key__startswith="confirmation:")
        titles.append(rows.count())
    assert titles == [0, 1, 1, 2, 3, 3, 4, 4]
    assert rows.latest("pk").title.startswith("【期限超過】")
    assert not Notification.objects.filter(recipient=cast.clerk, key__startswith="confirmation:").exists()


def test_who_joins_later_has_as_many_days_as_everybody_else(asked, cast, now):
    later = now + timedelta(days=50)
    newcomer = make_user("newcomer")
    make_appointment(newcomer, "shimin-ka.staff", since=timezone.localdate(later))
    person = asked.people(on=timezone.localdate(later)).get(pk=newcomer.pk)
    assert asked.due_for(person.joined_on) == timezone.localdate(later) + timedelta(days=30)
    remind_of_confirmation(at=later)
    assert not Notification.objects.filter(recipient=newcomer).exists()


# Who has not yet


def names(cast, person) -> set[str]:
    page = Progress(person, at=timezone.now())
    return {member.user.name for section in page.sections for member in section.people}


def test_each_sees_those_they_answer_for(asked, cast):
    section = {cast.clerk.name, cast.colleague.name, cast.section_officer.name, cast.promoter.name}
    assert names(cast, cast.section_officer) == section
    assert names(cast, cast.division_officer) == section | {cast.division_officer.name}
    everybody = {person.name for person in cast.everyone()}
    for person in (cast.central_manager, cast.general_manager, cast.ciso, cast.administrator):
        assert names(cast, person) == everybody
    assert cast.client(cast.clerk).get(reverse("policy:confirmation_progress")).status_code == 404


def test_the_city_is_seen_by_section_and_a_section_by_name(asked, cast, now):
    asked.confirm(by=cast.clerk, at=now)
    client, url = cast.client(cast.ciso), reverse("policy:confirmation_progress")
    page = client.get(url)
    assertContains(page, cast.section.name)
    assertNotContains(page, cast.colleague.name)
    opened = client.get(url, {"department": cast.section.pk})
    assertContains(opened, cast.colleague.name)
    first, *_, last = opened.context["opened"].open_first
    assert (first.state, last.user, last.state) == ("未確認", cast.clerk, "確認済み")
    table = text_of(take(client, "policy.confirmation"))
    assert f"{cast.clerk.name},確認済み" in table
    assert asked.revision.digest() in table


def test_the_pages_ask_the_same_number_of_questions_however_many_the_staff(asked, cast, django_assert_num_queries):
    clients = {"policy:confirmation_progress": cast.client(cast.ciso), "policy:confirmation": cast.client(cast.section_officer)}
    asked_before = {}
    for name, client in clients.items():
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(name))
        asked_before[name] = len(captured)
    for _ in range(12):
        make_appointment(make_user(), "shimin-ka.staff")
    for name, client in clients.items():
        with django_assert_num_queries(asked_before[name]):
            client.get(reverse(name))
