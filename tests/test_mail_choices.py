"""How each person wants to be told: whatever they choose, every notice is in the inbox, urgent ones leave at once, none is lost."""

from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import TOKYO, is_closing_day
from musashimurayama_isms.notifications.kinds import Kind, Way, kind_of
from musashimurayama_isms.notifications.mail import send_at_once, send_digests, send_urgent
from musashimurayama_isms.notifications.models import MailChoice, Notification, unread_count
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.notifications.quiet import Quiet
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry

from .factory import make_request_type

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=TOKYO)  # a Wednesday; the city hall is closed on 28 and 29
NIGHT = NOON + timedelta(hours=11)
CHOICES = "/inbox/notices/choices/"
HOUR = timedelta(hours=1)


@pytest.fixture
def hanako(db) -> User:
    return User.objects.create_user("hanako", name="通知 花子", email="hanako@example.lg.jp")


@pytest.fixture
def mail_on(settings):
    settings.MAIL_ENABLED = True
    return settings


def choose(person, *, at=NOON, **words) -> MailChoice:
    return MailChoice.choose(by=person, at=at, **{"ways": {}, **words})


def sweep(at) -> int:
    """What the tasks do each minute and each ten minutes."""
    return send_urgent(at=at) + send_at_once(at=at) + send_digests(at=at)


def mailed(title: str) -> int:
    return sum(title in mail.body for mail in outbox.outbox)


# -- whatever is chosen ------------------------------------------------------------------------------------------------

HOURS = st.integers(0, 23)
OWN_HOURS = st.one_of(st.just((None, None)), st.tuples(HOURS, HOURS).filter(lambda pair: pair[0] != pair[1]))
CHOSEN = st.fixed_dictionaries(
    {
        "way_of_requests": st.sampled_from(["", *Way.values]),
        "way_of_others": st.sampled_from(["", *Way.values]),
        "digest_hour": st.none() | HOURS,
        "quiet_hours": st.sampled_from(MailChoice.QuietHours.values),
        "hours": OWN_HOURS,
        "closed": st.booleans(),
    }
)
TOLD = st.lists(st.tuples(st.integers(0, 100), st.booleans(), st.booleans()), min_size=1, max_size=5)  # hour, about a request, urgent
DAYS_FOLLOWED = 9


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(chosen=CHOSEN, told=TOLD)
def test_every_notice_is_in_the_inbox_and_each_wanted_one_is_mailed_exactly_once_in_its_time(mail_on, hanako, chosen, told):
    Notification.objects.all().delete()
    outbox.outbox.clear()
    subject = make_request_type(f"choice-{Entry.objects.count()}")
    since, until = chosen["hours"]
    ways = {"approvals": chosen["way_of_requests"], "other": chosen["way_of_others"]}
    own = {"quiet_from": since, "quiet_until": until, "quiet_closed_days": chosen["closed"]}
    choose(hanako, ways=ways, digest_hour=chosen["digest_hour"], quiet_hours=chosen["quiet_hours"], **own)
    quiet = {"city": Quiet(22, 7), "none": Quiet(), "own": Quiet(since, until, chosen["closed"])}[chosen["quiet_hours"]]
    hour = 8 if chosen["digest_hour"] is None else chosen["digest_hour"]
    expected = {}
    for step in range(24 * DAYS_FOLLOWED):
        at = NOON + step * HOUR
        for number, (when, is_request, urgent) in enumerate(told):
            if when == step:
                title = f"件〈{number}〉"
                notify(to=hanako, title=title, urgent=urgent, subject=subject if is_request else None, at=at)
                expected[title] = (at, urgent, ways["approvals" if is_request else "other"] or "digest")
        if Notification.objects.filter(mail_state="waiting").exists():
            sweep(at)
    assert Notification.objects.visible_to(hanako).count() == len(told) == unread_count(hanako)
    for row in Notification.objects.all():
        at, urgent, way = expected[row.title]
        is_wanted = urgent or way != "inbox"
        assert mailed(row.title) == is_wanted, (row.title, chosen)
        if is_wanted:
            assert row.mailed_at - _first_moment(at, urgent, way, quiet, hour) < HOUR / 2, (row.title, way, quiet, hour)


def _first_moment(written: datetime, urgent: bool, way: str, quiet: Quiet, hour: int) -> datetime:
    """The first hour at which it may be mailed: told from the rules, not from how the sweeps are written."""
    at = written
    while not urgent and (quiet.holds(at) or (way == "digest" and not _digest_between(written, at, hour))):
        at += HOUR
    return at


