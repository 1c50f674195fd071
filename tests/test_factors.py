"""Second factors: who is asked, how they are kept, what a wrong code costs, how a lost one is dropped (3.8.4.3)."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from musashimurayama_isms.accounts.entrance import factors, lockout, ways
from musashimurayama_isms.accounts.models import FactorReset, User
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_absence, make_appointment, make_deputyship, make_user

PASSWORD = "kawa-no-nagare-2026"
PRIVATE = "紛失の事情は外に出さない"


@pytest.fixture(autouse=True)
def required(settings):
    """As in production: roles that decide must have a second factor."""
    settings.SECOND_FACTOR = True
    cache.clear()


def choose(cast, code: str, chosen) -> None:
    ParameterChoice.choose(get(code), chosen, basis="議決", seen=0, by=cast.central_manager, at=timezone.now())


def with_password(user: User) -> User:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def with_app(user: User) -> str:
    """The person has an app; gives its key."""
    secret = generate_totp_secret()
    factors.enrol_app(user, secret, at=timezone.now())
    return secret


def code_of(secret: str, *, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def log_in(user: User, client: Client | None = None, **data) -> Client:
    """The first factor, by the log-in page."""
    client = client or Client()
    client.post("/login/", {"login": user.username, "password": PASSWORD, **data})
    return client


def give(client: Client, code: str):
    return client.post("/login/factor/", {"code": code})


def is_in(client: Client) -> bool:
    return client.get("/sessions/").status_code == 200


def verbs(subject) -> list[str]:
    return [entry.verb.removeprefix("accounts.") for entry in Entry.objects.about(subject)]


def told(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient=user).values_list("title", flat=True))


# -- who is asked ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["section_officer", "division_officer", "central_manager", "ciso", "personnel", "administrator", "auditor"]
)
def test_whoever_decides_administers_or_audits_is_asked(cast, name):
    assert factors.is_required(getattr(cast, name), at=timezone.now())


def test_a_clerk_is_not_asked_until_the_city_asks_everyone(cast):
    assert not factors.is_required(cast.clerk, at=timezone.now())
    choose(cast, "accounts.second_factor_for", "everyone")
    assert factors.is_required(cast.clerk, at=timezone.now())


def test_the_city_can_leave_out_the_auditors_but_never_who_decides(cast):
    choose(cast, "accounts.second_factor_for", "deciders")
    assert not factors.is_required(cast.auditor, at=timezone.now())
    assert factors.is_required(cast.section_officer, at=timezone.now())


def test_a_clerk_who_acts_for_an_absent_chief_is_asked(cast):
    make_deputyship("shimin-ka.head", cast.colleague)
    now = timezone.now()
    assert not factors.is_required(cast.colleague, at=now)
    make_absence(cast.section_officer, starts_at=now - timedelta(hours=1))
    assert factors.is_required(cast.colleague, at=now)


def test_the_trial_asks_nobody_so_that_the_sample_accounts_stay_usable(cast, settings):
    settings.SECOND_FACTOR = False
    client = cast.client(cast.section_officer)
    assert client.get("/").status_code == 200


def test_during_the_days_of_grace_it_is_asked_once_a_session_and_can_be_put_off(cast):
    client = cast.client(cast.section_officer)
    assert client.get("/")["Location"] == "/factors/"
    assert "登録の期限は" in client.get("/factors/").content.decode()
    assert client.post("/factors/later/")["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_form_that_is_being_sent_is_not_taken_away_during_the_days_of_grace(cast):
    client = cast.client(cast.section_officer)
    assert client.post("/sessions/end/").status_code == 302
    assert client.post("/sessions/end/")["Location"] == "/sessions/"


def test_after_the_days_of_grace_nothing_else_opens(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        factors.demand(cast.section_officer, at=timezone.now())
        clock.shift(timedelta(days=get("accounts.second_factor_grace_days").default))
        client = cast.client(cast.section_officer)
        assert client.get("/")["Location"] == "/factors/"
        assert client.post("/factors/later/")["Location"] == "/factors/"
        assert client.get("/")["Location"] == "/factors/"
        assert client.post("/sessions/end/")["Location"] == "/factors/"
        part = client.get("/", headers={"HX-Request": "true"})
        assert part["HX-Redirect"] == "/factors/"
        assert client.get("/help/").status_code == 200


def test_who_becomes_a_chief_during_a_session_is_asked_within_a_minute(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = cast.client(cast.colleague)
        assert client.get("/").status_code == 200
        make_appointment(cast.colleague, "bunsho-hosei.head")
        clock.shift(timedelta(seconds=61))
        assert client.get("/")["Location"] == "/factors/"


def test_who_has_a_factor_is_not_stopped(cast):
    secret = with_app(with_password(cast.section_officer))
    client = log_in(cast.section_officer)
    assert give(client, code_of(secret))["Location"] == "/"
    assert client.get("/").status_code == 200


# -- at log-in ---------------------------------------------------------------------------------------------------------


def test_the_password_alone_opens_nothing_where_a_factor_is_registered(cast):
    secret = with_app(with_password(cast.clerk))
    client = log_in(cast.clerk)
    assert not is_in(client)
    assert "確認コード" in client.get("/login/factor/").content.decode()
    give(client, code_of(secret))
    assert is_in(client)
    (entry,) = Entry.objects.filter(verb="accounts.user.logged_in")
    assert entry.changes["log_in_way"] == "パスワード＋確認アプリ"


def test_full_width_digits_count(cast):
    secret = with_app(with_password(cast.clerk))
    client = log_in(cast.clerk)
    give(client, code_of(secret).translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    assert is_in(client)


def test_a_code_opens_once(cast):
    secret = with_app(with_password(cast.clerk))
    code = code_of(secret)
    give(log_in(cast.clerk), code)
    cache.delete(f"allauth.mfa.totp.used?user={cast.clerk.pk}&code={code}")  # after half a minute, when a slow clock is still served
    with time_machine.travel(timezone.now() + timedelta(seconds=20), tick=False):
        second = log_in(cast.clerk)
        assert "使用済み" in give(second, code).content.decode()
        assert not is_in(second)


def test_wrong_codes_lock_the_account_as_wrong_passwords_do(cast):
    secret = with_app(with_password(cast.clerk))
    client = log_in(cast.clerk)
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = give(client, "000000" if code_of(secret) != "000000" else "111111")
    assert response.status_code == 429
    assert lockout.is_locked(cast.clerk, at=timezone.now())
    give(client, code_of(secret, steps=1))
    assert not is_in(client)
    assert verbs(cast.clerk).count("user.login_failed") == settings.AXES_FAILURE_LIMIT


def test_the_right_password_between_two_guesses_does_not_forget_the_wrong_codes(cast):
    with_app(with_password(cast.clerk))
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = give(log_in(cast.clerk), "abcdef")
    assert response.status_code == 429


def test_a_recovery_code_opens_once_is_recorded_and_the_owner_is_told(cast):
    with_app(with_password(cast.clerk))
    codes = factors.first_codes(cast.clerk)
    client = log_in(cast.clerk)
    give(client, codes[0])
    assert is_in(client)
    assert "factor.code_used" in verbs(cast.clerk)
    assert "回復コードでログインがありました" in told(cast.clerk)
    again = log_in(cast.clerk)
    give(again, codes[0])
    assert not is_in(again)
    give(again, codes[1])
    assert is_in(again)


def test_the_next_person_at_the_pc_does_not_find_the_page_of_the_code(cast):
    with_app(with_password(cast.clerk))
    client = log_in(cast.clerk)
    assert client.get("/login/")["Location"] == "/login/factor/"
    client.post("/switch/")
    assert client.get("/login/").status_code == 200


def test_an_account_closed_between_the_two_factors_stays_outside(cast):
    secret = with_app(with_password(cast.clerk))
    client = log_in(cast.clerk)
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    give(client, code_of(secret))
    assert not is_in(client)


def test_keys_and_codes_are_not_readable_in_the_database(cast):
    secret = with_app(cast.clerk)
    codes = factors.first_codes(cast.clerk)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_another_key_of_the_installation_makes_the_codes_useless_but_no_page_fails(cast, settings):
    secret = with_app(with_password(cast.clerk))
    settings.SECRET_KEY = "another-" + settings.SECRET_KEY
    assert not Authenticator.objects.get(user=cast.clerk, type="totp").wrap().validate_code(code_of(secret))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY.removeprefix("another-")]
    assert Authenticator.objects.get(user=cast.clerk, type="totp").wrap().validate_code(code_of(secret))


# -- the own page ------------------------------------------------------------------------------------------------------


def enrol(client: Client) -> tuple[str, list[str]]:
    """The app by the pages, as a person does; gives its key and the recovery codes shown."""
    client.get("/factors/app/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/factors/app/", {"code": code_of(secret)})
    assert answer["Location"] == "/factors/codes/", answer.content.decode()
    return secret, client.get("/factors/codes/").context["codes"]


def test_an_app_is_registered_by_its_first_code_and_the_recovery_codes_are_shown_once(cast):
    client = log_in(with_password(cast.clerk))
    secret, codes = enrol(client)
    assert len(codes) == settings.MFA_RECOVERY_CODE_COUNT
    assert client.get("/factors/codes/")["Location"] == "/factors/"
    assert verbs(cast.clerk)[-1] == "factor.enrolled"
    assert "ログインの確認方法が登録されました" in told(cast.clerk)
    assert "mfa.totp.secret" not in client.session
    assert secret


def test_a_wrong_first_code_registers_nothing_and_the_picture_stays_the_same(cast):
    client = log_in(with_password(cast.clerk))
    client.get("/factors/app/")
    secret = client.session["mfa.totp.secret"]
    page = client.post("/factors/app/", {"code": "abcdef"})
    assert "確認コードが違うか" in page.content.decode()
    assert client.session["mfa.totp.secret"] == secret
    assert not factors.has_factor(cast.clerk)


def test_long_after_log_in_the_password_is_asked_for_once_more(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = log_in(with_password(cast.clerk))
        assert client.get("/factors/app/").status_code == 200
        clock.shift(timedelta(minutes=11))
        assert client.get("/factors/app/")["Location"] == "/proof/?next=%2Ffactors%2Fapp%2F"
        assert "パスワードが違います" in client.post("/proof/?next=/factors/app/", {"password": "chigau"}).content.decode()
        assert client.get("/factors/app/").status_code == 302
        assert client.post("/proof/?next=/factors/app/", {"password": PASSWORD})["Location"] == "/factors/app/"
        assert client.get("/factors/app/").status_code == 200
    assert client.post("/proof/?next=https://evil.example/", {"password": PASSWORD})["Location"] == "/factors/"


def test_the_last_factor_of_a_chief_stays_a_clerk_may_take_it_away(cast):
    for user in (cast.section_officer, cast.clerk):
        with_app(user)
    chief, clerk = (Authenticator.objects.get(user=user, type="totp") for user in (cast.section_officer, cast.clerk))
    with pytest.raises(InvalidTransition):
        factors.remove(cast.section_officer, chief.pk, at=timezone.now())
    factors.remove(cast.clerk, clerk.pk, at=timezone.now())
    assert not Authenticator.objects.filter(user=cast.clerk).exists()  # the recovery codes went with it


def test_nobody_takes_away_anothers_factor(cast):
    with_app(cast.clerk)
    client = log_in(with_password(cast.colleague))
    factor = Authenticator.objects.get(user=cast.clerk, type="totp")
    assert client.post(f"/factors/{factor.pk}/remove/").status_code == 404
    assert factors.has_factor(cast.clerk)


def test_new_recovery_codes_end_the_old_ones(cast):
    with_app(with_password(cast.clerk))
    old = factors.first_codes(cast.clerk)
    new = factors.renew_codes(cast.clerk, at=timezone.now())
    client = log_in(cast.clerk)
    give(client, old[0])
    assert not is_in(client)
    give(client, new[0])
    assert is_in(client)


# -- the reset by two persons ------------------------------------------------------------------------------------------


@pytest.fixture
def reset(cast) -> FactorReset:
    with_app(with_password(cast.clerk))
    return FactorReset.ask(cast.clerk, reason=PRIVATE, by=cast.administrator, at=timezone.now())


def test_two_persons_drop_a_lost_factor_and_every_session_ends(cast, reset):
    client = cast.client(cast.clerk)
    assert is_in(client)
    reset.consent(by=cast.central_manager, at=timezone.now())
    assert not is_in(client)
    assert not Authenticator.objects.filter(user=cast.clerk).exists()
    assert is_in(log_in(cast.clerk))
    assert verbs(reset) == ["factor_reset.asked", "factor_reset.consented"]
    assert PRIVATE not in str([entry.content() for entry in Entry.objects.all()])
    assert "確認方法の解除に同意を求められています" in told(cast.central_manager)
    assert "あなたの確認方法の解除が申し出られました" in told(cast.clerk)


def test_nobody_consents_to_the_own_asking_nor_to_the_own_reset(cast, reset):
    with pytest.raises(PermissionDenied):
        reset.consent(by=cast.administrator, at=timezone.now())
    with_app(cast.central_manager)
    own = FactorReset.ask(cast.central_manager, reason=PRIVATE, by=cast.administrator, at=timezone.now())
    with pytest.raises(PermissionDenied):
        own.consent(by=cast.central_manager, at=timezone.now())
    assert not FactorReset.objects.visible_to(cast.central_manager, at=timezone.now()).filter(pk=own.pk).exists()
    own.consent(by=cast.general_manager, at=timezone.now())


def test_only_an_administrator_asks_and_never_for_oneself(cast):
    for user in (cast.clerk, cast.administrator):
        with_app(user)
    with pytest.raises(PermissionDenied):
        FactorReset.ask(cast.clerk, reason=PRIVATE, by=cast.central_manager, at=timezone.now())
    with pytest.raises(InvalidTransition):
        FactorReset.ask(cast.administrator, reason=PRIVATE, by=cast.administrator, at=timezone.now())
    with pytest.raises(InvalidTransition):
        FactorReset.ask(cast.colleague, reason=PRIVATE, by=cast.administrator, at=timezone.now())


def test_a_chief_without_such_a_role_does_not_consent(cast, reset):
    with pytest.raises(PermissionDenied):
        reset.consent(by=cast.section_officer, at=timezone.now())
    assert factors.has_factor(cast.clerk)


def test_after_the_term_nobody_consents_and_a_new_asking_takes_its_place(cast, reset):
    later = reset.until + timedelta(minutes=1)
    with pytest.raises(InvalidTransition):
        reset.consent(by=cast.central_manager, at=later)
    again = FactorReset.ask(cast.clerk, reason=PRIVATE, by=cast.administrator, at=later)
    assert Entry.objects.filter(verb="accounts.factor_reset.withdrawn").count() == 1  # what gave way is in the trail
    again.consent(by=cast.central_manager, at=later)
    reset.refresh_from_db()
    assert reset.status == FactorReset.Status.WITHDRAWN


def test_an_answer_is_given_once(cast, reset):
    reset.decline(by=cast.central_manager, at=timezone.now())
    with pytest.raises(InvalidTransition):
        FactorReset.objects.get(pk=reset.pk).consent(by=cast.general_manager, at=timezone.now())
    assert factors.has_factor(cast.clerk)


def test_after_a_reset_a_chief_registers_at_once_without_new_days_of_grace(cast):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        factors.demand(cast.section_officer, at=timezone.now())
        with_app(cast.section_officer)
        clock.shift(timedelta(days=30))
        FactorReset.ask(cast.section_officer, reason="紛失", by=cast.administrator, at=timezone.now()).consent(
            by=cast.central_manager, at=timezone.now()
        )
        cast.section_officer.refresh_from_db()
        assert cast.client(cast.section_officer).get("/")["Location"] == "/factors/"
        assert factors.demand(cast.section_officer, at=timezone.now()).is_over


def test_the_list_of_resets_asks_the_database_as_often_whatever_it_holds(cast, settings):
    def fill(number: int) -> None:
        for _ in range(number):
            person = make_user()
            with_app(person)
            FactorReset.ask(person, reason="試験", by=cast.administrator, at=timezone.now())

    settings.SECOND_FACTOR = False
    client = cast.client(cast.central_manager)
    fill(1)
    client.get("/organisation/resets/")
    with CaptureQueriesContext(connection) as few:
        client.get("/organisation/resets/")
    fill(5)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/organisation/resets/").status_code == 200
    assert len(many) == len(few)


def test_the_way_in_words_for_a_session_of_before_is_empty():
    assert ways.words(None) == ""
