"""Who holds a role, who acts for whom: the questions every other app asks."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.memory import remembering
from musashimurayama_isms.accounts.models import Absence, Appointment, Department, Deputyship, Post, Role, RoleCode, StandingDeputy, User
from musashimurayama_isms.accounts.standing import (
    acting,
    appointments,
    ask_everywhere,
    day_of,
    has_role,
    holder,
    holders,
    is_staff_of_portal,
    main_department,
    standings,
)

from .factory import LONG_AGO, make_absence, make_appointment, make_department, make_deputyship, make_post, make_user

pytestmark = pytest.mark.django_db

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=TOKYO)
TODAY = NOON.date()
INFRINGEMENT = StandingDeputy.Scope.INFRINGEMENT


def persons(rows) -> list[User]:
    return [row.person for row in rows]


def test_the_day_is_the_city_s_day_not_greenwich_s():
    assert day_of(datetime(2026, 3, 31, 15, 30, tzinfo=ZoneInfo("UTC"))) == date(2026, 4, 1)


def test_every_hat_of_the_policy_is_found_on_its_holder(cast):
    assert holder(RoleCode.CISO, on=TODAY) == cast.ciso
    assert holder(RoleCode.GENERAL_MANAGER, on=TODAY) == cast.general_manager
    assert holder(RoleCode.CENTRAL_MANAGER, on=TODAY) == cast.central_manager
    assert holder(RoleCode.AUDIT_HEAD, on=TODAY) == cast.general_manager
    assert list(holders(RoleCode.AUDITOR, on=TODAY)) == [cast.auditor]


def test_a_section_s_officer_is_found_by_section_and_by_division(cast):
    assert list(holders(RoleCode.SECTION_OFFICER, on=TODAY, department=cast.section)) == [cast.section_officer]
    assert list(holders(RoleCode.DIVISION_OFFICER, on=TODAY, department=cast.section)) == [cast.division_officer]
    assert list(holders(RoleCode.DIVISION_OFFICER, on=TODAY, department=cast.division)) == [cast.division_officer]
    assert list(holders(RoleCode.CISO, on=TODAY, department=cast.section)) == [cast.ciso]


def test_a_role_that_there_is_not_is_an_error_and_nobody_holds_one_before_they_are_loaded(db):
    assert acting(RoleCode.CISO, at=NOON) == []
    Role.objects.create(code=RoleCode.CISO, name="CISO", reach=Role.Reach.CITY)
    with pytest.raises(Role.DoesNotExist):
        acting("NO_SUCH_ROLE", at=NOON)


def test_the_terminal_users_of_a_section_are_its_staff(cast):
    found = set(holders(RoleCode.TERMINAL_USER, on=TODAY, department=cast.section))
    assert found == {cast.clerk, cast.colleague, cast.section_officer, cast.promoter}


def test_a_body_without_division_answers_for_itself(cast):
    head = make_user("head")
    make_appointment(head, "kansa.head")
    body = Department.objects.get(code="kansa")
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=body) == head
    assert holder(RoleCode.DIVISION_OFFICER, on=TODAY, department=body) == head


def test_several_hats_on_one_head(cast):
    codes = {hat.role.code for hat in standings(cast.general_manager, at=NOON)}
    assert codes == {"GENERAL_MANAGER", "PERMIT_AUTHORITY", "DIVISION_OFFICER", "TERMINAL_USER", "AUDIT_HEAD"}
    assert has_role(cast.central_manager, RoleCode.SECTION_OFFICER, at=NOON)
    assert has_role(cast.central_manager, RoleCode.CENTRAL_MANAGER, at=NOON)


def test_everyone_with_a_post_is_a_terminal_user_and_nobody_else(cast):
    section = make_department()
    person = make_user()
    assert standings(person, at=NOON) == []
    make_appointment(person, make_post(section, "嘱託員"))
    assert [hat.role.code for hat in standings(person, at=NOON)] == [RoleCode.TERMINAL_USER]


def test_the_holder_present_acts_and_the_named_deputy_does_not(cast):
    make_deputyship("shimin-ka.head", cast.colleague)
    assert persons(acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section)) == [cast.section_officer]
    assert not has_role(cast.colleague, RoleCode.SECTION_OFFICER, at=NOON)


def test_for_an_afternoon_the_deputy_acts_and_says_so(cast):
    make_deputyship("shimin-ka.head", cast.colleague)
    make_absence(cast.section_officer, starts_at=NOON, hours=4)
    (row,) = acting(RoleCode.SECTION_OFFICER, at=NOON + timedelta(hours=1), department=cast.section)
    assert (row.person, row.in_place_of) == (cast.colleague, cast.section_officer)
    assert row.label == "情報セキュリティ担当者（市民 課長代理）"
    assert row.is_deputy
    for moment in (NOON - timedelta(minutes=1), NOON + timedelta(hours=4, minutes=1)):
        assert persons(acting(RoleCode.SECTION_OFFICER, at=moment, department=cast.section)) == [cast.section_officer]
        assert not has_role(cast.colleague, RoleCode.SECTION_OFFICER, at=moment)


def test_the_absent_holder_still_wears_the_hat(cast):
    make_absence(cast.section_officer, starts_at=NOON)
    assert has_role(cast.section_officer, RoleCode.SECTION_OFFICER, at=NOON)
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=cast.section) == cast.section_officer


def test_an_absent_holder_without_deputy_leaves_nobody(cast):
    make_absence(cast.section_officer, starts_at=NOON)
    assert acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section) == []


def test_a_named_deputy_acts_for_a_vacant_post(cast):
    Appointment.objects.filter(person=cast.section_officer).update(until=TODAY - timedelta(days=1))
    make_deputyship("shimin-ka.head", cast.colleague)
    (row,) = acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section)
    assert (row.person, row.in_place_of, row.for_vacant_post) == (cast.colleague, None, True)
    assert row.label == "情報セキュリティ担当者（職務代理）"
    assert has_role(cast.colleague, RoleCode.SECTION_OFFICER, at=NOON)


def test_a_closed_account_leaves_the_post_vacant(cast):
    make_deputyship("shimin-ka.head", cast.colleague)
    User.objects.filter(pk=cast.section_officer.pk).update(is_active=False)
    assert persons(acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section)) == [cast.colleague]
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=cast.section) is None
    assert standings(User.objects.get(pk=cast.section_officer.pk), at=NOON) == []


def test_a_person_who_left_yesterday_wears_no_hat_today(cast):
    User.objects.filter(pk=cast.section_officer.pk).update(left_on=TODAY - timedelta(days=1))
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=cast.section) is None
    assert standings(cast.section_officer, at=NOON) == []
    assert has_role(cast.section_officer, RoleCode.SECTION_OFFICER, at=NOON - timedelta(days=1))


def test_a_deputy_who_is_away_or_has_left_does_not_act(cast):
    make_absence(cast.section_officer, starts_at=NOON)
    make_deputyship("shimin-ka.head", cast.colleague)
    make_absence(cast.colleague, starts_at=NOON)
    make_deputyship("shimin-ka.head", make_user("left", left_on=TODAY - timedelta(days=1)))
    make_deputyship("shimin-ka.head", make_user("closed", is_active=False))
    assert acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section) == []
    assert not has_role(cast.colleague, RoleCode.SECTION_OFFICER, at=NOON)


def test_a_holder_is_not_the_own_deputy(cast):
    make_absence(cast.section_officer, starts_at=NOON)
    make_deputyship("shimin-ka.head", cast.section_officer)
    assert acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section) == []


def test_the_general_manager_acts_for_an_absent_ciso(cast):
    make_absence(cast.ciso, starts_at=NOON)
    (row,) = acting(RoleCode.CISO, at=NOON)
    assert (row.person, row.in_place_of) == (cast.general_manager, cast.ciso)
    assert has_role(cast.general_manager, RoleCode.CISO, at=NOON)


def test_a_deputy_named_for_the_ciso_goes_before_the_rule(cast):
    make_absence(cast.ciso, starts_at=NOON)
    make_deputyship("shicho.vice-mayor", cast.member)
    assert persons(acting(RoleCode.CISO, at=NOON)) == [cast.member]
    assert not has_role(cast.general_manager, RoleCode.CISO, at=NOON)
    make_absence(cast.member, starts_at=NOON)
    assert persons(acting(RoleCode.CISO, at=NOON)) == [cast.general_manager]


def test_the_central_manager_acts_for_the_general_manager_on_infringements_only(cast):
    make_absence(cast.general_manager, starts_at=NOON)
    assert acting(RoleCode.GENERAL_MANAGER, at=NOON) == []
    (row,) = acting(RoleCode.GENERAL_MANAGER, at=NOON, scope=INFRINGEMENT)
    assert (row.person, row.scope) == (cast.central_manager, INFRINGEMENT)
    assert not has_role(cast.central_manager, RoleCode.GENERAL_MANAGER, at=NOON)
    assert has_role(cast.central_manager, RoleCode.GENERAL_MANAGER, at=NOON, scope=INFRINGEMENT)


def test_a_deputy_by_rule_takes_that_role_and_no_other_hat_of_the_post(cast):
    make_absence(cast.general_manager, starts_at=NOON)
    worn = {hat.role.code for hat in standings(cast.central_manager, at=NOON) if hat.is_deputy}
    assert worn == {RoleCode.GENERAL_MANAGER}


def test_a_named_deputy_takes_the_hats_of_the_post_but_is_no_second_terminal_user(cast):
    make_absence(cast.central_manager, starts_at=NOON)
    make_deputyship("gyosei-keiei.head", cast.secretary)
    worn = {hat.role.code for hat in standings(cast.secretary, at=NOON) if hat.is_deputy}
    assert worn == {RoleCode.CENTRAL_MANAGER, RoleCode.SECTION_OFFICER}


def test_a_deputy_has_no_deputy(cast):
    make_absence(cast.ciso, starts_at=NOON)
    make_absence(cast.general_manager, starts_at=NOON)
    make_deputyship("kikaku-zaisei.head", cast.member)
    assert acting(RoleCode.CISO, at=NOON) == []


def test_a_post_with_someone_there_needs_no_deputy(cast):
    make_appointment(cast.colleague, "kansa.auditor")
    make_deputyship("kansa.auditor", cast.secretary)
    make_absence(cast.auditor, starts_at=NOON)
    assert persons(acting(RoleCode.AUDITOR, at=NOON)) == [cast.colleague]


def test_one_person_in_two_posts_of_a_role_is_found_for_both_departments(cast):
    make_appointment(cast.section_officer, "gyosei-keiei.staff", kind=Appointment.Kind.CONCURRENT)
    post = make_post(cast.other_section, "課長事務取扱", RoleCode.SECTION_OFFICER)
    make_appointment(cast.section_officer, post, kind=Appointment.Kind.ACTING)
    rows = [row for row in acting(RoleCode.SECTION_OFFICER, at=NOON) if row.person == cast.section_officer]
    assert {row.department for row in rows} == {cast.section, cast.other_section}


def test_an_abolished_section_is_answered_for_by_its_successor_s_chief(cast):
    old = make_department("旧課", parent=cast.other_section.parent, until=date(2026, 3, 31), successor=cast.section)
    older = make_department("旧々課", until=date(2024, 3, 31), successor=old)
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=older) == cast.section_officer
    assert holder(RoleCode.DIVISION_OFFICER, on=TODAY, department=older) == cast.division_officer


def test_a_section_whose_division_was_abolished_belongs_to_the_division_s_successor(cast):
    gone = make_department("旧部", kind="division", until=date(2026, 3, 31), successor=cast.division)
    section = make_department("新課", parent=gone)
    assert holder(RoleCode.DIVISION_OFFICER, on=TODAY, department=section) == cast.division_officer


def test_successors_in_a_circle_end(cast):
    one = make_department("甲課", until=date(2026, 3, 31))
    two = make_department("乙課", until=date(2026, 3, 31), successor=one)
    Department.objects.filter(pk=one.pk).update(successor=two)
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=Department.objects.get(pk=one.pk)) is None


def test_an_abolished_post_gives_no_hat(cast):
    Post.objects.filter(code="shimin-ka.head").update(until=TODAY - timedelta(days=1))
    assert not has_role(cast.section_officer, RoleCode.SECTION_OFFICER, at=NOON)
    assert holder(RoleCode.SECTION_OFFICER, on=TODAY, department=cast.section) is None


def test_the_main_department_is_that_of_the_main_post(cast):
    make_appointment(cast.clerk, "bunsho-hosei.staff", kind=Appointment.Kind.CONCURRENT)
    assert main_department(cast.clerk, on=TODAY) == cast.section
    assert main_department(make_user(), on=TODAY) is None


def test_after_a_reorganisation_the_main_department_is_the_successor(cast):
    Department.objects.filter(code="shimin-ka").update(until=TODAY - timedelta(days=1), successor=cast.other_section)
    assert main_department(cast.clerk, on=TODAY) == cast.other_section
    assert main_department(cast.clerk, on=TODAY - timedelta(days=1)) == cast.section


def test_the_portal_is_looked_after_by_its_administrator_and_the_superuser(cast):
    assert is_staff_of_portal(cast.administrator, at=NOON)
    assert is_staff_of_portal(make_user(is_superuser=True), at=NOON)
    assert not is_staff_of_portal(cast.central_manager, at=NOON)


def test_who_acts_costs_the_same_with_two_and_with_twenty_sections(cast, django_assert_max_num_queries):
    for number in range(20):
        post = make_post(make_department(), "課長", RoleCode.SECTION_OFFICER, is_single=True)
        make_deputyship(post, cast.colleague)
        if number % 2:
            away = make_user()
            make_appointment(away, post)
            make_absence(away, starts_at=NOON)
    with django_assert_max_num_queries(7):
        assert len(acting(RoleCode.SECTION_OFFICER, at=NOON)) > 20
    with django_assert_max_num_queries(10):
        assert len(standings(cast.colleague, at=NOON)) > 20


def test_who_acts_for_one_section_costs_four_queries_while_the_chief_is_there(cast, django_assert_num_queries):
    with django_assert_num_queries(4):
        acting(RoleCode.SECTION_OFFICER, at=NOON, department=cast.section)


def test_the_hats_of_a_clerk_cost_two_queries(cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        standings(cast.clerk, at=NOON)


def test_acting_and_standings_tell_the_same_story(cast):
    """Whoever `acting` names for a role has that hat among the own `standings`, and the other way round."""
    for absent in (cast.ciso, cast.general_manager, cast.section_officer):
        make_absence(absent, starts_at=NOON)
    make_deputyship("shimin-ka.head", cast.colleague)
    everyone = cast.everyone()
    for role in Role.objects.exclude(code=RoleCode.TERMINAL_USER):
        named = {(row.person, row.department, row.in_place_of) for row in acting(role.code, at=NOON, scope=INFRINGEMENT)}
        worn = {(hat.person, hat.department, hat.in_place_of) for user in everyone for hat in standings(user, at=NOON) if hat.role == role}
        away = {row.person for row in appointments(role.code, on=TODAY)} - {person for person, _, _ in named}
        assert named == {row for row in worn if row[0] not in away or row[2]}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=st.integers(-40, 40), length=st.one_of(st.none(), st.integers(0, 40)), start=st.integers(-48, 48), hours=st.integers(1, 48))
def test_exactly_the_days_of_the_appointment_and_outside_the_hours_of_absence(cast, since, length, start, hours):
    """A holder acts on precisely the days from `since` to `until`, and never during the absence."""
    person, section = make_user(), make_department()
    post = make_post(section, "課長", RoleCode.SECTION_OFFICER, is_single=True)
    first = TODAY + timedelta(days=since)
    last = None if length is None else first + timedelta(days=length)
    make_appointment(person, post, since=first, until=last)
    absence = make_absence(person, starts_at=NOON + timedelta(hours=start), hours=hours)
    for hour in range(-60, 61, 20):
        moment = NOON + timedelta(hours=hour)
        day = timezone.localtime(moment).date()
        in_post = first <= day and (last is None or day <= last)
        away = absence.starts_at <= moment <= absence.ends_at
        assert persons(acting(RoleCode.SECTION_OFFICER, at=moment, department=section)) == ([person] if in_post and not away else [])
        assert has_role(person, RoleCode.SECTION_OFFICER, at=moment) == in_post


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=st.integers(-5, 5), length=st.one_of(st.none(), st.integers(0, 5)), day=st.integers(-12, 12))
def test_a_deputy_named_for_some_days_acts_on_those_days(cast, since, length, day):
    section, deputy = make_department(), make_user()
    post = make_post(section, "課長", RoleCode.SECTION_OFFICER, is_single=True)
    first = TODAY + timedelta(days=since)
    last = None if length is None else first + timedelta(days=length)
    make_deputyship(post, deputy, since=first, until=last)
    moment = NOON + timedelta(days=day)
    expected = first <= moment.date() and (last is None or moment.date() <= last)
    assert bool(acting(RoleCode.SECTION_OFFICER, at=moment, department=section)) == expected
    assert has_role(deputy, RoleCode.SECTION_OFFICER, at=moment) == expected


def test_a_post_not_yet_begun_has_no_holder(cast):
    post = make_post(make_department(), "課長", RoleCode.SECTION_OFFICER, since=TODAY + timedelta(days=1))
    make_appointment(make_user(), post, since=LONG_AGO)
    assert not appointments(RoleCode.SECTION_OFFICER, on=TODAY, department=post.department).exists()


# -- all roles in one pass -------------------------------------------------------------------------------------------


def asked_both_ways(department, scope) -> None:
    """Every role, asked one by one and out of the pass of a page."""
    for code in RoleCode.values:
        alone = acting(code, at=NOON, department=department, scope=scope)
        with remembering():
            ask_everywhere(at=NOON)
            assert acting(code, at=NOON, department=department, scope=scope) == alone, (code, department, scope)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(away=st.sets(st.integers(0, 14)), left=st.sets(st.integers(0, 14), max_size=3), deputies=st.lists(st.integers(0, 14), max_size=3))
def test_who_acts_is_the_same_asked_role_by_role_or_in_one_pass(cast, away, left, deputies):
    people = cast.everyone()
    Absence.objects.all().delete()
    Deputyship.objects.all().delete()
    for number in away:
        make_absence(people[number], starts_at=NOON - timedelta(hours=1))
    for post, number in zip(("shimin-ka.head", "shicho.vice-mayor", "gyosei-keiei.head"), deputies, strict=False):
        make_deputyship(post, people[number])
    User.objects.filter(pk__in=[people[number].pk for number in left]).update(is_active=False)
    for scope in StandingDeputy.Scope.values:
        for department in (None, cast.section, cast.division, cast.other_section):
            asked_both_ways(department, scope)
    User.objects.update(is_active=True)


def test_in_one_pass_a_reorganised_section_is_found_at_its_successor(cast):
    successor = make_department(parent=cast.division, since=TODAY)
    head = make_post(successor, "課長", RoleCode.SECTION_OFFICER, since=TODAY)
    make_appointment(cast.colleague, head, since=TODAY)
    Department.objects.filter(pk=cast.section.pk).update(until=TODAY - timedelta(days=1), successor=successor)
    asked_both_ways(Department.objects.get(pk=cast.section.pk), StandingDeputy.Scope.ANY)
    with remembering():
        ask_everywhere(at=NOON)
        found = acting(RoleCode.SECTION_OFFICER, at=NOON, department=Department.objects.get(pk=cast.section.pk))
    assert persons(found) == [cast.colleague]


def test_the_pass_asks_the_same_number_of_questions_for_one_role_and_for_all(cast, django_assert_max_num_queries):
    with remembering(), django_assert_max_num_queries(9):
        ask_everywhere(at=NOON)
        for code in RoleCode.values:
            if code != RoleCode.TERMINAL_USER:
                acting(code, at=NOON)
