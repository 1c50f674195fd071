"""Reorganisation: what begins and ends by the screens, who goes over, and that the work waits at the right desk on the day."""

import hashlib
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Step
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Appointment, Department, Deputyship, PersonnelChange, Post, Role, RoleCode, Seat
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.accounts.standing import acting, main_department, with_abolished
from musashimurayama_isms.accounts.tasks import apply_due_changes_task
from musashimurayama_isms.approvals.models import Decision
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_department, make_deputyship, make_post, make_user
from .taken import take, text_of
from .test_approvals import able, submitted
from .test_incident_chain import sent
from .test_organisation_pages import day_boxes
from .test_personnel_change import line, sheet

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 8, 10, 0, tzinfo=TOKYO)
MARCH, APRIL = date(2027, 3, 31), date(2027, 4, 1)
MORNING = datetime(2027, 4, 1, 8, 30, tzinfo=TOKYO)


@pytest.fixture
def city(cast, clock):
    """The cast on a day in March, and the browser of the 職員課."""
    clock.now = NOW
    cast.clock, cast.browser = clock, cast.client(cast.personnel)
    return cast


def send(city, page: str, /, *, by=None, **data):
    """A form sent as the screen sends it; days as their three boxes."""
    boxes = {}
    for key, value in data.items():
        boxes |= day_boxes(key, value) if isinstance(value, date) else {key: getattr(value, "pk", value)}
    return (city.client(by) if by else city.browser).post(reverse(f"accounts:{page}"), boxes)


def establish(city, **data):
    given = {"kind": "section", "name": "市民相談課", "code": "shimin-sodan", "parent": city.division, "since": APRIL, "has_posts": "on"}
    return send(city, "establish_department", **{**given, **data})


def rename(city, **data):
    given = {"old": city.section, "name": "市民窓口課", "code": "madoguchi", "since": APRIL}
    return send(city, "rename_department", **{**given, **data})


def abolish(city, **data):
    return send(city, "abolish_department", **{"department": city.section, "on": MARCH, **data})


def establish_post(city, **data):
    user = Role.objects.get(code=RoleCode.TERMINAL_USER)
    given = {"department": city.section, "title": "主幹", "since": APRIL, "roles": [user.pk], "position": "35"}
    return send(city, "establish_post", **{**given, **data})


def waiting(city, *rows) -> PersonnelChange:
    """A personnel list of 1 April that waits for its day."""
    content = sheet(*rows)
    facts = {"effective_on": APRIL, "file_name": "異動.csv", "file_digest": hashlib.sha256(content).hexdigest()}
    change = PersonnelChange.upload(read(content), **facts, by=city.personnel, at=NOW)
    change.schedule(by=city.personnel, at=NOW)
    return change


def count_of(city, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert city.browser.get(address).status_code == 200
    return len(queries)


def on_the_day(city) -> None:
    city.clock.now = MORNING
    city.browser = city.client(city.personnel)
    apply_due_changes_task.run()


def refused(answer, *words: str) -> None:
    page = answer.content.decode()
    assert answer.status_code == 200
    for word in words:
        assert word in page


def test_a_new_section_begins_with_the_usual_posts_and_the_personnel_list_knows_it(city):
    assert establish(city).url == reverse("accounts:reorganisation")
    made = Department.objects.get(code="shimin-sodan")
    assert (made.parent, made.since, made.until) == (city.division, APRIL, None)
    head = made.posts.get(is_head=True)
    assert set(head.roles.values_list("code", flat=True)) == {"SECTION_OFFICER", "TERMINAL_USER"}
    assert set(made.posts.values_list("title", flat=True)) == {"課長", "課長補佐", "係長", "職員", "情報化推進員"}
    waiting(city, line(city.colleague, "異動", "市民相談課", "課長"))
    on_the_day(city)
    assert [hat.person for hat in acting(RoleCode.SECTION_OFFICER, at=MORNING, department=made)] == [city.colleague]
    assert Entry.objects.about(made).get().verb == "accounts.department.established"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"code": "shimin-ka"}, "すでに使われています"),
        ({"code": "市民"}, "半角"),
        ({"name": "市民課"}, "すでにあります"),
        ({"since": date(2027, 2, 4)}, "31日前"),
        ({"since": date(2040, 4, 1)}, "年を確かめて"),
        ({"parent": ""}, "上位の組織"),
        ({"kind": "division"}, "上位の組織"),
        ({"kind": "body"}, "上位の組織"),
    ],
)
def test_a_new_department_that_does_not_fit_is_told_why_and_the_typed_text_stays(city, change, word):
    count = Department.objects.count(), Entry.objects.count()
    answer = establish(city, **change)
    refused(answer, word, f'value="{change.get("code", "shimin-sodan")}"')
    assert (Department.objects.count(), Entry.objects.count()) == count


