"""The reference data and the sample staff."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from musashimurayama_isms.accounts import checks, reference
from musashimurayama_isms.accounts.access import may_log_in
from musashimurayama_isms.accounts.models import Appointment, Committee, Department, Post, Role, RoleCode, Seat, User
from musashimurayama_isms.accounts.standing import holder, holders, posts

from .factory import make_appointment

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing():
    first = reference.load()
    second = reference.load()
    assert all(file.created for file in first)
    assert [(file.created, file.kept) for file in second] == [(0, file.created + file.kept) for file in first]


def test_what_the_city_has_edited_survives_the_next_load():
    call_command("load_reference", verbosity=0)
    Department.objects.filter(code="shimin-ka").update(name="市民窓口課", phone="042-000-0000")
    Post.objects.get(code="shimin-ka.staff").roles.clear()
    call_command("load_reference", verbosity=0)
    assert Department.objects.get(code="shimin-ka").name == "市民窓口課"
    assert not Post.objects.get(code="shimin-ka.staff").roles.exists()


def test_every_role_of_the_code_has_a_row():
    reference.load("roles.json")
    assert set(Role.objects.values_list("code", flat=True)) == set(RoleCode.values)


def test_the_cast_wears_the_hats_of_the_policy(cast):
    assert cast.audit_head == cast.general_manager
    assert cast.committee_member in cast.committee.members(date(2026, 4, 1))


def test_the_fixtures_speak_of_the_right_bodies_and_the_posts_of_the_policy():
    reference.load()
    bodies = set(Department.objects.filter(kind="body").values_list("name", flat=True))
    assert bodies == {
        "市長部局",
        "議会事務局",
        "教育委員会事務局",
        "選挙管理委員会事務局",
        "監査事務局",
        "農業委員会事務局",
        "固定資産評価審査委員会事務局",
    }
    assert "CENTRAL_MANAGER" in roles_of("企画財政部行政経営課", "課長")
    assert {"GENERAL_MANAGER", "DIVISION_OFFICER"} <= roles_of("企画財政部", "部長")
    assert "CISO" in roles_of("市長部局", "副市長")
    assert "PERSONNEL" in roles_of("総務部職員課", "課長")


def roles_of(department: str, title: str) -> set[str]:
    (post,) = [post for post in Post.objects.filter(title=title) if post.department.full_name == department]
    return set(post.roles.values_list("code", flat=True))


def test_every_department_has_an_officer_of_its_own_and_one_above():
    reference.load()
    on = date(2026, 4, 1)
    for department in Department.objects.exclude(kind="division").exclude(code__in=("shicho", "kyoiku")):
        assert posts(RoleCode.SECTION_OFFICER, on=on, department=department).count() == 1, department
        assert posts(RoleCode.DIVISION_OFFICER, on=on, department=department).count() == 1, department
        assert posts(RoleCode.PROMOTER, on=on, department=department).count() == 1, department


def test_a_row_that_the_city_has_ended_does_not_come_back():
    reference.load()
    Seat.objects.update(until=date(2026, 3, 31))
    assert sum(file.created for file in reference.load()) == 0


def test_a_missing_fixture_is_named_in_one_sentence(monkeypatch):
    monkeypatch.setattr(reference, "FIXTURES", ("roles.json", "missing.json"))
    with pytest.raises(CommandError, match=r"missing\.json"):
        call_command("load_reference", verbosity=0)
    assert not Role.objects.exists()


# -- the sample staff ----------------------------------------------------------------------------------------------


@pytest.fixture
def staffed(monkeypatch) -> str:
    """The whole organisation with its sample staff; gives the table that the command prints."""
    monkeypatch.setenv("SAMPLE_PASSWORD", "aozora-kumo-2026")
    call_command("load_reference", stdout=StringIO())
    out = StringIO()
    call_command("sample_staff", password_env="SAMPLE_PASSWORD", stdout=out)
    return out.getvalue()


NAMES = "shokuin doryo kacho bucho chuo sokatsu ciso jimukyoku suishin kansa jinji kanri betsuka"


def test_every_role_of_the_policy_has_a_holder_among_the_sample_staff(staffed):
    on = date(2026, 11, 24)
    vacant = [role for role in RoleCode.values if not holders(role, on=on).exists()]
    assert vacant == []
    assert holder(RoleCode.AUDIT_HEAD, on=on).username == "sokatsu"
    assert holder(RoleCode.PROMOTER, on=on).username == "suishin"


def test_the_sample_staff_have_their_names_are_marked_and_open_with_the_password(staffed):
    for username in NAMES.split():
        user = User.objects.get(username=username)
        assert user.is_sample
        assert user.name.startswith("見本")
        assert user.check_password("aozora-kumo-2026")
        assert username in staffed
    assert "企画財政部行政経営課 課長" in staffed


def test_the_committee_has_its_chair_and_its_secretariat(staffed):
    on = date(2026, 11, 24)
    committee = Committee.objects.get(code="PROMOTION_COMMITTEE")
    assert {"sokatsu", "bucho", "somubucho"} <= {user.username for user in committee.members(on)}
    assert {"chuo", "jimukyoku", "kanri"} == {user.username for user in committee.secretaries(on)}
    chair = [holders[0].person.username for seat, holders in committee.seated(on) if seat.is_chair]
    assert chair == ["sokatsu"]


def test_a_second_run_changes_nothing_and_a_new_password_reaches_all(staffed, monkeypatch):
    before = (User.objects.count(), Appointment.objects.count(), list(User.objects.values_list("password", flat=True)))
    call_command("sample_staff", password_env="SAMPLE_PASSWORD", stdout=StringIO())
    assert before == (User.objects.count(), Appointment.objects.count(), list(User.objects.values_list("password", flat=True)))
    monkeypatch.setenv("SAMPLE_PASSWORD", "midori-no-kaze-7")
    call_command("sample_staff", password_env="SAMPLE_PASSWORD", stdout=StringIO())
    assert all(user.check_password("midori-no-kaze-7") for user in User.objects.filter(is_sample=True))


def test_the_list_alone_registers_nobody():
    call_command("load_reference", stdout=StringIO())
    out = StringIO()
    call_command("sample_staff", "--list", stdout=out)
    assert out.getvalue().split() == ["利用者ID", "氏名", "職", "役割"]
    assert not User.objects.exists()


def test_production_refuses_the_sample_staff(settings):
    settings.IS_TRIAL = False
    call_command("load_reference", stdout=StringIO())
    with pytest.raises(CommandError, match="本番では見本の職員を登録できません"):
        call_command("sample_staff", stdout=StringIO())
    assert not User.objects.exists()


def test_production_does_not_start_on_a_database_with_sample_staff(staffed, settings):
    settings.IS_TRIAL = False
    (error,) = checks.no_sample_staff_in_production(None, ["default"])
    assert error.id == "accounts.E001"
    User.objects.update(is_active=False)
    assert checks.no_sample_staff_in_production(None, ["default"]) == []
    assert may_log_in(User.objects.get(username="shokuin"), on=date(2026, 11, 24))


def test_a_real_person_with_a_sample_s_user_name_stops_the_command(monkeypatch):
    call_command("load_reference", stdout=StringIO())
    User.objects.create_user("kacho", name="本物 の課長")
    with pytest.raises(CommandError, match="kacho"):
        call_command("sample_staff", stdout=StringIO())
    assert User.objects.count() == 1


@pytest.mark.parametrize("given", [{"password_env": "EMPTY_VARIABLE"}, {}])
def test_without_password_or_organisation_one_sentence_says_what_is_missing(given):
    with pytest.raises(CommandError, match="EMPTY_VARIABLE" if given else "load_reference"):
        call_command("sample_staff", stdout=StringIO(), **given)


def test_a_real_holder_keeps_the_post_that_a_sample_person_would_take():
    call_command("load_reference", stdout=StringIO())
    real = User.objects.create_user("real", name="本物 の課長")
    make_appointment(real, "shimin-ka.head")
    call_command("sample_staff", stdout=StringIO())
    assert holder(RoleCode.SECTION_OFFICER, on=date(2026, 11, 24), department=Department.objects.get(code="shimin-ka")) == real
