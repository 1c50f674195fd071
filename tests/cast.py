"""The persons of the tests: a small organisation with the real roles, in real rows of the reference data.

`cast.clerk`, `cast.section_officer`, … are users; `cast.client(cast.clerk)` is a browser logged in as that person.
The posts are those of fixtures/posts.json: 市民課 is `shimin-ka`, 行政経営課 is `gyosei-keiei`.
"""

import json
from functools import cache

from django.test import Client

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Appointment, Committee, Department, User

from .factory import make_appointment, make_user

SETTING = {"shicho", "kikaku-zaisei", "gyosei-keiei", "somu", "shokuin", "bunsho-hosei", "shimin", "shimin-ka", "kansa"}

PERSONS = {
    "clerk": ("市民 花子", "shimin-ka.staff"),
    "colleague": ("市民 次郎", "shimin-ka.staff"),
    "section_officer": ("市民 課長", "shimin-ka.head"),
    "division_officer": ("市民 部長", "shimin.head"),
    "central_manager": ("行政 経営", "gyosei-keiei.head"),
    "general_manager": ("企画 財政", "kikaku-zaisei.head"),
    "ciso": ("副市 長子", "shicho.vice-mayor"),
    "promoter": ("推進 一郎", "shimin-ka.staff"),
    "auditor": ("監査 公平", "kansa.staff"),
    "personnel": ("人事 課長", "shokuin.head"),
    "member": ("総務 部長", "somu.head"),
    "secretary": ("事務 局員", "gyosei-keiei.staff"),
    "administrator": ("管理 者子", "gyosei-keiei.staff"),
    "outsider_clerk": ("文書 法子", "bunsho-hosei.staff"),
    "outsider_officer": ("文書 課長", "bunsho-hosei.head"),
}
NAMED = {
    "promoter": "shimin-ka.promoter",
    "auditor": "kansa.auditor",
    "administrator": "gyosei-keiei.administrator",
    "general_manager": "kikaku-zaisei.audit-head",
}


class Cast:
    """All persons at once; an attribute each. `audit_head` is the person of 企画財政部長, as chains.md allows."""

    def __init__(self) -> None:
        set_the_stage()
        for attribute, (name, post) in PERSONS.items():
            person = make_user(attribute, name=name)
            make_appointment(person, post)
            setattr(self, attribute, person)
        for attribute, post in NAMED.items():
            make_appointment(getattr(self, attribute), post, kind=Appointment.Kind.NAMED)
        self.audit_head: User = self.general_manager
        self.committee_member: User = self.member
        self.secretariat_clerk: User = self.secretary
        self.section = Department.objects.get(code="shimin-ka")
        self.division = Department.objects.get(code="shimin")
        self.other_section = Department.objects.get(code="bunsho-hosei")
        self.committee = Committee.objects.get(code="PROMOTION_COMMITTEE")

    def everyone(self) -> list[User]:
        """Each person once, in the order of PERSONS."""
        return [getattr(self, attribute) for attribute in PERSONS]

    @staticmethod
    def client(user: User | None = None) -> Client:
        """A browser in which the user is logged in; nobody is where no user is given."""
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client


def set_the_stage() -> None:
    """The roles, and of the organisation what the cast needs, through the loader of the reference data."""
    for name in ("roles.json", "departments.json", "posts.json", "committees.json"):
        reference.load_rows(name, _rows(name))


@cache
def _rows(name: str) -> list[dict]:
    return [row for row in json.loads(reference.path_of(name).read_text(encoding="utf-8")) if _is_here(row)]


def _is_here(row: dict) -> bool:
    fields = row["fields"]
    if row["model"] == "accounts.department":
        return fields["code"] in SETTING
    if row["model"] == "accounts.post":
        return fields["department"][0] in SETTING
    if row["model"] == "accounts.seat":
        return fields["post"][0].split(".")[0] in SETTING
    return True
