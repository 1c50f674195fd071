"""横展開: what happened in one place is asked of the others, and followed to the end (3.9.3.3)."""

import contextlib
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.inquiries.reminders import remind_inquiries
from incidents.models import Incident, IncidentKind, Inquiry, InquiryPlace
from incidents.open_points import open_points
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.dashboard.calendar.entries import Asked, Scope
from musashimurayama_isms.dashboard.calendar.providers.warnings import inquiries
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.tables import Asked as TableAsked
from musashimurayama_isms.tables import find
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS
from .factory import make_absence, make_asset, make_department, make_deputyship
from .taken import take, text_of

MORNING = timezone.make_aware(datetime(2026, 11, 24, 9, 0))
TODAY = day_of(MORNING)
Status = InquiryPlace.Status
ASKERS = {"central_manager", "general_manager", "ciso", "member", "division_officer", "secretary", "administrator"}


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json")
    return cast


def report(cast, *, at=MORNING, **fields) -> Incident:
    facts = {"kind": IncidentKind.objects.get(code="other"), "noticed_at": at, "personal_information": "no", "department": cast.section}
    incident = Incident.objects.create(reporter=cast.clerk, summary="試験", place="窓口", **facts | fields)
    return incident.report(by=cast.clerk, at=at)


def ask(cast, *sections: Department, by=None, at=MORNING, **fields) -> Inquiry:
    facts = {"title": "宛先の誤り", "text": "候補から誤って選んだ", "question": "自動入力を止めているか"}
    facts |= {"due_on": day_of(at) + timedelta(days=7), "departments": sections or [cast.section]}
    return Inquiry.ask(**facts | fields, by=by or cast.central_manager, at=at)


def answer(place, status, *, by, at=MORNING, **fields) -> InquiryPlace:
    if status == Status.EXISTS:
        fields = {"plan": "止める", "measure_due_on": day_of(at) + timedelta(days=30)} | fields
    return place.answer(status, by=by, at=at, **{"words": "全員の端末を見た"} | fields)


# -- asking ------------------------------------------------------------------------------------------------------------


