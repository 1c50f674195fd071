"""注意喚起: who may tell the staff, whom it reaches, who has read it, and how it is put right (3.10.4.1.3, 3.10.6)."""

import contextlib
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.alert_figures import security_information
from incidents.bulletins.page import BulletinPage, Progress
from incidents.bulletins.reminders import remind_unread
from incidents.models import Bulletin, BulletinRead
from musashimurayama_isms.accounts.models import Role, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS
from .factory import make_absence, make_appointment, make_department, make_deputyship, make_post, make_user
from .taken import take, text_of

MORNING = timezone.make_aware(datetime(2026, 11, 24, 9, 0))
TODAY = day_of(MORNING)


def issue(cast, *, by=None, at=MORNING, **fields) -> Bulletin:
    facts = {"title": "不審なメール", "text": "添付を開かないでください。", "expires_on": day_of(at) + timedelta(days=30)}
    return Bulletin.issue(**facts | fields, by=by or cast.central_manager, at=at)


def asked(cast, bulletin, *, at=MORNING) -> set[str]:
    """The persons of the cast whom it asks, by name of attribute."""
    return {name for name in PERSONS if bulletin.asks(getattr(cast, name), at=at)}


# -- who tells whom ----------------------------------------------------------------------------------------------------


def test_only_the_two_managers_and_who_stands_in_for_them_tell_the_staff(cast):
    for name in PERSONS:
        if name in ("central_manager", "general_manager"):
            assert issue(cast, by=getattr(cast, name)).issued_by == getattr(cast, name)
        else:
            with pytest.raises(PermissionDenied):
                issue(cast, by=getattr(cast, name))
    make_absence(cast.central_manager, starts_at=MORNING)
    make_deputyship("gyosei-keiei.head", cast.secretary)
    assert issue(cast, by=cast.secretary).issued_as == "中央電子計算組織管理者（行政 経営代理）"


def test_numbers_run_through_the_fiscal_year_without_a_gap(cast):
    assert [issue(cast).number for _ in range(2)] == ["注R8-001", "注R8-002"]
    assert issue(cast, at=timezone.make_aware(datetime(2027, 4, 1, 9, 0))).number == "注R9-001"


def test_a_word_to_all_reaches_everybody_with_a_post_and_nobody_else(cast):
    outside = make_user("outside", kind=User.Kind.OUTSIDE)
    make_appointment(outside, make_post(cast.section))
    make_user("without-post")
    bulletin = issue(cast)
    assert asked(cast, bulletin) == set(PERSONS) - {"central_manager"}  # who writes it has read it
    assert set(bulletin.people(on=TODAY)) == set(cast.everyone())


def test_a_word_to_a_division_reaches_its_sections_and_one_to_a_role_its_holders(cast):
    division = issue(cast, audience="sections", departments=[cast.division])
    assert asked(cast, division) == {"clerk", "colleague", "section_officer", "division_officer", "promoter"}
    role = issue(cast, audience="roles", roles=Role.objects.filter(code="PROMOTER"))
    assert asked(cast, role) == {"promoter"}
    with pytest.raises(ValidationError):
        issue(cast, audience="sections")
    with pytest.raises(ValidationError):
        issue(cast, audience="roles")


def test_after_a_reorganisation_it_reaches_the_successor(cast):
    heir = make_department("市民窓口課", parent=cast.division, since=TODAY)
    bulletin = issue(cast, at=MORNING - timedelta(days=3), audience="sections", departments=[cast.section])
    cast.section.until, cast.section.successor = TODAY - timedelta(days=1), heir
    cast.section.save()
    mover = make_user("mover")
    make_appointment(mover, make_post(heir), since=TODAY)
    assert bulletin.asks(mover, at=MORNING)
    assert mover in bulletin.people(on=TODAY)


def test_who_is_asked_is_the_same_from_both_sides(cast):
    rows = [
        issue(cast),
        issue(cast, audience="sections", departments=[cast.division]),
        issue(cast, audience="sections", departments=[cast.other_section]),
        issue(cast, audience="roles", roles=Role.objects.filter(code__in=["SECTION_OFFICER", "CISO"])),
    ]
    for row in rows:
        people = set(row.people(on=TODAY))
        assert {user for user in cast.everyone() if Bulletin.objects.asked_of(user, at=MORNING).filter(pk=row.pk).exists()} == people


