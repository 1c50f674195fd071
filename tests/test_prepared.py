"""Prepared questions keep SQL and never an answer: other values give other rows, and what changed meanwhile is seen at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management.sql import emit_post_migrate_signal
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from musashimurayama_isms import prepared
from musashimurayama_isms.accounts.memory import remembering
from musashimurayama_isms.accounts.models import Absence, Appointment, Committee, Post, RoleCode, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.seats import is_of_a_committee
from musashimurayama_isms.accounts.standing import acting, day_of, has_role, standings
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.prepared import Prepared, Presence, in_one_row
from musashimurayama_isms.trail.models import Reading
from musashimurayama_isms.trail.reading import note_reading

from .factory import LONG_AGO, make_appointment, make_post, make_user

NOON = datetime(2026, 11, 27, 12, tzinfo=TOKYO)
pytestmark = pytest.mark.django_db


def in_force(person: int, on: date):
    return Appointment.objects.in_force(on).filter(person=person).select_related("post__department__parent")


def test_each_asking_gives_the_rows_for_its_own_values(cast, django_assert_num_queries):
    question = Prepared(in_force)
    for user in (cast.clerk, cast.section_officer, cast.central_manager):
        for on in (date(2026, 11, 27), LONG_AGO - timedelta(days=1)):
            with django_assert_num_queries(1):
                rows = question(person=user.pk, on=on)
                places = [row.post.department.full_name for row in rows]
            assert rows == list(in_force(user.pk, on))
            assert len(places) == len(rows)


def test_moments_and_words_are_values_too(cast):
    absent = Prepared(lambda at, name: Absence.objects.at(at).filter(person__name=name))
    row = Absence.objects.create(person=cast.clerk, starts_at=NOON, ends_at=NOON + timedelta(hours=2))
    assert absent(at=NOON + timedelta(hours=1), name=cast.clerk.name) == [row]
    assert absent(at=NOON + timedelta(hours=3), name=cast.clerk.name) == []
    assert absent(at=NOON + timedelta(hours=1), name=cast.section_officer.name) == []


def test_counts_and_values_come_as_the_queryset_gives_them(cast):
    rows = Appointment.objects.order_by().values("person").annotate(n=Count("pk")).values_list("person", "n")
    posts = Prepared(lambda person: rows.filter(person=person))
    assert posts(person=cast.clerk.pk) == [(cast.clerk.pk, cast.clerk.appointments.count())]


def test_a_value_that_does_not_reach_the_sql_is_refused():
    with pytest.raises(ValueError, match="on"):
        Prepared(lambda person, on: User.objects.filter(pk=person))(person=1, on=date(2026, 4, 1))
    with pytest.raises(ValueError, match="on"):  # reckoned with: the day in the SQL is another one
        Prepared(lambda on: Appointment.objects.filter(since=on + timedelta(days=1)))(on=date(2026, 4, 1))


def test_a_time_of_its_own_is_refused_for_it_would_stand_still():
    with pytest.raises(ValueError, match="for ever"):
        Prepared(lambda person: Absence.objects.filter(person=person, starts_at__lte=timezone.now()))(person=1)
    with pytest.raises(ValueError, match="for ever"):
        Prepared(lambda person: Appointment.objects.filter(person=person, since__lte=timezone.localdate()))(person=1)


def test_what_chooses_the_question_has_sql_of_its_own(cast):
    active = Prepared(lambda is_active, kinds: User.objects.filter(is_active=is_active, kind__in=kinds).order_by())
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    everybody = frozenset(User.Kind.values)
    assert active(is_active=False, kinds=everybody) == [cast.clerk]
    assert cast.clerk not in active(is_active=True, kinds=everybody)
    assert active(is_active=True, kinds=frozenset({User.Kind.OUTSIDE.value})) == []


@pytest.mark.parametrize("kind", [frozenset, tuple])
def test_a_set_of_keys_finds_the_rows_of_exactly_these_keys(cast, kind):
    question = Prepared(lambda people: User.objects.filter(pk__in=people).order_by("pk"))
    keys = [user.pk for user in cast.everyone()]
    for size in range(len(keys)):
        assert [user.pk for user in question(people=kind(keys[:size]))] == sorted(keys[:size])
    assert len(question._plans) <= 6  # 0, 1, 2, 4, 8, 16


def test_a_set_of_words_in_a_tuple_is_a_value(cast):
    question = Prepared(lambda names: User.objects.filter(name__in=names).order_by("pk"))
    assert question(names=(cast.clerk.name,)) == [cast.clerk]
    assert question(names=(cast.colleague.name,)) == [cast.colleague]
    assert len(question._plans) == 1


@dataclass(frozen=True)
class Held:
    """What a person reaches, for these tests."""

    person: User
    posts: frozenset[int]
    on: date
    is_wide: bool = False


def of_held(held: Held):
    rows = Appointment.objects.in_force(held.on).order_by("pk")
    return rows if held.is_wide else rows.filter(Q(person=held.person) | Q(post__in=held.posts))


def test_what_a_person_reaches_is_handed_on_as_a_whole(cast):
    question, on = Prepared(of_held), date(2026, 11, 27)
    theirs = frozenset(cast.colleague.appointments.values_list("post", flat=True))
    for user in (cast.clerk, cast.section_officer):
        for posts in (frozenset(), theirs):
            for is_wide in (False, True):
                held = Held(user, posts, on, is_wide)
                assert question(held=held) == list(of_held(held))
    assert len(question._plans) == 2 * len({0, len(theirs)})


def test_of_a_person_in_a_question_nothing_is_known_but_the_key(cast):
    question = Prepared(lambda held: Appointment.objects.filter(person=held.person if held.person.is_active else None))
    with pytest.raises(User.DoesNotExist):
        question(held=Held(cast.clerk, frozenset(), LONG_AGO))


def test_who_is_logged_in_stands_for_the_person(cast):
    question = Prepared(lambda person: User.objects.filter(pk=person.pk))
    assert question(person=SimpleLazyObject(lambda: cast.clerk)) == [cast.clerk]


def test_where_nothing_can_match_the_database_is_not_asked(cast, django_assert_num_queries):
    nobody = Prepared(lambda people: in_one_row(User.objects.filter(pk__in=people), Count("pk")))
    with django_assert_num_queries(0):
        assert nobody(people=frozenset()) == []


def test_figures_come_in_one_row_as_aggregate_reckons_them(cast):
    figures = Prepared(lambda name: in_one_row(User.objects.filter(name=name), Count("pk"), Count("pk", filter=Q(is_active=False))))
    assert figures(name=cast.clerk.name) == [(1, 0)]
    assert figures(name="") == [(0, 0)]


def test_a_question_that_is_always_another_one_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(prepared, "MOST_PLANS", 3)
    question = Prepared(lambda codes: User.objects.filter(kind__in=codes))
    for word in "abcdefg":
        question(codes=frozenset({word}))
        assert len(question._plans) <= 3


def test_a_question_with_prefetching_is_refused():
    with pytest.raises(ValueError, match="prefetch"):
        Prepared(lambda person: User.objects.filter(pk=person).prefetch_related("appointments"))(person=1)


def test_one_question_says_of_many_whether_there_are_rows(cast, django_assert_num_queries):
    there = Presence(
        {
            "me": lambda person, on: User.objects.filter(pk=person),
            "nobody": lambda person, on: User.objects.none(),
            "posts": lambda person, on: Post.objects.in_force(on),
        }
    )
    with django_assert_num_queries(1):
        assert there(person=cast.clerk.pk, on=date(2026, 11, 27)) == {"me", "posts"}
    assert there(person=0, on=date(1990, 1, 1)) == set()


def test_a_tuple_is_asked_for_as_what_is_in_it(cast):
    of = Prepared(lambda persons, on: Appointment.objects.in_force(on).filter(person__in=persons).order_by("pk"))
    people = [cast.clerk, cast.colleague, cast.section_officer, cast.ciso, cast.division_officer]
    for count in (5, 2, 0, 1, 3, 4):
        some = tuple(person.pk for person in people[:count])
        assert of(persons=some, on=date(2026, 11, 27)) == list(Appointment.objects.filter(person__in=some).order_by("pk"))
    assert len(of._plans) == 5  # none, 1, 2, 4, 8


def test_beside_an_empty_tuple_another_one_may_not_reach_the_sql(cast):
    either = Presence({"both": lambda a, b: User.objects.filter(pk__in=a, name__in=b)})
    assert either(a=(cast.clerk.pk,), b=(cast.clerk.name, "だれか")) == {"both"}
    assert either(a=(), b=(cast.clerk.name,)) == set()


def test_an_appointment_that_somebody_else_ends_is_seen_at_the_next_click(cast):
    """`update()` sends no signal: it stands for another process."""
    client, address = cast.client(cast.section_officer), reverse("help")
    title = str(Appointment.objects.filter(person=cast.section_officer).first().post)
    assert title in client.get(address).content.decode()
    Appointment.objects.filter(person=cast.section_officer).update(until=timezone.localdate() - timedelta(days=1))
    assert title not in client.get(address).content.decode()
    assert standings(cast.section_officer, at=timezone.now()) == []


def test_a_closed_account_wears_no_hat_though_the_object_in_hand_is_old(cast):
    assert has_role(cast.section_officer, RoleCode.SECTION_OFFICER, at=NOON)
    User.objects.filter(pk=cast.section_officer.pk).update(is_active=False)
    assert not has_role(cast.section_officer, RoleCode.SECTION_OFFICER, at=NOON)
    assert cast.section_officer not in {row.person for row in acting(RoleCode.SECTION_OFFICER, at=NOON)}


def test_acting_says_the_same_whether_a_page_is_read_or_not(cast):
    Absence.objects.create(person=cast.section_officer, starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    alone = {role: acting(role, at=NOON) for role in RoleCode}
    with remembering():
        assert {role: acting(role, at=NOON) for role in RoleCode} == alone
    assert any(alone.values())


def test_who_sits_on_a_committee_is_the_same_by_either_way(cast):
    on = day_of(NOON)
    found = {user.pk for user in cast.everyone() if is_of_a_committee(user, on=on)}
    expected = {user.pk for row in Committee.objects.all() for people in (row.members(on), row.secretaries(on)) for user in people}
    assert found == expected & {user.pk for user in cast.everyone()}
    assert found


def test_roles_stand_with_their_own_post(cast):
    user, on = make_user(), day_of(NOON)
    make_appointment(user, make_post(cast.section, "係長"))
    make_appointment(user, make_post(cast.section, "推進員", RoleCode.PROMOTER))
    here = own(user, on=on)
    assert [[role.code for role in here.roles_of(row)] for row in here.appointments] == [[], [RoleCode.PROMOTER]]


def test_a_question_is_built_anew_once_the_tables_were_made_anew(cast):
    """A content type has another key then, and its key stands in the SQL."""
    mine = Prepared(lambda person: Reading.objects.filter(person=person, content_type=ContentType.objects.get_for_model(User)))
    assert mine(person=cast.clerk.pk) == []
    try:
        ContentType.objects.filter(pk=ContentType.objects.get_for_model(User).pk).update(model="former")
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        note_reading(cast.clerk, cast.clerk, at=NOON, label="見本")
        assert len(mine(person=cast.clerk.pk)) == 1
    finally:  # what the process remembers is not rolled back
        ContentType.objects.clear_cache()
        prepared.forget_all()
