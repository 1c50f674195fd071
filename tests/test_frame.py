"""The frame around every page: who is in front of it, what may be opened, what waits."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from musashimurayama_isms.dashboard import desk
from musashimurayama_isms.dashboard.desk import Item
from musashimurayama_isms.dashboard.help_pages import PAGES
from musashimurayama_isms.dashboard.rooms import ADMINISTRATION, ROOMS, Room, Visitor, doors
from musashimurayama_isms.dashboard.templatetags.portal import rest_until
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.notices import notify

from .factory import make_absence, make_user

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=TOKYO)


def page_of(client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_every_page_carries_the_red_button_the_search_and_the_log_out_as_a_post(cast):
    page = page_of(cast.client(cast.clerk))
    assert "インシデントを報告する" in page
    assert 'action="/search/"' in page
    assert '<form class="bar__log-out" action="/logout/" method="post">' in page
    assert page.count("<h1>") == 1


def test_the_person_sees_own_name_and_post(cast):
    page = page_of(cast.client(cast.section_officer))
    assert cast.section_officer.name in page
    assert "市民部市民課" in page


def test_a_deputy_sees_in_whose_place_while_the_other_is_away_and_no_longer(cast):
    client = cast.client(cast.general_manager)
    make_absence(cast.ciso, starts_at=timezone.now() - timedelta(hours=1))
    assert f"{cast.ciso.name}の代理" in page_of(client)
    cast.ciso.absences.all().delete()
    assert f"{cast.ciso.name}の代理" not in page_of(client)


def test_administration_is_seen_by_administrators_alone_and_others_meet_404(cast):
    assert 'href="/administration/"' in page_of(cast.client(cast.administrator))
    for person in cast.everyone():
        if person != cast.administrator:
            assert cast.client(person).get("/administration/").status_code == 404
            assert cast.client(person).get("/components/").status_code == 404
    assert 'href="/administration/"' not in page_of(cast.client(cast.ciso))


def test_the_current_room_is_marked_once(cast):
    page = page_of(cast.client(cast.administrator), "/administration/")
    menu = page[page.index('id="menu"') : page.index("</nav>", page.index('id="menu"'))]
    assert menu.count("aria-current") == 1
    assert 'href="/administration/" aria-current="true"' in menu


def test_every_room_and_every_desk_of_administration_leads_somewhere(cast):
    client = cast.client(cast.administrator)
    visitor = Visitor(make_user(is_superuser=True))
    for rooms in (ROOMS, ADMINISTRATION):
        found = doors(rooms, visitor, "/")
        not_theirs = {"状況", "控えと復元"} if rooms is ROOMS else set()  # a role's; the second is in the administration room for them
        assert [door.room.label for door in found] == [room.label for room in rooms if room.label not in not_theirs]
        for door in found:
            assert client.get(door.url, follow=True).status_code == 200, door.url


def test_a_room_without_pages_is_left_out_of_the_menu(db):
    visitor = Visitor(make_user())
    assert doors([Room("ない部屋", "nowhere:list")], visitor, "/") == []


def test_the_badge_counts_unread_notices(cast):
    client = cast.client(cast.clerk)
    notify(to=[cast.clerk], title="点検のお願い", body="", url="/", key="a")
    assert '<span class="visually-hidden">未読</span>1<span' in page_of(client)
    assert "点検のお願い" in page_of(client)


def test_the_frame_asks_the_database_a_constant_number_of_times(cast, django_assert_max_num_queries):
    client = cast.client(cast.general_manager)
    page_of(client, "/help/")
    for number in range(20):
        notify(to=[cast.general_manager], title=f"お知らせ{number}", body="", url="/", key=str(number))
    with django_assert_max_num_queries(8):
        page_of(client, "/help/")


def test_a_stranger_and_an_error_cost_the_frame_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/help/").status_code == 200


def test_trial_mode_says_so_on_every_page_and_production_does_not(cast, client, settings):
    inside = cast.client(cast.clerk)
    assert "試用の環境です" in page_of(inside)
    assert "試用の環境です" in page_of(client, "/login/")
    settings.IS_TRIAL = False
    assert "試用の環境です" not in page_of(inside)


def test_no_page_of_the_frame_has_inline_style_or_script(cast):
    cast.administrator.set_password("kawa-no-nagare-2026")
    cast.administrator.save()
    client = cast.client(cast.administrator)
    for address in ("/", "/components/", "/components/?wrong=1", "/administration/", "/help/", "/password/", "/logout/"):
        page = page_of(client, address)
        assert " style=" not in page, address
        assert "<script>" not in page, address
        assert "<style" not in page, address


def test_the_gallery_shows_a_refused_form_with_its_summary(cast):
    page = page_of(cast.client(cast.administrator), "/components/?wrong=1")
    assert "入力内容に誤りがあります" in page
    assert page.count("data-error-summary") == 1


@pytest.mark.parametrize("help_page", PAGES, ids=lambda page: page.slug)
def test_help_can_be_read_before_and_after_log_in(cast, client, help_page):
    for reader in (client, cast.client(cast.clerk)):
        assert f"<h1>{help_page.title}</h1>" in page_of(reader, f"/help/{help_page.slug}/")


def test_a_help_page_that_is_not_there_is_404(client, db):
    assert client.get("/help/../settings/").status_code == 404
    assert client.get("/help/nai/").status_code == 404


def test_the_pulse_is_felt_without_log_in(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz/")
    assert (response.status_code, response.content) == (200, b"ok")


def test_the_desk_puts_urgent_first_and_then_the_longest_waiting(cast, monkeypatch):
    def provider(user, at):
        for hours, urgent in ((1, False), (9, False), (2, True)):
            yield Item(f"件{hours}", "/", at - timedelta(hours=hours), "確認", is_urgent=urgent)

    monkeypatch.setattr(desk, "_waiting", [provider])
    assert [item.title for item in desk.waiting(cast.clerk, at=NOON)] == ["件2", "件9", "件1"]
    page = page_of(cast.client(cast.clerk))
    assert page.index("件2") < page.index("件9") < page.index("件1")


def test_what_is_near_its_term_goes_before_what_has_merely_waited_longer(cast, monkeypatch):
    today = timezone.localdate(NOON)
    rows = {"遠い": today + timedelta(days=4), "近い": today + timedelta(days=3), "超過": NOON - timedelta(days=9), "期限なし": None}

    def provider(user, at):
        for hours, (title, due) in enumerate(rows.items(), start=1):
            yield Item(title, "/", at - timedelta(hours=9 - hours), "確認", due=due)

    monkeypatch.setattr(desk, "_waiting", [provider])
    assert [item.title for item in desk.waiting(cast.clerk, at=NOON)] == ["近い", "超過", "遠い", "期限なし"]


def test_an_empty_desk_says_what_would_stand_there(cast, monkeypatch):
    monkeypatch.setattr(desk, "_waiting", [])
    assert "待っている仕事はありません" in page_of(cast.client(cast.clerk))


@pytest.mark.parametrize(
    ("left", "state", "words"),
    [
        (timedelta(days=12), "far", "あと12日"),
        (timedelta(days=3), "soon", "あと3日"),
        (timedelta(hours=23, minutes=59), "soon", "あと23時間"),
        (timedelta(minutes=40), "soon", "あと40分"),
        (timedelta(seconds=20), "soon", "あと1分"),
        (-timedelta(seconds=20), "late", "1分超過"),
        (-timedelta(minutes=5), "late", "5分超過"),
        (-timedelta(hours=2), "late", "2時間超過"),
        (-timedelta(days=2, hours=5), "late", "2日超過"),
    ],
)
def test_a_term_says_in_words_what_is_left(left, state, words):
    rest = rest_until(NOON + left, NOON)
    assert (rest.state, rest.words) == (state, words)


def test_a_term_without_an_hour_lasts_until_the_end_of_its_day():
    late_evening = NOON.replace(hour=23, minute=59)
    assert rest_until(NOON.date(), late_evening).words == "今日まで"
    assert rest_until(NOON.date(), late_evening + timedelta(minutes=1)).words == "1日超過"


def test_a_done_term_is_never_late():
    html = Template("{% load portal %}{% due_badge due done=due %}").render(Context({"due": NOON - timedelta(days=9)}))
    assert 'data-state="done"' in html
    assert "超過" not in html


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("wareki", "令和8年11月22日"),
        ("wareki_day", "令和8年11月22日(日)"),
        ("wareki_time", "令和8年11月22日(日) 14:05"),
        ("clock", "14:05"),
    ],
)
def test_dates_are_written_as_the_city_writes_them(expression, text):
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=TOKYO)
    template = Template("{% load japanese_dates %}{{ value|" + expression + " }}|{{ nothing|" + expression + " }}")
    assert template.render(Context({"value": moment, "nothing": None})) == f"{text}|"


@time_machine.travel("2026-11-22 16:30Z")
def test_a_moment_belongs_to_the_day_of_the_city_not_of_greenwich():
    template = Template("{% load japanese_dates %}{{ value|wareki_time }}")
    assert template.render(Context({"value": timezone.now()})) == "令和8年11月23日(月) 01:30"


def test_the_words_of_an_h1_are_escaped_once_in_the_title(rf: RequestFactory):
    source = '{% extends "base.html" %}{% block title %}{{ name }}{% endblock %}'
    page = Template(source).render(Context({"name": "<b>&", "portal_name": "ポータル"}))
    assert "<h1>&lt;b&gt;&amp;</h1>" in page
    assert "<title>&lt;b&gt;&amp;｜ポータル</title>" in page