def test_strangers_do_not_see_it_readers_keep_it_and_overseers_see_all(cast):
    bulletin = issue(cast, audience="roles", roles=Role.objects.filter(code="SECTION_OFFICER"))
    seen = {name for name in PERSONS if Bulletin.objects.visible_to(getattr(cast, name), at=MORNING).exists()}
    officers = {name for name in PERSONS if Bulletin.objects.asked_of(getattr(cast, name), at=MORNING).exists()}
    assert {"section_officer", "outsider_officer"} <= officers
    assert seen == officers | {"central_manager", "general_manager", "ciso"}
    bulletin.read(by=cast.section_officer, at=MORNING)
    cast.section_officer.appointments.update(until=TODAY)
    tomorrow = MORNING + timedelta(days=1)
    assert not bulletin.asks(cast.section_officer, at=tomorrow)
    assert Bulletin.objects.visible_to(cast.section_officer, at=tomorrow).exists()


# -- notices, desk, reading --------------------------------------------------------------------------------------------


def test_an_urgent_word_passes_the_quiet_hours_and_the_writer_is_left_out(cast):
    issue(cast)
    assert not Notification.objects.filter(urgent=True).exists()
    issue(cast, urgency=1)
    told = Notification.objects.filter(urgent=True)
    assert {row.recipient for row in told} == set(cast.everyone()) - {cast.central_manager}
    assert told.first().title.startswith("【緊急】")


def test_it_stays_on_the_desk_until_it_is_read_or_over(cast):
    bulletin = issue(cast, urgency=1)

    def on_desk(at=MORNING):
        return [item for item in waiting(cast.clerk, at=at) if item.kind == "注意喚起"]

    assert on_desk()[0].is_urgent
    assert not on_desk(MORNING + timedelta(days=31))
    bulletin.read(by=cast.clerk, at=MORNING)
    assert not on_desk()
    with pytest.raises(InvalidTransition):
        bulletin.read(by=cast.clerk, at=MORNING)


def test_who_is_not_asked_cannot_mark_it_read(cast):
    bulletin = issue(cast, audience="sections", departments=[cast.section])
    with pytest.raises(PermissionDenied):
        bulletin.read(by=cast.ciso, at=MORNING)


def test_a_correction_asks_anew_only_where_it_says_so_and_keeps_the_old_text(cast):
    bulletin = issue(cast)
    bulletin.read(by=cast.clerk, at=MORNING)
    facts = {"title": "不審なメール（訂正）", "text": "差出人を加えました。", "expires_on": bulletin.expires_on, "at": MORNING}
    with pytest.raises(ValidationError):
        bulletin.correct(change=" ", by=cast.central_manager, **facts)
    with pytest.raises(PermissionDenied):
        bulletin.correct(change="字句", by=cast.clerk, **facts)
    Notification.objects.all().delete()
    bulletin.correct(change="字句", asks_again=False, by=cast.central_manager, **facts)
    assert not bulletin.asks(cast.clerk, at=MORNING)
    assert bulletin.asks(cast.colleague, at=MORNING)
    assert not Notification.objects.exists()
    bulletin.correct(change="差出人", by=cast.central_manager, **facts)
    assert bulletin.asks(cast.clerk, at=MORNING)
    assert Notification.objects.filter(recipient=cast.clerk).exists()
    assert list(bulletin.versions.values_list("number", "change")) == [(1, ""), (2, "字句"), (3, "差出人")]
    assert bulletin.versions.get(number=1).text == "添付を開かないでください。"


def test_a_withdrawn_word_leaves_the_desks_and_cannot_be_changed_any_more(cast):
    bulletin = issue(cast)
    bulletin.read(by=cast.clerk, at=MORNING)
    Notification.objects.all().delete()
    with pytest.raises(ValidationError):
        bulletin.withdraw(reason="", by=cast.central_manager, at=MORNING)
    bulletin.withdraw(reason="誤りがあったため", by=cast.general_manager, at=MORNING)
    assert not asked(cast, bulletin)
    assert cast.clerk in {row.recipient for row in Notification.objects.all()}
    with pytest.raises(InvalidTransition):
        bulletin.withdraw(reason="もう一度", by=cast.central_manager, at=MORNING)
    with pytest.raises(InvalidTransition):
        bulletin.read(by=cast.colleague, at=MORNING)


def test_files_of_earlier_versions_stand_as_long_as_each_version_keeps_them(cast):
    bulletin = issue(cast)
    facts = {"title": "件名", "text": "本文", "expires_on": bulletin.expires_on, "by": cast.central_manager, "at": MORNING}
    attach(bulletin.newest, SimpleUploadedFile("一.txt", "一".encode()), by=cast.central_manager)
    bulletin.correct(change="加えた", **facts)
    attach(bulletin.newest, SimpleUploadedFile("二.txt", "二".encode()), by=cast.central_manager)
    names = [file.name for file in BulletinPage(bulletin, cast.clerk, MORNING).files]
    assert names == ["一.txt", "二.txt"]
    bulletin.correct(change="除いた", keeps_files=False, **facts)
    assert BulletinPage(bulletin, cast.clerk, MORNING).files == []