def test_a_day_thirty_one_days_ago_is_still_taken(city):
    assert establish(city, since=date(2027, 2, 5)).status_code == 302


def test_an_abolished_section_names_whoever_would_be_left_behind(city):
    establish(city, has_posts="")
    refused(abolish(city, successor=Department.objects.get(code="shimin-sodan")), "市民 花子さん（市民部市民課 職員）", "先に")
    city.section.refresh_from_db()
    assert (city.section.until, city.section.successor) == (None, None)


def test_two_heads_are_not_put_into_one_post(city):
    """The staff have their place at the other section; its post for one person is taken."""
    refused(abolish(city, successor=city.other_section), "市民 課長さん（市民部市民課 課長）")
    waiting(city, line(city.section_officer, "異動", "職員課", "係長"), line(city.promoter, "異動", "職員課", "職員"))
    assert abolish(city, successor=city.other_section).status_code == 302


def test_a_list_that_waits_for_its_day_frees_a_section_and_its_rest_goes_over(city):
    establish(city)
    new = Department.objects.get(code="shimin-sodan")
    waiting(city, line(city.section_officer, "異動", "市民相談課", "課長"), line(city.colleague, "異動", "文書法制課", "職員"))
    make_deputyship("shimin-ka.head", city.clerk)
    assert abolish(city, successor=new).status_code == 302
    assert main_department(city.clerk, on=MARCH) == city.section
    on_the_day(city)
    assert main_department(city.section_officer, on=APRIL) == main_department(city.clerk, on=APRIL) == new
    assert main_department(city.colleague, on=APRIL) == city.other_section
    assert not Appointment.objects.in_force(APRIL).filter(post__department=city.section).exists()
    assert Deputyship.objects.in_force(APRIL).get(deputy=city.clerk).post.department == new
    assert RoleCode.PROMOTER in {hat.role.code for hat in acting(RoleCode.PROMOTER, at=MORNING, department=new)}
    carried = Entry.objects.filter(verb="accounts.appointment.carried_over")
    assert {entry.subject_label for entry in carried} == {"市民 花子", "推進 一郎"}
    before = Appointment.objects.count(), Entry.objects.count()
    apply_due_changes_task.run()
    assert (Appointment.objects.count(), Entry.objects.count()) == before


def test_waiting_work_of_an_abolished_section_reaches_its_successor_on_the_day(city):
    reference.load("incident_kinds.json")
    incident = sent(city, at=NOW, noticed_at=NOW - timedelta(minutes=5))
    request = submitted(city.clerk, ("any", ["SECTION_OFFICER"]))
    establish(city, has_posts="")
    new = Department.objects.get(code="shimin-sodan")
    for title, role in (("課長", "SECTION_OFFICER"), ("職員", "TERMINAL_USER"), ("情報化推進員", "PROMOTER")):
        establish_post(city, department=new, title=title, roles=[Role.objects.get(code=role).pk])
    head = make_user(name="相談 課長")
    waiting(city, line(city.section_officer, "退職"), line(head, "異動", "市民相談課", "課長"))
    abolish(city, successor=new)
    assert [step.incident for step in Step.objects.waiting_for(city.section_officer, at=NOW)] == [incident]
    on_the_day(city)
    assert [step.incident for step in Step.objects.waiting_for(head, at=MORNING)] == [incident]
    Step.objects.waiting_for(head, at=MORNING).get().pass_on(by=head, at=MORNING)
    assert able(request, at=MORNING) == {"相談 課長"}
    Decision.take(request, "permit", by=head, at=MORNING, digest=request.current_version.digest)
    request.refresh_from_db()
    assert request.status == "running"
    for person in (head, city.ciso):
        browser = city.client(person)
        assert browser.get(reverse("calendar")).status_code == 200
    assert city.client(city.secretary).get(reverse("incidents:net")).status_code == 200


def test_a_new_name_is_a_new_section_with_the_same_posts_seats_and_people(city):
    old = Department.objects.get(code="gyosei-keiei")
    seats = Seat.objects.in_force(APRIL).filter(post__department=old).count()
    assert rename(city, old=old, name="デジタル推進課", code="digital").status_code == 302
    new = Department.objects.get(code="digital")
    assert Seat.objects.in_force(MARCH).filter(post__department=old).count() == seats
    on_the_day(city)
    assert [hat.person for hat in acting(RoleCode.CENTRAL_MANAGER, at=MORNING)] == [city.central_manager]
    assert Seat.objects.in_force(APRIL).filter(post__department=new).count() == seats
    assert set(city.committee.secretaries(APRIL)) == {city.central_manager, city.secretary, city.administrator}
    chart = city.browser.get(reverse("accounts:organisation"), {"on": "2027-03-31"}).content.decode().split("<main")[1]
    assert "行政経営課" in chart
    assert "デジタル推進課" not in chart
    assert "デジタル推進課" in city.browser.get(reverse("accounts:organisation")).content.decode()