def _digest_between(written: datetime, at: datetime, hour: int) -> bool:
    """Whether the hour of the digest has come after it was written; the steps are whole hours."""
    steps = range(1, int((at - written) / HOUR) + 1)
    return any((written + step * HOUR).hour == hour for step in steps)


@given(quiet=st.builds(Quiet, HOURS, HOURS, st.booleans()), at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))
@settings(suppress_health_check=list(HealthCheck), deadline=None)
def test_quiet_hours_always_end(quiet, at):
    at = timezone.make_aware(at)
    assert any(not quiet.holds(at + step * HOUR) for step in range(24 * 14))
    if not quiet.on_closed_days or not is_closing_day(at.date()):
        assert quiet.holds(at) == ((at.hour - quiet.since) % 24 < (quiet.until - quiet.since) % 24)


# -- single rules ------------------------------------------------------------------------------------------------------


def test_who_has_chosen_nothing_follows_the_city_also_when_it_changes(mail_on, cast, hanako):
    notify(to=hanako, title="一", at=NOON)
    for code, value in (("notifications.default_way", "at_once"), ("notifications.quiet_from", 0), ("notifications.quiet_until", 0)):
        ParameterChoice.choose(catalogue.get(code), value, basis="試験", seen=0, by=cast.central_manager, at=NOON)
    notify(to=hanako, title="二", at=NIGHT)
    assert send_at_once(at=NIGHT) == 1
    assert (mailed("一"), mailed("二")) == (0, 1)


def test_nothing_but_what_is_urgent_leaves_in_the_quiet_hours_and_the_rest_when_they_are_over(mail_on, hanako):
    choose(hanako, ways={"other": "at_once"}, quiet_hours="own", quiet_from=18, quiet_until=8, quiet_closed_days=True)
    friday_night = NOON + timedelta(days=2, hours=9)
    notify(to=hanako, title="普通", at=friday_night)
    notify(to=hanako, title="至急のもの", urgent=True, at=friday_night)
    assert sweep(friday_night) == 1
    assert mailed("至急のもの") == 1
    monday = NOON + timedelta(days=5)
    for hours in range(1, 58):
        assert sweep(friday_night + hours * HOUR) == 0, hours
    assert sweep(monday.replace(hour=8)) == 1
    assert mailed("普通") == 1


def test_several_that_waited_for_the_morning_are_one_mail(mail_on, hanako):
    choose(hanako, ways={"other": "at_once"})
    for title in ("一", "二", "三"):
        notify(to=hanako, title=title, at=NIGHT)
    assert send_at_once(at=NIGHT) == 0
    assert send_at_once(at=NIGHT + 9 * HOUR) == 1
    assert "お知らせ 3件" in outbox.outbox[0].subject


def test_each_person_has_an_hour_of_their_own(mail_on, hanako):
    taro = User.objects.create_user("taro", name="通知 太郎", email="taro@example.lg.jp")
    choose(hanako, digest_hour=15)
    notify(to=[hanako, taro], title="件", at=NOON)
    assert send_digests(at=NOON.replace(hour=15)) == 1
    assert outbox.outbox[0].to == [hanako.email]
    assert send_digests(at=NOON.replace(hour=8) + timedelta(days=1)) == 1


def test_an_urgent_notice_is_mailed_to_who_wants_the_inbox_alone(mail_on, hanako):
    choose(hanako, ways=dict.fromkeys(Kind.values, "inbox"))
    notify(to=hanako, title="普通", at=NOON)
    notify(to=hanako, title="至急のもの", urgent=True, at=NOON)
    sweep(NOON + timedelta(days=2))
    assert (mailed("普通"), mailed("至急のもの"), unread_count(hanako)) == (0, 1, 2)


def test_what_was_written_before_a_change_is_still_mailed(mail_on, hanako):
    notify(to=hanako, title="前のもの", at=NOON)
    choose(hanako, ways=dict.fromkeys(Kind.values, "inbox"), at=NOON + HOUR)
    assert send_digests(at=NOON + timedelta(days=1)) == 1
    assert mailed("前のもの") == 1


def test_without_mail_every_notice_is_in_the_inbox_and_none_waits(hanako):
    choose(hanako, ways=dict.fromkeys(Kind.values, "at_once"))
    notify(to=hanako, title="件", urgent=True, at=NOON)
    assert sweep(NOON) == 0
    assert Notification.objects.get().mail_state == "none"
    assert unread_count(hanako) == 1


def test_a_notice_belongs_to_the_room_of_its_act_or_of_what_it_is_about(hanako):
    assert kind_of("approvals.request.submitted", None) == Kind.APPROVALS
    assert kind_of("incidents.incident.reported", hanako) == Kind.INCIDENTS
    assert kind_of("", make_request_type("kind")) == Kind.APPROVALS
    assert kind_of("", hanako) == kind_of("jobs.job.done", None) == kind_of("", None) == Kind.OTHER


