"""緊急連絡網: made from the appointments of a day, with numbers each person enters for oneself (3.4.2.3.8, 3.10.5.1.5)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.continuity.keepers import net_holding
from incidents.continuity.net import Net
from incidents.continuity.page import NetPage
from incidents.continuity.reminders import keep_net
from incidents.models import Contact, NetRecord, OutsideContact
from incidents.models import contact as contact_module
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Appointment, PersonnelChange
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry

from .factory import make_appointment, make_deputyship, make_post, make_user

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2027, 3, 29, 10, 0, tzinfo=TOKYO)
TODAY, APRIL = NOW.date(), datetime(2027, 4, 1, tzinfo=TOKYO).date()


@pytest.fixture
def city(cast):
    reference.load("outside_contacts.json")
    return cast


def names(net: Net, role: str) -> list[str]:
    return [person.name for seat in net.seats if seat.role == role for person in seat.people]


def waiting_list(cast, *, by) -> PersonnelChange:
    """From 1 April 文書課長 heads 市民課, and its head retires."""
    chief, next_chief = cast.section_officer, cast.outsider_officer
    content = (
        "職員番号,氏名,区分,新所属,新職\n"
        f"{chief.staff_number},{chief.name},退職,,\n"
        f"{next_chief.staff_number},{next_chief.name},異動,市民課,課長\n"
    ).encode()
    change = PersonnelChange.upload(read(content), effective_on=APRIL, file_name="異動.csv", file_digest="0" * 64, by=by, at=NOW)
    change.schedule(by=by, at=NOW)
    return change


def test_the_net_covers_every_role_that_the_clause_names(city):
    net = Net(TODAY, with_numbers=True)
    assert [seat.role for seat in net.groups[0].seats] == ["CISO", "GENERAL_MANAGER", "CENTRAL_MANAGER"]
    assert "市民 部長" in names(net, "DIVISION_OFFICER")
    assert {"市民 課長", "行政 経営"} <= set(names(net, "SECTION_OFFICER"))
    division = next(group for group in net.groups if group.title == city.division.name)
    assert division.seats[0].role == "DIVISION_OFFICER"


def test_on_the_day_of_a_personnel_change_the_net_has_the_new_persons_before_the_list_is_applied(city):
    waiting_list(city, by=city.personnel)
    assert "市民 課長" in names(Net(TODAY, with_numbers=True), "SECTION_OFFICER")
    april = Net(APRIL, with_numbers=True)
    seat = next(seat for seat in april.seats if seat.post.code == "shimin-ka.head")
    assert [person.name for person in seat.people] == ["文書 課長"]
    assert next(seat for seat in april.seats if seat.post.code == "bunsho-hosei.head").is_vacant
    assert april.digest != Net(TODAY, with_numbers=True).digest


def test_the_forecast_is_what_the_list_does_on_its_day(city):
    change = waiting_list(city, by=city.personnel)
    forecast = Net(APRIL, with_numbers=True).digest
    change.apply(by=None, at=NOW.replace(month=4, day=1))
    assert Net(APRIL, with_numbers=True).digest == forecast


def test_a_deputy_stands_below_the_holder(city):
    make_deputyship("shimin-ka.head", city.colleague)
    seat = next(seat for seat in Net(TODAY, with_numbers=True).seats if seat.post.code == "shimin-ka.head")
    assert [(person.name, person.is_deputy) for person in seat.everybody] == [("市民 課長", False), ("市民 次郎", True)]


# -- one's own number --------------------------------------------------------------------------------------------------


def test_a_number_is_entered_by_oneself_and_seen_by_those_in_the_net(city):
    contact = Contact.enter("０９０-００００-０００１", by=city.section_officer, at=NOW)
    assert contact.after_hours == "090-0000-0001"
    assert list(Contact.objects.visible_to(city.ciso, at=NOW)) == [contact]
    for person in (city.clerk, city.administrator, city.secretary, city.auditor):
        assert not Contact.objects.visible_to(person, at=NOW).exists()


def test_who_is_not_in_the_net_leaves_no_number(city):
    with pytest.raises(PermissionDenied):
        Contact.enter("090-0000-0001", by=city.clerk, at=NOW)
    make_deputyship("shimin-ka.head", city.colleague)
    assert Contact.enter("090-0000-0002", by=city.colleague, at=NOW)


@pytest.mark.parametrize("text", ["電話なし", "12", "090-0000-0001 夫", "=1+1"])
def test_what_cannot_be_rung_is_refused(city, text):
    with pytest.raises(ValidationError):
        Contact.enter(text, by=city.section_officer, at=NOW)
    assert not Contact.objects.exists()


def test_the_number_stands_in_no_trail_and_in_no_notice(city):
    Contact.enter("090-0000-0001", by=city.section_officer, at=NOW)
    entry = Entry.objects.get(verb="incidents.contact.confirmed")
    assert "0001" not in f"{entry.changes}{entry.subject_label}"


def test_the_number_is_deleted_when_the_person_leaves_the_net(city):
    Contact.enter("090-0000-0001", by=city.section_officer, at=NOW)
    keep_net(at=NOW)
    assert Contact.objects.exists()
    Appointment.objects.filter(person=city.section_officer).update(until=TODAY)
    keep_net(at=NOW + timedelta(days=2))
    assert not Contact.objects.exists()
    assert Entry.objects.filter(verb="incidents.contact.forgotten").exists()


def test_a_number_entered_anew_in_the_meantime_is_not_deleted(city):
    Contact.enter("090-0000-0001", by=city.section_officer, at=NOW)
    stale = Contact.objects.get()
    Contact.enter("090-0000-0002", by=city.section_officer, at=NOW + timedelta(minutes=1))
    stale.forget(at=NOW + timedelta(minutes=2))
    assert Contact.objects.get().after_hours == "090-0000-0002"
    assert not Entry.objects.filter(verb="incidents.contact.forgotten").exists()


def test_a_number_is_deleted_before_the_trail_is_written(city, monkeypatch):
    Contact.enter("090-0000-0001", by=city.section_officer, at=NOW)
    there = []
    monkeypatch.setattr(contact_module, "record", lambda *args, **given: there.append(Contact.objects.count()))
    Contact.objects.get().forget(at=NOW)
    assert there == [0]


def test_keeping_the_net_asks_as_many_questions_for_one_number_and_paper_as_for_many(city):
    counts = []
    for people in ([city.ciso], [city.section_officer, city.division_officer, city.general_manager, city.central_manager]):
        for person in people:
            Contact.enter("", by=person, at=NOW)
            for _ in range(3):
                NetRecord.keep_paper("sheet", Net(TODAY, with_numbers=True), by=person, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            keep_net(at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert NetRecord.objects.latest_papers().count() == 5


def test_who_has_not_confirmed_for_half_a_year_is_reminded_once_a_month(city):
    for person in (city.ciso, city.section_officer):
        Contact.enter("", by=person, at=NOW)
    later = NOW + timedelta(days=200)
    Contact.enter("", by=city.ciso, at=later - timedelta(days=10))
    for hour in range(3):
        keep_net(at=later + timedelta(hours=hour))
    told = Notification.objects.filter(title__contains="自分の番号")
    assert told.filter(recipient=city.section_officer).count() == 1
    assert not told.filter(recipient=city.ciso).exists()


# -- papers ------------------------------------------------------------------------------------------------------------


def test_a_paper_is_stale_once_the_net_has_changed_and_its_owner_is_told_once(city):
    NetRecord.keep_paper("sheet", Net(TODAY, with_numbers=False), by=city.clerk, at=NOW)
    assert not NetPage(city.clerk, on=TODAY, at=NOW).papers[0].is_stale
    city.ciso.extension = "2001"
    city.ciso.save()
    paper = NetPage(city.clerk, on=TODAY, at=NOW).papers[0]
    assert paper.is_stale
    assert any("副市長" in change for change in paper.changes)
    for _ in range(2):
        keep_net(at=NOW)
    assert Notification.objects.filter(recipient=city.clerk, title__contains="古くなりました").count() == 1


def test_a_number_the_reader_does_not_see_does_not_make_the_paper_stale(city):
    NetRecord.keep_paper("card", Net(TODAY, with_numbers=False), by=city.clerk, at=NOW)
    Contact.enter("090-0000-0001", by=city.ciso, at=NOW)
    assert not NetPage(city.clerk, on=TODAY, at=NOW).papers[0].is_stale


def test_the_code_on_a_paper_says_whether_it_is_still_right(city):
    record = NetRecord.keep_paper("sheet", Net(TODAY, with_numbers=False), by=city.clerk, at=NOW)
    assert NetPage(city.colleague, on=TODAY, at=NOW).compared(record.code.lower()) == ("current", [])
    make_appointment(make_user(name="新任 係長"), "shimin-ka.head")
    assert NetPage(city.colleague, on=TODAY, at=NOW).compared(record.code)[0] == "old"
    assert NetPage(city.colleague, on=TODAY, at=NOW).compared("0000-0000")[0] == "unknown"


@pytest.mark.parametrize(("kind", "pages"), [("incidents.contact_net", 1), ("incidents.contact_card", 2)])
def test_the_worker_makes_the_sheet_and_the_card_and_the_same_net_is_the_same_paper(city, kind, pages, monkeypatch):
    Contact.enter("090-0000-0001", by=city.section_officer, at=timezone.now())
    today, now, made = timezone.localdate().isoformat(), timezone.now(), []
    for minutes in (0, 1):
        monkeypatch.setattr(timezone, "now", lambda later=timedelta(minutes=minutes): now + later)
        job = enqueue(kind, by=city.section_officer, on=today)
        run_job(job.pk)
        made.append(JobResult.objects.get(job=job).content.read())
    assert made[0][:5] == b"%PDF-"
    assert made[0] == made[1]
    assert {row.by for row in NetRecord.objects.papers()} == {city.section_officer}


# -- the check ---------------------------------------------------------------------------------------------------------


def test_looking_the_net_through_needs_a_word_about_what_is_open_and_does_the_duty(city):
    load_duties(at=NOW - timedelta(days=1))
    net = Net(TODAY, with_numbers=True)
    with pytest.raises(ValidationError):
        NetRecord.look_through(net, note=" ", by=city.central_manager, at=NOW)
    with pytest.raises(PermissionDenied):
        NetRecord.look_through(net, note="よし", by=city.clerk, at=NOW)
    NetRecord.look_through(net, note="今月中に番号を集めます。", by=city.central_manager, at=NOW)
    done = Occurrence.objects.filter(duty__mechanism="duty:contact-list").appeared(on=TODAY)
    assert done
    assert not done.open()
    assert net_holding(TODAY).state(TODAY) == "in_force"
    assert net_holding(TODAY - timedelta(days=1)) is None


def test_the_duties_are_set_up_once_with_the_city_s_terms(city):
    winter = NOW - timedelta(days=60)
    assert load_duties(at=winter).created
    assert load_duties(at=winter).created == 0
    contact_list = Occurrence.objects.filter(duty__mechanism="duty:contact-list").order_by("due_on")
    assert {(row.due_on.month, row.due_on.day) for row in contact_list} == {(4, 1), (10, 1)}


def test_a_line_of_the_outside_is_put_right_by_those_who_keep_the_net(city):
    row = OutsideContact.objects.get(code="police")
    assert row.phone == ""
    with pytest.raises(PermissionDenied):
        row.change(phone="110", by=city.clerk, at=NOW)
    row.change(phone="０００-１１１-２２２２", by=city.secretary, at=NOW)
    assert (row.phone, row.confirmed_on) == ("000-111-2222", TODAY)


# -- the pages ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_numbers_to_the_net_and_none_to_a_clerk(city):
    Contact.enter("090-0000-0001", by=city.section_officer, at=timezone.now())
    url = reverse("incidents:net")
    assert "090-0000-0001" in city.client(city.ciso).get(url).content.decode()
    page = city.client(city.clerk).get(url).content.decode()
    assert "090-0000-0001" not in page
    assert "市民 課長" in page
    assert city.client(city.clerk).get(reverse("incidents:my_number")).status_code == 404


def test_a_wrong_number_stays_in_the_form_with_its_message(city):
    answer = city.client(city.ciso).post(reverse("incidents:my_number"), {"number": "自宅"})
    assert answer.status_code == 422
    assert "数字とハイフン" in answer.content.decode()
    assert "自宅" in answer.content.decode()
    assert not Contact.objects.exists()


def test_the_page_of_a_large_city_asks_as_many_questions_as_that_of_a_small_one(city):
    client, url = city.client(city.ciso), reverse("incidents:net")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(20):
        post = make_post(city.section, f"第{number}係の長", "SECTION_OFFICER")
        make_appointment(make_user(), post)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)