def test_the_citys_roles_and_the_committee_ask_and_nobody_else(cast):
    for name in PERSONS:
        if name in ASKERS:
            assert ask(cast, by=getattr(cast, name)).is_open
        else:
            with pytest.raises(PermissionDenied):
                ask(cast, by=getattr(cast, name))
    assert Inquiry.objects.order_by("pk").first().number == "横R8-001"
    for wrong in ({"departments": []}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(ValidationError):
            ask(cast, **wrong)


def test_officers_and_promoters_of_the_sections_hear_of_it_and_the_others_do_not(cast):
    ask(cast)
    assert {row.recipient for row in Notification.objects.all()} == {cast.section_officer, cast.promoter}
    assert "宛先の誤り" not in "".join(Notification.objects.values_list("title", "body").first())
    assert [item.kind for item in waiting(cast.promoter, at=MORNING)] == ["横展開"]
    assert not waiting(cast.clerk, at=MORNING)


def test_it_is_seen_by_the_asking_side_and_by_the_sections_that_were_asked(cast):
    ask(cast)
    seen = {name for name in PERSONS if Inquiry.objects.visible_to(getattr(cast, name), at=MORNING).exists()}
    assert seen == ASKERS | {"section_officer", "promoter"}


def test_a_section_reads_its_own_answer_only(cast):
    inquiry = ask(cast, cast.section, cast.other_section)
    answer(inquiry.places.get(department=cast.other_section), Status.NONE, by=cast.outsider_officer, words="文書の言葉")
    rows = InquiryPlace.objects.visible_to(cast.section_officer, at=MORNING)
    assert [row.department for row in rows] == [cast.section]
    page = cast.client(cast.section_officer).get(inquiry.get_absolute_url()).content.decode()
    assert "文書の言葉" not in page
    assert cast.other_section.full_name not in page
    assert "文書の言葉" in cast.client(cast.central_manager).get(inquiry.get_absolute_url()).content.decode()


def test_the_source_is_seen_by_who_may_see_it_and_never_by_those_asked(city):
    incident = report(city, bypasses_chief=True)
    with pytest.raises(PermissionDenied):
        ask(city, source=incident, by=city.member)  # a report past the chief is not shown to the committee
    inquiry = ask(city, source=incident)
    assert list(Inquiry.objects.about(incident)) == [inquiry]
    assert inquiry.source_for(city.central_manager) == incident
    assert inquiry.source_for(city.member) is None
    for person, is_there in ((city.central_manager, True), (city.member, False), (city.section_officer, False)):
        page = city.client(person).get(inquiry.get_absolute_url()).content.decode()
        assert (str(incident.pk) in page, f"インシデント {incident.number}" in page) == (is_there, is_there)


def test_any_object_that_says_who_sees_it_may_be_the_source(cast):
    asset = make_asset(cast.section, by=cast.clerk)
    assert ask(cast, source=asset).source_for(cast.central_manager) == asset
    with pytest.raises(PermissionDenied):
        ask(cast, source=cast.section)  # a department shows itself to nobody by name


def test_the_inquiry_of_a_drill_says_so(city):
    incident = report(city)
    Incident.objects.filter(pk=incident.pk).update(is_drill=True)
    incident.refresh_from_db()
    inquiry = ask(city, source=incident, at=timezone.now())
    assert inquiry.is_drill
    officer = city.client(city.section_officer)
    assert "【訓練】横R8-001" in officer.get(reverse("incidents:inquiries")).content.decode()
    for url in (inquiry.get_absolute_url(), reverse("incidents:place_answer", args=[inquiry.places.get().pk])):
        assert "drill-banner" in officer.get(url).content.decode()
    asked = Asked(city.section_officer, timezone.now(), TODAY, inquiry.due_on, Scope.SECTION)
    assert [row.title for row in inquiries(asked)] == ["【訓練】照会への回答：宛先の誤り"]
    central = city.client(city.central_manager)
    assert "【訓練】横R8-001</a></th>" in central.get(reverse("incidents:inquiries")).content.decode()
    sheet = find("incidents.inquiry_places").opened(TableAsked(city.central_manager, QueryDict(f"of={inquiry.pk}"), timezone.now()))
    assert sheet.about == "【訓練】横R8-001"
    assert Notification.objects.filter(recipient=city.promoter).latest("pk").title.startswith("【訓練】")


def test_more_sections_are_asked_later_and_only_they_are_told(cast):
    inquiry = ask(cast)
    Notification.objects.all().delete()
    later = MORNING + timedelta(hours=1)
    assert inquiry.widen([cast.section, cast.other_section], by=cast.central_manager, at=later) == 1
    assert {row.recipient for row in Notification.objects.all()} == {cast.outsider_officer}
    with pytest.raises(ValidationError):
        inquiry.widen([cast.section], by=cast.central_manager, at=later)
    with pytest.raises(ValidationError):
        inquiry.postpone(inquiry.due_on, by=cast.central_manager, at=later)
    inquiry.postpone(inquiry.due_on + timedelta(days=3), by=cast.central_manager, at=later)
    assert inquiry.due_on == TODAY + timedelta(days=10)


# -- answering ---------------------------------------------------------------------------------------------------------


def test_officer_deputy_and_promoter_answer_and_each_answer_is_kept(cast):
    place = ask(cast).places.get()
    for person in (cast.clerk, cast.outsider_officer, cast.central_manager, cast.division_officer):
        with pytest.raises(PermissionDenied):
            answer(place, Status.NONE, by=person)
    answer(place, Status.CHECKING, by=cast.promoter)
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="課の回答が入りました").exists()
    make_absence(cast.section_officer, starts_at=MORNING)
    make_deputyship("shimin-ka.head", cast.colleague)
    found = answer(place, Status.NONE, by=cast.colleague)
    assert found.answered_as == "情報セキュリティ担当者（市民 課長代理）"
    assert list(place.replies.values_list("status", flat=True)) == ["checking", "none"]
    with pytest.raises(InvalidTransition):
        answer(place, Status.NONE, by=cast.colleague)