def test_a_list_of_the_same_day_goes_before_the_new_name(city):
    """Who is moved by the list is not carried over first: the list would find the person in a post of the same day."""
    rename(city)
    waiting(city, line(city.section_officer, "異動", "文書法制課", "係長"), line(city.colleague, "異動", "市民窓口課", "課長"))
    on_the_day(city)
    new = Department.objects.get(code="madoguchi")
    assert main_department(city.section_officer, on=APRIL) == city.other_section
    assert [hat.person for hat in acting(RoleCode.SECTION_OFFICER, at=MORNING, department=new)] == [city.colleague]
    assert main_department(city.clerk, on=APRIL) == new


def test_a_name_entered_afterwards_moves_the_people_at_once(city):
    assert rename(city, since=date(2027, 3, 1)).status_code == 302
    assert main_department(city.clerk, on=NOW.date()).name == "市民窓口課"
    assert Appointment.objects.in_force(NOW.date()).get(person=city.clerk).post.department.name == "市民窓口課"


def test_the_sections_of_an_abolished_division_belong_to_its_successor_and_say_so(city):
    rename(city, old=city.division, name="くらし部", code="kurashi")
    on_the_day(city)
    new = Department.objects.get(code="kurashi")
    assert city.section.full_name == "くらし部市民課"
    assert [hat.person for hat in acting(RoleCode.DIVISION_OFFICER, at=MORNING, department=city.section)] == [city.division_officer]
    assert "市民課" in city.browser.get(new.get_absolute_url()).content.decode().split("<main")[1]
    assert city.section.upper_on(MARCH) == city.division
    waiting(city, line(city.outsider_clerk, "異動", "くらし部市民課", "職員"))


def test_a_section_moves_to_another_division_under_its_own_name(city):
    somu = Department.objects.get(code="somu")
    assert rename(city, name="市民課", code="shimin-ka-2", parent=somu).status_code == 302
    on_the_day(city)
    assert main_department(city.clerk, on=APRIL).full_name == "総務部市民課"


@pytest.mark.parametrize("end", [date(2027, 2, 4), date(1999, 4, 1)])
def test_an_end_too_long_ago_is_refused(city, end):
    refused(abolish(city, on=end, successor=city.other_section), "31日前")


def test_the_successor_is_of_the_same_kind_there_on_the_day_and_leads_in_no_circle(city):
    refused(abolish(city, successor=city.division), "別の課")
    refused(abolish(city, successor=city.section), "別の課")
    later = make_department("来年課", parent=city.division, since=date(2028, 4, 1))
    refused(abolish(city, successor=later), "先に新設")
    ended = make_department("前の課", parent=city.division, until=date(2026, 3, 31), successor=city.section)
    with pytest.raises(InvalidTransition, match="ありません"):
        city.section.abolish(on=MARCH, successor=ended, by=city.personnel, at=NOW)
    one = make_department("甲課", parent=city.division, until=date(2027, 6, 30), successor=city.section)
    with pytest.raises(InvalidTransition, match="いずれ市民課が引き継ぐ"):
        city.section.abolish(on=MARCH, successor=one, by=city.personnel, at=NOW)


def test_an_end_is_taken_back_until_its_day_is_over(city):
    empty = make_department("空の課", parent=city.division)
    post = make_post(empty, "課長", RoleCode.SECTION_OFFICER, is_head=True)
    address = reverse("accounts:take_back_department", args=[empty.pk])
    abolish(city, department=empty, successor=city.section)
    assert Post.objects.get(pk=post.pk).until == MARCH
    city.browser.post(address)
    empty.refresh_from_db()
    assert (empty.until, empty.successor, Post.objects.get(pk=post.pk).until) == (None, None, None)
    abolish(city, department=empty, successor=city.section)
    on_the_day(city)
    assert "取りやめられません" in city.browser.post(address, follow=True).content.decode()
    assert Department.objects.get(pk=empty.pk).until == MARCH


