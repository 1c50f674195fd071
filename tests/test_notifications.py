"""Notices: told with the act or not at all, to everyone but the actor, once; mail may fail, a notice is never lost."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.notifications import checks, notices
from musashimurayama_isms.notifications.mail import last_digest_hour, send_digests, send_urgent
from musashimurayama_isms.notifications.models import MOST_ATTEMPTS, Notification, unread_count
from musashimurayama_isms.notifications.notices import Message, notice, notify
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.verbs import register_verbs

register_verbs({"tests.matter.raised": "試験の事案", "tests.matter.quiet": "静かな事案", "tests.matter.silent": "だれにも知らせない事案"})
NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)  # 12:00 in the city, a Sunday
MORNING = NOON + timedelta(hours=21)  # 9:00 on the next day
SENT, WAITING, FAILED, NONE, CLAIMED = "sent", "waiting", "failed", "none", "claimed"

pytestmark = pytest.mark.django_db


def person(name: str, **fields) -> User:
    return User.objects.create_user(f"notice-{name}", name=f"通知 {name}", email=f"{name}@example.lg.jp", **fields)


@pytest.fixture
def hanako(db) -> User:
    return person("hanako")


@pytest.fixture
def taro(db) -> User:
    return person("taro")


@pytest.fixture
def audience(monkeypatch):
    """A registry of its own; `audience(verb, function, urgent=)` registers in it."""
    monkeypatch.setattr(notices, "registry", {})
    monkeypatch.setattr(checks, "registry", notices.registry)
    return lambda verb, function, urgent=False: notice(verb, urgent=urgent)(function)


class Failing(EmailBackend):
    """A mail server that is away while `down` is true."""

    down = True

    def send_messages(self, messages):
        if Failing.down:
            raise ConnectionRefusedError("no mail today")
        return super().send_messages(messages)


@pytest.fixture
def mail_on(settings, monkeypatch):
    settings.MAIL_ENABLED = True
    settings.PORTAL_URL = "https://portal.example.lg.jp"
    monkeypatch.setattr(Failing, "down", True)
    return settings


def act(by, verb="tests.matter.raised", subject=None, at=NOON):
    with transaction.atomic():
        return record(by, verb, subject, at=at)


def told(user) -> list[str]:
    return list(Notification.objects.visible_to(user).order_by("pk").values_list("title", flat=True))


def states() -> list[str]:
    return list(Notification.objects.order_by("pk").values_list("mail_state", flat=True))


# -- from the trail --------------------------------------------------------------------------------------------------


def test_an_act_tells_its_audience_with_the_link_and_the_subject(audience, hanako, taro):
    audience(
        "tests.matter.raised", lambda entry, subject: [Message(to=[taro], title="事案が届きました", body="確認してください。", url="/x/")]
    )
    act(hanako, subject=hanako)
    (row,) = Notification.objects.all()
    assert (row.recipient, row.title, row.body, row.url) == (taro, "事案が届きました", "確認してください。", "/x/")
    assert (row.subject, row.verb, row.created_at, row.urgent) == (hanako, "tests.matter.raised", NOON, False)


def test_the_actor_is_left_out(audience, hanako, taro):
    audience("tests.matter.raised", lambda entry, subject: [Message(to=User.objects.all(), title="事案")])
    act(hanako)
    assert (told(hanako), told(taro)) == ([], ["事案"])


def test_an_act_of_the_portal_itself_leaves_nobody_out(audience, hanako):
    audience("tests.matter.raised", lambda entry, subject: [Message(to=hanako, title="事案")])
    act(None)
    assert told(hanako) == ["事案"]


def test_one_person_named_twice_is_told_once_and_urgently_if_one_of_the_reasons_is(audience, hanako, taro):
    audience("tests.matter.raised", lambda entry, subject: [Message(to=[taro, taro], title="一"), Message(to=taro, title="二")])
    audience("tests.matter.raised", lambda entry, subject: [Message(to=taro, title="三")], urgent=True)
    act(hanako)
    assert told(taro) == ["一"]
    assert Notification.objects.get().urgent


def test_an_audience_may_be_empty_or_nothing_at_all(audience, hanako):
    audience("tests.matter.raised", lambda entry, subject: None)
    audience("tests.matter.raised", lambda entry, subject: [Message(to=[None], title="事案")])
    act(hanako)
    assert not Notification.objects.exists()


def test_persons_who_have_left_are_not_told(audience, hanako):
    gone = person("gone", is_active=False)
    audience("tests.matter.raised", lambda entry, subject: [Message(to=[gone], title="事案")])
    act(hanako)
    assert told(gone) == []


def test_an_act_rolled_back_tells_nobody(audience, hanako, taro):
    audience("tests.matter.raised", lambda entry, subject: [Message(to=taro, title="事案")])
    with transaction.atomic():
        record(hanako, "tests.matter.raised", None)
        assert told(taro) == ["事案"]
        transaction.set_rollback(True)
    assert told(taro) == []


def test_a_notice_that_fails_undoes_the_act(audience, hanako):
    def broken(entry, subject):
        raise ZeroDivisionError

    audience("tests.matter.raised", broken)
    with pytest.raises(ZeroDivisionError):
        act(hanako)
    assert not Notification.objects.exists()


def test_another_act_tells_nobody(audience, hanako, taro):
    audience("tests.matter.raised", lambda entry, subject: [Message(to=taro, title="事案")])
    act(hanako, verb="tests.matter.silent")
    assert told(taro) == []


def test_a_notice_on_an_unregistered_word_is_a_system_check_error(audience):
    audience("tests.matter.raised", lambda entry, subject: None)
    assert checks.notices_hang_on_registered_verbs() == []
    audience("tests.matter.misspelt", lambda entry, subject: None)
    (error,) = checks.notices_hang_on_registered_verbs()
    assert error.id == "notifications.E001"
    assert "tests.matter.misspelt" in error.msg


def test_every_notice_of_the_portal_hangs_on_a_registered_word():
    assert checks.notices_hang_on_registered_verbs() == []


def test_a_large_audience_costs_no_more_queries(audience, hanako, django_assert_num_queries):
    crowd = [person(f"crowd{n}") for n in range(30)]
    small = audience("tests.matter.quiet", lambda entry, subject: [Message(to=crowd[:1], title="事案")])
    assert small
    audience("tests.matter.raised", lambda entry, subject: [Message(to=crowd, title="事案")])
    with CaptureQueriesContext(connection) as few:
        act(hanako, verb="tests.matter.quiet")
    with django_assert_num_queries(len(few)):
        act(hanako)
    assert Notification.objects.count() == 31


# -- reminders -------------------------------------------------------------------------------------------------------


def test_the_same_key_reaches_the_same_person_once(hanako, taro):
    for _ in range(2):
        notify(to=[hanako, hanako], title="期限です", key="duty:1")
    notify(to=[hanako, taro], title="期限です", key="duty:1")
    notify(to=hanako, title="期限です", key="duty:2")
    assert (len(told(hanako)), len(told(taro))) == (2, 1)


def test_without_a_key_each_reminder_is_its_own(hanako):
    notify(to=hanako, title="期限です", subject=hanako, url="/x/")
    notify(to=hanako, title="期限です")
    assert len(told(hanako)) == 2


def test_a_long_title_is_cut_rather_than_lost(hanako):
    notify(to=hanako, title="長" * 300)
    assert told(hanako) == ["長" * 200]


# -- mail ------------------------------------------------------------------------------------------------------------


def test_without_mail_the_inbox_alone_suffices(hanako, settings):
    settings.MAIL_ENABLED = False
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    notify(to=hanako, title="通常", at=NOON)
    assert (send_urgent(at=MORNING), send_digests(at=MORNING)) == (0, 0)
    assert (states(), outbox.outbox) == ([NONE, NONE], [])


def test_a_person_without_address_has_the_inbox_only(mail_on):
    notify(to=User.objects.create_user("notice-none", name="無"), title="至急", urgent=True, at=NOON)
    assert send_urgent(at=NOON) == 0
    assert states() == [NONE]


def test_urgent_notices_leave_one_by_one_and_at_any_hour(mail_on, hanako, taro):
    night = NOON + timedelta(hours=12)
    notify(to=[hanako, taro], title="至急の事案", body="花子さんの件", url="/incidents/1/", urgent=True, at=night)
    assert send_urgent(at=night) == 2
    mail = outbox.outbox[0]
    assert (mail.subject, mail.to) == ("【ISMS】至急の事案", ["hanako@example.lg.jp"])
    assert "https://portal.example.lg.jp/incidents/1/" in mail.body
    assert "花子さん" not in mail.body
    assert states() == [SENT, SENT]
    assert send_urgent(at=night) == 0


def test_the_rest_waits_for_one_digest_each_morning(mail_on, hanako, taro):
    for number in range(20):
        notify(to=hanako, title=f"お知らせ{number}", url=f"/x/{number}/", at=NOON)
    notify(to=taro, title="ひとつだけ", at=NOON)
    assert send_urgent(at=NOON) == 0
    assert send_digests(at=NOON + timedelta(hours=1)) == 0
    assert send_digests(at=MORNING) == 2
    assert [mail.subject for mail in outbox.outbox] == ["【ISMS】お知らせ 20件", "【ISMS】ひとつだけ"]
    assert all(f"/x/{number}/" in outbox.outbox[0].body for number in range(20))
    notify(to=hanako, title="後から", at=MORNING)
    assert send_digests(at=MORNING + timedelta(minutes=10)) == 0
    assert send_digests(at=MORNING + timedelta(days=3)) == 1


@given(st.datetimes(min_value=datetime(2000, 1, 2), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(0, 23))
def test_the_last_digest_hour_is_the_chosen_one_in_the_city_and_less_than_a_day_ago(at, chosen):
    hour = last_digest_hour(at, hour=chosen)
    assert (hour.astimezone(UTC).hour, hour.astimezone(UTC).minute) == ((chosen - 9) % 24, 0)
    assert timedelta(0) <= at - hour < timedelta(days=1)


def test_a_line_break_in_a_title_cannot_forge_a_header(mail_on, hanako):
    notify(to=hanako, title="件名\r\nBcc: someone@example.com", urgent=True, at=NOON)
    assert send_urgent(at=NOON) == 1
    assert outbox.outbox[0].subject == "【ISMS】件名 Bcc: someone@example.com"


def test_a_mail_server_that_is_away_loses_nothing(mail_on, hanako):
    mail_on.EMAIL_BACKEND = f"{__name__}.Failing"
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    assert send_urgent(at=NOON) == 0
    assert states() == [WAITING]
    assert send_urgent(at=NOON + timedelta(seconds=30)) == 0
    assert Notification.objects.get().attempts == 1
    Failing.down = False
    assert send_urgent(at=NOON + timedelta(minutes=2)) == 1
    assert states() == [SENT]
    assert len(outbox.outbox) == 1


def test_after_five_attempts_with_longer_and_longer_pauses_the_mail_is_given_up_but_not_the_notice(mail_on, hanako):
    mail_on.EMAIL_BACKEND = f"{__name__}.Failing"
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    tried = []
    for minute in range(0, 24 * 60, 1):
        before = Notification.objects.get().attempts
        send_urgent(at=NOON + timedelta(minutes=minute))
        if Notification.objects.get().attempts > before:
            tried.append(minute)
        if states() == [FAILED]:
            break
    assert len(tried) == MOST_ATTEMPTS
    pauses = [later - earlier for earlier, later in zip(tried, tried[1:], strict=False)]
    assert pauses == sorted(pauses)
    assert told(hanako) == ["至急"]


def test_a_digest_that_failed_is_tried_again_on_the_same_day(mail_on, hanako):
    mail_on.EMAIL_BACKEND = f"{__name__}.Failing"
    for title in ("一", "二"):
        notify(to=hanako, title=title, at=NOON)
    assert send_digests(at=MORNING) == 0
    Failing.down = False
    assert send_digests(at=MORNING + timedelta(minutes=10)) == 1
    assert (states(), len(outbox.outbox)) == ([SENT, SENT], 1)


def test_the_claim_of_a_dead_worker_is_taken_over_after_ten_minutes(mail_on, hanako):
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    assert len(Notification.objects.all().claim(at=NOON)) == 1
    assert len(Notification.objects.all().claim(at=NOON)) == 0
    assert send_urgent(at=NOON + timedelta(minutes=9)) == 0
    assert send_urgent(at=NOON + timedelta(minutes=11)) == 1


def test_a_worker_that_dies_at_the_last_attempt_leaves_a_failed_mail_and_the_notice(mail_on, hanako):
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    Notification.objects.update(mail_state=CLAIMED, claimed_at=NOON, attempts=MOST_ATTEMPTS)
    assert send_urgent(at=NOON + timedelta(minutes=11)) == 0
    assert (states(), told(hanako)) == ([FAILED], ["至急"])


def test_a_person_who_left_in_the_meantime_gets_no_mail(mail_on, hanako):
    notify(to=hanako, title="至急", urgent=True, at=NOON)
    User.objects.filter(pk=hanako.pk).update(is_active=False)
    assert send_urgent(at=NOON) == 0


def test_an_urgent_act_wakes_the_worker_after_commit(mail_on, hanako, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr("musashimurayama_isms.notifications.tasks.send_urgent.delay", lambda: woken.append(True))
    with django_capture_on_commit_callbacks(execute=True):
        notify(to=hanako, title="通常", at=NOON)
    assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        notify(to=hanako, title="至急", urgent=True, at=NOON)
        assert woken == []
    assert woken == [True]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_stops_neither_the_act_nor_the_mail(mail_on, audience, hanako, taro, monkeypatch, caplog):
    def away():
        raise ConnectionError("no broker")

    monkeypatch.setattr("musashimurayama_isms.notifications.tasks.send_urgent.delay", away)
    audience("tests.matter.raised", lambda entry, subject: [Message(to=taro, title="事案")], urgent=True)
    act(hanako)
    assert "no broker" in caplog.text
    assert send_urgent(at=NOON) == 1


@time_machine.travel("2026-11-25 01:00Z")  # 10:00 in the city, outside the quiet hours
def test_the_tasks_do_what_the_functions_do(mail_on, hanako):
    from musashimurayama_isms.notifications import tasks

    notify(to=hanako, title="至急", urgent=True)
    notify(to=hanako, title="通常", at=NOON - timedelta(days=365))
    assert (tasks.send_urgent.name, tasks.send_digests.name) == ("notifications.send_urgent", "notifications.send_digests")
    assert (tasks.send_urgent(), tasks.send_digests()) == (1, 1)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_workers_at_once_mail_each_notice_once(mail_on):
    staff = [person(f"w{n}") for n in range(40)]
    for member in staff:
        notify(to=member, title="通常", at=NOON)
        notify(to=member, title="通常二", at=NOON)
    start, sent = threading.Barrier(6), []

    def work() -> None:
        try:
            start.wait()
            sent.append(send_digests(at=MORNING))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 40
    assert sorted(mail.to[0] for mail in outbox.outbox) == sorted(member.email for member in staff)


# -- the pages -------------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(client, hanako):
    client.force_login(hanako)
    return client


def test_the_inbox_asks_for_a_login(client):
    assert client.get("/inbox/notices/").status_code == 302


def test_the_inbox_shows_mine_alone_newest_first_and_marks_the_urgent_with_a_word(desk, hanako, taro):
    notify(to=hanako, title="古いお知らせ", at=NOON)
    notify(to=hanako, title="新しいお知らせ", urgent=True, at=MORNING)
    notify(to=taro, title="他の人へのお知らせ", at=NOON)
    text = desk.get("/inbox/notices/").content.decode()
    assert text.index("新しいお知らせ") < text.index("古いお知らせ")
    assert "至急" in text
    assert "令和8年11月23日(月) 09:00" in text
    assert "他の人へのお知らせ" not in text


def test_fifty_stand_on_a_page_and_the_queries_do_not_grow(desk, hanako, django_assert_num_queries):
    notify(to=hanako, title="お知らせ", at=NOON)
    desk.get("/inbox/notices/")
    with CaptureQueriesContext(connection) as few:
        desk.get("/inbox/notices/")
    for number in range(60):
        notify(to=hanako, title=f"お知らせ{number}", at=NOON)
    with django_assert_num_queries(len(few)):
        response = desk.get("/inbox/notices/")
    assert len(response.context["page_obj"].object_list) == 50
    assert response.context["unread"] == 61


def test_read_and_unread_are_told_apart_in_the_address(desk, hanako):
    notify(to=hanako, title="読んだもの", at=NOON)
    Notification.objects.all().mark_read(at=NOON)
    notify(to=hanako, title="まだのもの", at=NOON)
    assert [row.title for row in desk.get("/inbox/notices/?state=unread").context["page_obj"]] == ["まだのもの"]
    assert [row.title for row in desk.get("/inbox/notices/?state=read").context["page_obj"]] == ["読んだもの"]
    assert len(desk.get("/inbox/notices/?state=nonsense").context["page_obj"].object_list) == 2


def test_opening_marks_read_and_leads_to_the_matter(desk, hanako):
    notify(to=hanako, title="事案", url="/incidents/7/?tab=1", at=NOON)
    row = Notification.objects.get()
    response = desk.post(f"/inbox/notices/{row.pk}/open/")
    assert (response.status_code, response.url) == (302, "/incidents/7/?tab=1")
    row.refresh_from_db()
    first = row.read_at
    desk.post(f"/inbox/notices/{row.pk}/open/")
    row.refresh_from_db()
    assert row.is_read
    assert row.read_at == first


@pytest.mark.parametrize("url", ["", "https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_a_link_out_of_the_portal_is_not_followed(url, desk, hanako):
    notify(to=hanako, title="事案", url=url, at=NOON)
    assert desk.post(f"/inbox/notices/{Notification.objects.get().pk}/open/").url == "/inbox/notices/"


def test_a_strangers_notice_is_not_there(desk, taro, hanako):
    notify(to=taro, title="事案", at=NOON)
    row = Notification.objects.get()
    assert desk.post(f"/inbox/notices/{row.pk}/open/").status_code == 404
    with pytest.raises(PermissionDenied):
        row.open(by=hanako, at=NOON)
    assert unread_count(taro) == 1


def test_looking_changes_nothing(desk, hanako):
    notify(to=hanako, title="事案", at=NOON)
    row = Notification.objects.get()
    assert desk.get(f"/inbox/notices/{row.pk}/open/").status_code == 405
    assert desk.get("/inbox/notices/read/").status_code == 405
    desk.get("/inbox/notices/")
    assert unread_count(hanako) == 1


def test_all_are_marked_read_at_once_and_only_mine(desk, hanako, taro):
    notify(to=[hanako, taro], title="事案", at=NOON)
    response = desk.post("/inbox/notices/read/", follow=True)
    assert "1件を既読にしました" in response.content.decode()
    assert (unread_count(hanako), unread_count(taro)) == (0, 1)


def test_the_badge_is_one_count(hanako, django_assert_num_queries):
    notify(to=hanako, title="事案", at=NOON)
    with django_assert_num_queries(1):
        assert unread_count(hanako) == 1


def test_what_others_wrote_is_shown_as_text(desk, hanako):
    notify(to=hanako, title="<script>alert(1)</script>", body="<b>太字</b>", at=NOON)
    text = desk.get("/inbox/notices/").content.decode()
    assert "<script>alert(1)</script>" not in text
    assert "<b>太字</b>" not in text