def test_what_is_there_too_needs_a_plan_with_its_day_and_tells_the_asker(cast):
    place = ask(cast).places.get()
    for wrong in ({"words": ""}, {"plan": ""}, {"measure_due_on": None}, {"measure_due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(ValidationError):
            answer(place, Status.EXISTS, by=cast.promoter, **wrong)
    found = answer(place, Status.EXISTS, by=cast.promoter)
    assert found.has_measure
    assert Notification.objects.filter(recipient=cast.central_manager, title__contains="「ある」").exists()
    assert [item.why for item in waiting(cast.promoter, at=MORNING) if item.kind == "横展開"] == ["市民部市民課：対策を終えたら記録します"]
    found = answer(place, Status.NONE, by=cast.section_officer, words="見まちがい")
    assert (found.plan, found.measure_due_on) == ("", None)


def test_a_measure_is_followed_to_its_end_also_after_the_inquiry(cast):
    inquiry = ask(cast)
    place = answer(inquiry.places.get(), Status.EXISTS, by=cast.promoter)
    inquiry.close(conclusion="全庁で止める", by=cast.central_manager, at=MORNING)
    with pytest.raises(InvalidTransition):
        answer(place, Status.NONE, by=cast.promoter)
    facts = {"result": "止めた", "at": MORNING}
    with pytest.raises(ValidationError):
        place.finish(done_on=TODAY + timedelta(days=1), by=cast.promoter, **facts)
    with pytest.raises(PermissionDenied):
        place.finish(done_on=TODAY, by=cast.central_manager, **facts)
    assert place.finish(done_on=TODAY, by=cast.promoter, **facts).measure_done_on == TODAY
    with pytest.raises(InvalidTransition):
        place.finish(done_on=TODAY, by=cast.promoter, **facts)
    assert not InquiryPlace.objects.with_measure().exists()


def test_the_section_links_the_report_that_it_has_made(city):
    earlier = report(city, at=MORNING - timedelta(days=1))
    place = answer(ask(city).places.get(), Status.EXISTS, by=city.section_officer)
    made = report(city, at=MORNING + timedelta(hours=1))
    with pytest.raises(ValidationError):
        place.link(earlier, by=city.section_officer, at=MORNING + timedelta(hours=2))
    assert place.link(made, by=city.section_officer, at=MORNING + timedelta(hours=2)).incident == made


def test_closing_says_what_was_learnt_and_who_gave_no_answer(cast):
    inquiry = ask(cast, cast.section, cast.other_section)
    answer(inquiry.places.get(department=cast.section), Status.NONE, by=cast.promoter)
    with pytest.raises(ValidationError):
        inquiry.close(conclusion=" ", by=cast.central_manager, at=MORNING)
    with pytest.raises(PermissionDenied):
        inquiry.close(conclusion="まとめ", by=cast.section_officer, at=MORNING)
    inquiry.close(conclusion="まとめ", by=cast.member, at=MORNING)
    assert Entry.objects.get(verb="incidents.inquiry.closed").changes["unanswered"] == 1
    with pytest.raises(InvalidTransition):
        inquiry.close(conclusion="まとめ", by=cast.central_manager, at=MORNING)
    assert not InquiryPlace.objects.awaited().exists()


def test_an_incident_is_open_while_its_inquiry_is_or_a_measure_of_it(city):
    incident = report(city)
    inquiry = ask(city, source=incident)
    place = answer(inquiry.places.get(), Status.EXISTS, by=city.promoter)

    def points() -> list[str]:
        return [point.title for point in open_points(incident, at=MORNING) if "横展開" in point.title]

    assert points() == ["横展開 横R8-001の回答を集めています"]
    inquiry.close(conclusion="まとめ", by=city.central_manager, at=MORNING)
    assert points() == ["横展開 横R8-001で見つかったことへの対策が終わっていません（市民部市民課）"]
    place.finish(result="止めた", done_on=TODAY, by=city.promoter, at=MORNING)
    assert points() == []


def test_how_many_questions_a_word_to_the_sections_asks_does_not_grow_with_them(cast):
    def questions(*sections) -> int:
        with CaptureQueriesContext(connection) as found:
            ask(cast, *sections)
        return len(found)

    ask(cast)
    few = questions(cast.section)
    assert questions(cast.section, cast.other_section, *(make_department(f"課{number}") for number in range(4))) == few


def test_reminders_go_to_the_section_and_later_to_the_one_above_each_once(cast):
    inquiry = ask(cast)
    due = MORNING + timedelta(days=7)

    def titles(person, *, at):
        Notification.objects.all().delete()
        remind_inquiries(at=at)
        remind_inquiries(at=at)
        return [row.title for row in Notification.objects.filter(recipient=person)]

    assert titles(cast.promoter, at=due - timedelta(days=3)) == []
    assert titles(cast.promoter, at=due - timedelta(days=1)) == ["期限が近づいています：横展開への回答 横R8-001"]
    assert titles(cast.division_officer, at=due + timedelta(days=2)) == []
    late = due + timedelta(days=3)
    assert titles(cast.division_officer, at=late) == ["行われていません：横展開への回答 横R8-001（市民部市民課）"]
    assert InquiryPlace.objects.late(on=day_of(late)).count() == 1
    place = answer(inquiry.places.get(), Status.EXISTS, by=cast.promoter, at=late)
    assert titles(cast.promoter, at=late) == []
    measure_day = late + timedelta(days=31)
    assert titles(cast.section_officer, at=measure_day) == ["期限を過ぎています：横展開で見つかったことへの対策 横R8-001"]
    assert InquiryPlace.objects.with_measure().filter(measure_due_on__lt=day_of(measure_day)).get() == place


# -- whatever people do ------------------------------------------------------------------------------------------------

WHAT = [*InquiryPlace.ANSWERS, "finish", "close", "widen"]
ACTS = st.lists(
    st.tuples(st.sampled_from(["clerk", "section_officer", "promoter", "central_manager", "outsider_officer"]), st.sampled_from(WHAT)),
    max_size=12,
)


def test_no_order_of_acts_loses_a_section_an_answer_or_a_measure(cast):
    @settings(max_examples=25, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            inquiry = ask(cast)
            for minute, (name, what) in enumerate(acts, start=1):
                _act(cast, inquiry, getattr(cast, name), what, MORNING + timedelta(minutes=minute))
                _check(inquiry)
            transaction.set_rollback(True)

    walk()


def _act(cast, inquiry, person, what, at):
    place = inquiry.places.order_by("pk").first()
    doors = {
        "finish": lambda: place.finish(result="した", done_on=TODAY, by=person, at=at),
        "close": lambda: inquiry.close(conclusion="まとめ", by=person, at=at),
        "widen": lambda: inquiry.widen([cast.other_section], by=person, at=at),
    }
    with contextlib.suppress(InvalidTransition, PermissionDenied, ValidationError):
        doors.get(what, lambda: answer(place, what, by=person, at=at))()


def _check(inquiry):
    inquiry.refresh_from_db()
    answers = Entry.objects.about(inquiry).filter(verb__in=["incidents.inquiry.answered", "incidents.inquiry.found"]).count()
    assert sum(place.replies.count() for place in inquiry.places.all()) == answers
    for place in inquiry.places.all():
        last = place.replies.last()
        assert place.status == (last.status if last else Status.UNANSWERED)
        assert (place.status == Status.EXISTS) == bool(place.plan)
        assert place.measure_done_on is None or place.status == Status.EXISTS
    assert inquiry.is_open == (inquiry.closed_at is None)


# -- pages -------------------------------------------------------------------------------------------------------------


def day(name: str, value) -> dict:
    return {f"{name}_{part}": str(getattr(value, part)) for part in ("year", "month", "day")}


def test_from_the_file_of_an_incident_to_the_question(city):
    incident = report(city, at=timezone.now())
    client = city.client(city.central_manager)
    url = f"{reverse('incidents:inquiry_new')}?model=incidents.incident&key={incident.pk}"
    tab = reverse("incidents:incident_inquiries", args=[incident.pk])
    assert url.replace("&", "&amp;") in client.get(tab).content.decode()
    until = timezone.localdate() + timedelta(days=7)
    content = {"title": "宛先の誤り", "text": "打った言葉", "question": "止めているか", **day("due_on", until)}
    refused = client.post(url, content | {"to_all": "on"})
    assert (refused.status_code, "打った言葉" in refused.content.decode()) == (422, True)  # the clean words are not confirmed
    assert client.post(url, content | {"is_clean": "on"}).status_code == 422
    page = client.post(url, content | {"is_clean": "on", "departments": [city.section.pk]}, follow=True).content.decode()
    assert "横R8-001 を照会しました" in page
    assert "横R8-001" in client.get(tab).content.decode()
    assert client.get(f"{reverse('incidents:inquiry_new')}?model=incidents.incident&key=x").status_code == 404
    assert client.get(f"{reverse('incidents:inquiry_new')}?model=nothing.here&key=1").status_code == 404
    assert city.client(city.clerk).get(tab).status_code == 200


def test_answering_finishing_and_linking_by_the_pages(city):
    now = timezone.now()
    inquiry = ask(city, at=now)
    place = inquiry.places.get()
    client, url = city.client(city.promoter), reverse("incidents:place_answer", args=[place.pk])
    assert "同じことがないかを確かめ、回答してください" in client.get(inquiry.get_absolute_url()).content.decode()
    refused = client.post(url, {"status": "exists", "words": "打った言葉"})
    assert (refused.status_code, "打った言葉" in refused.content.decode()) == (422, True)
    until = timezone.localdate() + timedelta(days=7)
    page = client.post(
        url, {"status": "exists", "words": "あった", "plan": "止める", **day("measure_due_on", until)}, follow=True
    ).content.decode()
    assert "インシデントとして報告する" in page
    made = report(city, at=timezone.now())
    chief = city.client(city.section_officer)
    assert made.number in chief.get(reverse("incidents:place_link", args=[place.pk])).content.decode()
    assert made.number in chief.post(reverse("incidents:place_link", args=[place.pk]), {"incident": made.pk}, follow=True).content.decode()
    finish = reverse("incidents:place_finish", args=[place.pk])
    assert client.post(finish, {"result": "", **day("done_on", timezone.localdate())}).status_code == 422
    proof = SimpleUploadedFile("記録.txt", "画面".encode())
    page = client.post(finish, {"result": "止めた", "uploads": proof, **day("done_on", timezone.localdate())}, follow=True).content.decode()
    assert "ある（対策済）" in page
    assert "記録.txt" in page
    assert "回答を変えられません" in client.get(url, follow=True).content.decode()


def test_widening_postponing_closing_and_the_table_by_the_pages(cast):
    inquiry = ask(cast, at=timezone.now())
    client = cast.client(cast.central_manager)
    client.post(reverse("incidents:inquiry_widen", args=[inquiry.pk]), {"departments": [cast.other_section.pk]})
    assert inquiry.places.count() == 2
    assert client.post(reverse("incidents:inquiry_postpone", args=[inquiry.pk]), day("due_on", inquiry.due_on)).status_code == 422
    client.post(reverse("incidents:inquiry_postpone", args=[inquiry.pk]), day("due_on", inquiry.due_on + timedelta(days=3)))
    close = reverse("incidents:inquiry_close", args=[inquiry.pk])
    assert "まだ回答のない課が2あります" in client.get(close).content.decode()
    assert client.post(close, {"conclusion": ""}).status_code == 422
    assert "全庁で止める" in client.post(close, {"conclusion": "全庁で止める"}, follow=True).content.decode()
    assert "未回答" in text_of(take(client, "incidents.inquiry_places", of=inquiry.pk))
    assert "全庁で止める" in cast.client(cast.section_officer).get(inquiry.get_absolute_url()).content.decode()


def test_lists_and_pages_ask_the_same_number_of_questions_with_few_and_many(cast):
    now = timezone.now()
    inquiry = ask(cast, at=now)
    client = cast.client(cast.central_manager)

    def asked(url) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    few = asked(reverse("incidents:inquiries")), asked(inquiry.get_absolute_url())
    inquiry.widen(Department.objects.filter(code__in=["bunsho-hosei", "gyosei-keiei", "shokuin"]), by=cast.central_manager, at=now)
    for _ in range(4):
        ask(cast, at=now, title="別の件")
    assert (asked(reverse("incidents:inquiries")), asked(inquiry.get_absolute_url())) == few
    found = client.get(reverse("incidents:inquiries"), {"q": "別の件", "status": "open"})
    assert found.context["page_obj"].paginator.count == 4