def test_a_new_name_is_withdrawn_and_the_old_section_goes_on(city):
    old = Department.objects.get(code="gyosei-keiei")
    rename(city, old=old, name="デジタル推進課", code="digital")
    refused(city.browser.post(reverse("accounts:take_back_department", args=[old.pk]), follow=True), "「名称・部の変更」のほう")
    new = Department.objects.get(code="digital")
    assert "取りやめました" in city.browser.post(reverse("accounts:withdraw_department", args=[new.pk]), follow=True).content.decode()
    assert not Department.objects.filter(code="digital").exists()
    assert set(old.posts.values_list("until", flat=True)) == {None}
    on_the_day(city)
    assert [hat.person for hat in acting(RoleCode.CENTRAL_MANAGER, at=MORNING)] == [city.central_manager]


def test_what_has_begun_is_not_withdrawn(city):
    establish(city)
    new = Department.objects.get(code="shimin-sodan")
    address = reverse("accounts:withdraw_department", args=[new.pk])
    on_the_day(city)
    assert "始まっています" in city.browser.post(address, follow=True).content.decode()
    assert new.posts.count() == 5


def test_a_post_begins_with_its_roles_and_its_seat(city):
    roles = [Role.objects.get(code=code).pk for code in ("PERMIT_AUTHORITY", "TERMINAL_USER")]
    assert establish_post(city, roles=roles, committees=[city.committee.pk], is_single="on").status_code == 302
    post = Post.objects.get(title="主幹")
    assert set(post.roles.values_list("code", flat=True)) == {"PERMIT_AUTHORITY", "TERMINAL_USER"}
    assert Seat.objects.get(post=post).since == post.since == APRIL


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"title": "課長"}, "すでにあります"),
        ({"is_head": "on"}, "の長は"),
        ({"roles": "CISO"}, "副市長が持っています"),
        ({"roles": "SECTION_OFFICER"}, "課長が持っています"),
        ({"since": date(2020, 4, 1)}, "31日前"),
        ({"title": ""}, "職名"),
    ],
)
def test_a_post_that_does_not_fit_is_told_why(city, change, word):
    if "roles" in change:
        change = {"roles": [Role.objects.get(code=change["roles"]).pk]}
    refused(establish_post(city, **change), word)
    assert not Post.objects.filter(title="主幹").exists()


def test_a_post_ends_only_when_nobody_is_left_in_it_and_the_end_is_taken_back(city):
    head = Post.objects.get(code="shimin-ka.head")
    refused(send(city, "abolish_post", post=head, on=MARCH), "市民 課長さん")
    empty = Post.objects.get(code="shimin-ka.chief")
    assert send(city, "abolish_post", post=empty, on=MARCH).status_code == 302
    assert Post.objects.get(pk=empty.pk).until == MARCH
    city.browser.post(reverse("accounts:take_back_post", args=[empty.pk]))
    assert Post.objects.get(pk=empty.pk).until is None


def test_the_room_is_for_who_handles_personnel_changes(city):
    names = ["reorganisation", "establish_department", "rename_department", "abolish_department", "establish_post", "abolish_post"]
    for person, status in ((city.personnel, 200), (city.administrator, 200), (city.section_officer, 404), (city.ciso, 404)):
        assert {city.client(person).get(reverse(f"accounts:{name}")).status_code for name in names} == {status}
    assert rename(city, by=city.central_manager).status_code == 404
    with pytest.raises(PermissionDenied):
        city.section.rename(name="新課", code="new", parent=city.division, since=APRIL, by=city.ciso, at=NOW)
    assert "機構改革" in city.browser.get(reverse("accounts:organisation")).content.decode()
    assert "機構改革" not in city.client(city.clerk).get(reverse("accounts:organisation")).content.decode()


def test_the_list_says_what_begins_and_ends_and_costs_the_same_with_more(city):
    address = reverse("accounts:reorganisation")
    rename(city)
    send(city, "abolish_post", post=Post.objects.get(code="bunsho-hosei.chief"), on=MARCH)
    page = city.browser.get(address).content.decode()
    for word in ("市民部市民窓口課", "市民部市民課", "総務部文書法制課 係長", "職の廃止", "その日に移る人 4人", "変更を取りやめる"):
        assert word in page
    assert "市民窓口課 課長" not in page  # a post that begins with its section is not told twice
    before = count_of(city, address)
    for number in range(8):
        establish(city, name=f"新{number}課", code=f"new-{number}")
    assert count_of(city, address) == before
    assert "新3課" in text_of(take(city.browser, "accounts.reorganisation"))


def test_a_planned_end_opens_nothing_to_the_successor_before_its_day(city):
    empty = make_department("空の課", parent=city.division)
    abolish(city, department=empty, successor=city.other_section)
    assert empty.pk not in with_abolished({city.other_section.pk})
    on_the_day(city)
    assert empty.pk in with_abolished({city.other_section.pk})