# -- progress and reminders --------------------------------------------------------------------------------------------


def test_chiefs_read_totals_and_only_the_own_chief_and_the_managers_read_names(cast):
    bulletin = issue(cast)
    own = Progress(bulletin, cast.section_officer, at=MORNING)
    assert [section.department for section in own.sections] == [cast.section]
    assert [section.department for section in own.named()] == [cast.section]
    above = Progress(bulletin, cast.division_officer, at=MORNING)
    assert cast.section in [section.department for section in above.sections]
    assert cast.section not in [section.department for section in above.named()]
    assert len(Progress(bulletin, cast.central_manager, at=MORNING).named()) > 3
    assert not Progress(bulletin, cast.clerk, at=MORNING)
    assert own.total == own.left == 4


def test_who_has_read_is_not_told_to_the_staff(cast):
    bulletin = issue(cast)
    bulletin.read(by=cast.clerk, at=MORNING)
    page = cast.client(cast.colleague).get(bulletin.get_absolute_url()).content.decode()
    assert "市民 花子" not in page
    assert Entry.objects.filter(verb="incidents.bulletin.read").count() == 1


def test_who_has_not_read_is_reminded_once_and_the_chief_hears_a_number(cast):
    bulletin = issue(cast)
    bulletin.read(by=cast.clerk, at=MORNING)
    Notification.objects.all().delete()
    assert remind_unread(at=MORNING + timedelta(days=1)) == 0
    for days in (7, 8):  # a run that was missed is made up for, none is doubled
        assert remind_unread(at=MORNING + timedelta(days=days)) == 1
    words = Notification.objects.filter(recipient=cast.colleague)
    assert [row.title for row in words] == ["まだ読んでいない注意喚起があります：不審なメール"]
    assert not Notification.objects.filter(recipient=cast.clerk).exists()
    assert Notification.objects.filter(recipient=cast.section_officer, title__contains="3人").exists()
    assert not Notification.objects.filter(title__contains="市民 次郎").exists()


def test_a_bulletin_whose_words_are_written_is_not_gone_through_again_but_newcomers_are_reminded(cast):
    issue(cast)
    week = MORNING + timedelta(days=7)
    remind_unread(at=week)
    with CaptureQueriesContext(connection) as again:
        remind_unread(at=week + timedelta(hours=1))
    assert not [query for query in again if query["sql"].startswith("INSERT")]
    newcomer = make_user("newcomer")
    make_appointment(newcomer, make_post(cast.section, "係員"), since=day_of(week))
    remind_unread(at=week + timedelta(hours=2))
    assert Notification.objects.filter(recipient=newcomer, title__contains="まだ読んでいない").count() == 1


def test_the_obligations_of_security_information_are_counted_by_clause(cast):
    issue(cast)
    issue(cast, kind="threat", origin="city")
    figures = security_information(at=MORNING)
    assert figures.by_clause["3.10.4.1.3"].total == figures.by_clause["3.10.6.3"].total == figures.by_clause["3.7.3.2"].total == 1
    assert (figures.open, figures.total, figures.late) == (2, 2, 0)


# -- whatever people do ------------------------------------------------------------------------------------------------

ACTS = st.lists(st.tuples(st.sampled_from(sorted(PERSONS)), st.sampled_from(["read", "correct", "mend", "withdraw"])), max_size=10)