def test_many_recipients_cost_no_more_questions_than_one(mail_on, hanako, django_assert_max_num_queries):
    people = [User.objects.create_user(f"p{n}", name=f"職員{n}", email=f"p{n}@example.lg.jp") for n in range(30)]
    choose(people[0], ways={"other": "inbox"})
    with django_assert_max_num_queries(4):
        notify(to=people, title="件", at=NOON)
    assert Notification.objects.filter(mail_state="waiting").count() == 29


# -- the page ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(client, hanako):
    client.force_login(hanako)
    return client


def test_a_choice_is_kept_shown_again_and_recorded_without_free_words(page, hanako):
    data = {"way_incidents": "at_once", "way_duties": "inbox", "digest_hour": "13", "quiet_hours": "own"}
    answer = page.post(CHOICES, data | {"quiet_from": "20", "quiet_until": "6", "quiet_closed_days": "on"}, follow=True)
    assert "お知らせの受け取りかたを変えました" in answer.content.decode()
    choice = MailChoice.objects.get()
    assert (choice.person, choice.ways, choice.digest_hour) == (hanako, {"incidents": "at_once", "duties": "inbox"}, 13)
    assert choice.own_quiet == Quiet(20, 6, True)
    form = answer.context["form"]
    assert (form["way_incidents"].value(), form["quiet_from"].value(), form["quiet_closed_days"].value()) == ("at_once", 20, True)
    entry = Entry.objects.get(verb="notifications.choice.changed")
    assert entry.changes["mail_ways"] == {"インシデント・セキュリティ情報": "すぐに", "定期業務": "受信箱だけ"}
    assert entry.changes["quiet_hours"] == "20時から6時までと閉庁日"


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"quiet_from": "20"}, "quiet_until", "始まりと終わりの両方"),
        ({"quiet_from": "8", "quiet_until": "8"}, "quiet_until", "一日中送らないことはできません"),
        ({}, "quiet_from", "時刻を選ぶか"),
        ({"quiet_from": "25", "quiet_until": "8"}, "quiet_from", ""),
    ],
)
def test_hours_that_cannot_be_are_told_beside_the_field_and_what_was_chosen_stays(page, typed, field, told):
    answer = page.post(CHOICES, {"quiet_hours": "own", "way_audits": "at_once", **typed})
    assert answer.status_code == 422
    assert told in str(answer.context["form"].errors[field])
    assert answer.context["form"]["way_audits"].value() == "at_once"
    assert not MailChoice.objects.exists()


def test_going_back_to_the_city_leaves_nothing_of_the_own_hours(page, hanako):
    choose(hanako, ways={"audits": "inbox"}, quiet_hours="own", quiet_from=20, quiet_until=6)
    page.post(CHOICES, {"quiet_hours": "city", "digest_hour": ""})
    choice = MailChoice.objects.get()
    assert (choice.ways, choice.digest_hour, choice.own_quiet, choice.quiet_from) == ({}, None, None, None)


def test_the_page_says_where_there_is_no_mail(page, settings):
    assert "この環境では、メールを送りません" in page.get(CHOICES).content.decode()
    settings.MAIL_ENABLED = True
    assert "この環境では、メールを送りません" not in page.get(CHOICES).content.decode()
    User.objects.update(email="")
    assert "メールアドレスが登録されていません" in page.get(CHOICES).content.decode()


def test_a_notice_is_marked_read_where_it_stands_and_a_strangers_is_not_there(page, hanako):
    taro = User.objects.create_user("taro", name="通知 太郎")
    notify(to=[hanako, taro], title="件", at=NOON)
    mine, other = Notification.objects.get(recipient=hanako), Notification.objects.get(recipient=taro)
    assert page.post(f"/inbox/notices/{mine.pk}/read/", {"back": "/?kind=決定"}).url == "/?kind=%E6%B1%BA%E5%AE%9A"
    assert page.post(f"/inbox/notices/{mine.pk}/read/", {"back": "//evil.example/"}).url == "/inbox/notices/"
    assert page.post(f"/inbox/notices/{other.pk}/read/").status_code == 404
    assert (unread_count(hanako), unread_count(taro)) == (0, 1)


def test_the_notices_are_narrowed_by_kind(page, hanako):
    notify(to=hanako, title="申請のこと", subject=make_request_type("narrow"), at=NOON)
    notify(to=hanako, title="ほかのこと", at=NOON)
    rows = page.get("/inbox/notices/?kind=approvals").context["page_obj"]
    assert [row.title for row in rows] == ["申請のこと"]
