"""The reference data and the sample staff."""

from datetime import date

import pytest
from django.core.management import call_command

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Department, Post, Role, RoleCode

pytestmark = pytest.mark.django_db


def test_loading_twice_changes_nothing():
    first = reference.load()
    second = reference.load()
    assert all(file.created for file in first)
    assert [(file.created, file.kept) for file in second] == [(0, file.created) for file in first]


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