def test_no_order_of_acts_breaks_a_bulletin(cast):
    @settings(max_examples=8, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            bulletin = issue(cast)
            for minute, (name, what) in enumerate(acts, start=1):
                _act(bulletin, getattr(cast, name), what, MORNING + timedelta(minutes=minute))
                _check(cast, bulletin)
            transaction.set_rollback(True)

    walk()


def _act(bulletin, person, what, at):
    facts = {"title": "件名", "text": str(at), "change": "改めた", "expires_on": TODAY, "by": person, "at": at}
    doors = {
        "read": lambda: bulletin.read(by=person, at=at),
        "correct": lambda: bulletin.correct(**facts),
        "mend": lambda: bulletin.correct(**facts, asks_again=False),
        "withdraw": lambda: bulletin.withdraw(reason="理由", by=person, at=at),
    }
    with contextlib.suppress(InvalidTransition, PermissionDenied):
        doors[what]()


def _check(cast, bulletin):
    """No version is lost, no reader is lost, and who has read what counts is asked no more."""
    bulletin.refresh_from_db()
    assert list(bulletin.versions.values_list("number", flat=True)) == list(range(1, bulletin.current + 1))
    assert 1 <= bulletin.asked_since <= bulletin.current
    readers = set(BulletinRead.objects.filter(bulletin=bulletin, version__gte=bulletin.asked_since).values_list("person", flat=True))
    left = {getattr(cast, name).pk for name in asked(cast, bulletin)}
    everybody = {user.pk for user in cast.everyone()}
    assert left == (everybody - readers if bulletin.status == Bulletin.Status.STANDING else set())
    assert Entry.objects.about(bulletin).filter(verb__contains="corrected").count() == bulletin.current - 1


# -- pages -------------------------------------------------------------------------------------------------------------


def day(name: str, value) -> dict:
    return {f"{name}_{part}": str(getattr(value, part)) for part in ("year", "month", "day")}


def boxes(**fields) -> dict:
    """What the page sends when nothing but title and text was typed."""
    until = timezone.localdate() + timedelta(days=30)
    return {
        "title": "件名",
        "text": "本文",
        "urgency": "3",
        "kind": "malware",
        "audience": "all",
        "origin": "nation",
        **day("expires_on", until),
    } | fields


def test_a_word_to_all_is_two_clicks_from_the_desk(cast):
    client = cast.client(cast.central_manager)
    url = reverse("incidents:bulletin_new")
    assert url in client.get("/").content.decode()
    assert "全職員15人" in client.get(url).content.decode()
    answer = client.post(url, boxes(uploads=SimpleUploadedFile("資料.txt", "見出し".encode())), follow=True)
    assert "注R8-001 を出しました" in answer.content.decode()
    assert "資料.txt" in answer.content.decode()
    assert url not in cast.client(cast.clerk).get("/").content.decode()


def test_a_word_without_its_audience_or_with_a_bad_file_is_refused_with_what_was_typed(cast):
    client, url = cast.client(cast.central_manager), reverse("incidents:bulletin_new")
    answer = client.post(url, boxes(text="打った本文", audience="sections"))
    page = answer.content.decode()
    assert (answer.status_code, "打った本文" in page, "届ける部・課を一つ以上選んでください" in page) == (422, True, True)
    assert '<details class="disclosure" open>' in page
    bad = SimpleUploadedFile("写真.png", b"<html></html>", content_type="image/png")
    assert client.post(url, boxes(uploads=bad)).status_code == 422
    assert client.post(url, boxes(**day("expires_on", TODAY - timedelta(days=900)))).status_code == 422
    assert not Bulletin.objects.exists()


def test_reading_leads_to_the_next_one(cast):
    now = timezone.now()
    first, second = issue(cast, at=now), issue(cast, at=now)
    client = cast.client(cast.clerk)
    assert "読みました" in client.get(first.get_absolute_url()).content.decode()
    assert client.post(reverse("incidents:bulletin_read", args=[first.pk])).url == second.get_absolute_url()
    assert client.post(reverse("incidents:bulletin_read", args=[second.pk])).url == second.get_absolute_url()
    again = client.post(reverse("incidents:bulletin_read", args=[second.pk]), follow=True)
    assert "すでに読んだ印が付いている" in again.content.decode()


def test_correcting_and_withdrawing_by_the_pages(cast):
    bulletin = issue(cast, at=timezone.now())
    client = cast.client(cast.central_manager)
    url = reverse("incidents:bulletin_correct", args=[bulletin.pk])
    content = {
        "title": "新しい件名",
        "text": "新しい本文",
        "asks_again": "on",
        "keeps_files": "on",
        **day("expires_on", bulletin.expires_on),
    }
    assert client.post(url, content).status_code == 422
    page = client.post(url, content | {"change": "件名"}, follow=True).content.decode()
    assert "新しい件名" in page
    assert "第1版" in page
    client.post(reverse("incidents:bulletin_withdraw", args=[bulletin.pk]), {"reason": "誤り"})
    assert "この注意喚起は取り下げられました" in cast.client(cast.clerk).get(bulletin.get_absolute_url()).content.decode()


def test_the_table_of_readers_holds_only_the_names_that_the_person_may_read(cast):
    bulletin = issue(cast, at=timezone.now())
    text = text_of(take(cast.client(cast.section_officer), "incidents.bulletin_readers", of=bulletin.pk))
    assert "市民 花子" in text
    assert "文書 法子" not in text
    assert Entry.objects.get(verb="exports.table.taken").changes["count"] == 4


def test_the_list_is_narrowed_by_the_address_and_asks_the_same_number_of_questions(cast):

    now = timezone.now()
    issue(cast, at=now)
    client = cast.client(cast.clerk)
    url = reverse("incidents:bulletins")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(6):
        issue(cast, at=now, urgency=1, title="緊急の件", audience="sections", departments=[cast.section])
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) == len(few)
    found = client.get(url, {"q": "緊急の件", "urgency": "1", "state": "standing"}).context["page_obj"]
    assert found.paginator.count == 6
    assert client.get(url, {"state": "withdrawn"}).context["page_obj"].paginator.count == 0
