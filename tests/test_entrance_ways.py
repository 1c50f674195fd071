"""Other ways in and shared PCs: the log-on of the PC by a relay, the directory's settings, switching, sessions elsewhere, passwords."""

import sys
from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.utils import timezone

from musashimurayama_isms import log_on
from musashimurayama_isms.accounts.entrance import factors, password_rules
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.env import PortalEnv
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.trail.models import Entry

from .factory import make_user
from .test_factors import code_of, give, is_in, log_in, with_app, with_password

RELAY, STRANGER = "10.1.2.3", "10.9.9.9"
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36 Edg/156.0"


@pytest.fixture
def relay(settings):
    """A relay of the city at one address names the user of the PC."""
    settings.PROXY = log_on.Proxy("HTTP_X_PC_USER", (ip_network(f"{RELAY}/32"),))


def from_pc(name: str = "", address: str = RELAY) -> Client:
    """A browser whose requests come by this address with this user in the header."""
    return Client(REMOTE_ADDR=address, headers={"X-PC-User": name} if name else {})


# -- the log-on of the PC ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["clerk", "CITY\\clerk", "Clerk@city.local"])
def test_the_log_on_of_the_pc_leads_straight_in_and_the_way_is_recorded(cast, relay, named):
    client = from_pc(named)
    assert client.get("/login/?next=/sessions/")["Location"] == "/sessions/"
    page = client.get("/sessions/").content.decode()
    assert "PCのログオン" in page
    assert Entry.objects.get(verb="accounts.user.logged_in").changes["log_in_way"] == "PCのログオン"


def test_a_header_from_anywhere_else_counts_for_nothing(cast, relay):
    client = from_pc("clerk", address=STRANGER)
    assert client.get("/login/").status_code == 200
    assert "clerk" not in client.get("/login/").content.decode()
    assert not is_in(client)


def test_without_the_setting_the_header_counts_for_nothing(cast):
    client = from_pc("clerk")
    assert client.get("/login/").status_code == 200
    assert not is_in(client)


def test_an_unknown_or_closed_user_of_the_pc_is_told_so(cast, relay):
    assert "登録されていません" in from_pc("dareka").get("/login/").content.decode()
    User.objects.filter(pk=cast.clerk.pk).update(is_active=False)
    client = from_pc("clerk")
    assert "利用を停止しています" in client.get("/login/").content.decode()
    assert not is_in(client)


def test_another_person_at_the_pc_ends_the_session_of_the_first(cast, relay):
    client = from_pc("clerk")
    client.get("/login/")
    assert is_in(client)
    assert client.get("/sessions/", headers={"X-PC-User": "colleague"})["Location"] == "/login/"
    assert not is_in(client)


def test_a_session_of_the_pc_is_worth_nothing_round_the_relay(cast, relay):
    client = from_pc("clerk")
    client.get("/login/")
    assert client.get("/sessions/", REMOTE_ADDR=STRANGER).status_code == 302
    assert not is_in(client)


def test_after_log_out_the_page_stays_and_offers_the_way_back(cast, relay):
    client = from_pc("clerk")
    client.get("/login/")
    goal = client.post("/logout/")["Location"]
    page = client.get(goal).content.decode()
    assert "clerk で入る" in page
    assert not is_in(client)


def test_the_second_factor_is_asked_after_the_log_on_unless_the_city_says_it_was_asked_there(cast, relay, settings):
    secret = with_app(cast.clerk)
    client = from_pc("clerk")
    assert client.get("/login/")["Location"] == "/login/factor/"
    give(client, code_of(secret))
    assert is_in(client)
    settings.STRONG_WAYS = {"proxy"}
    client = from_pc("clerk")
    client.get("/login/")
    assert is_in(client)


def test_a_chief_with_an_ic_card_at_the_log_on_need_not_register_anything(cast, relay, settings):
    settings.SECOND_FACTOR, settings.STRONG_WAYS = True, {"proxy"}
    client = from_pc("section_officer")
    client.get("/login/")
    assert client.get("/").status_code == 200


def test_who_comes_in_by_the_log_on_is_not_sent_to_change_a_password_that_is_none(cast, relay):
    User.objects.filter(pk=cast.clerk.pk).update(must_change_password=True)
    client = from_pc("clerk")
    client.get("/login/")
    assert client.get("/").status_code == 200


# -- settings --------------------------------------------------------------------------------------------------------------


def env_of(monkeypatch, **values: str) -> PortalEnv:
    for name, text in values.items():
        monkeypatch.setenv(name, text)
    return PortalEnv()


@pytest.mark.parametrize("addresses", ["", "0.0.0.0/0", "::/0", "relay.local"])
def test_a_user_header_without_the_addresses_of_the_relay_stops_the_start(monkeypatch, addresses):
    with pytest.raises(ImproperlyConfigured, match="PROXY_ADDRESSES"):
        log_on.proxy(env_of(monkeypatch, PROXY_USER_HEADER="X-PC-User", PROXY_ADDRESSES=addresses))


def test_the_directory_is_never_asked_in_clear(monkeypatch):
    with pytest.raises(ImproperlyConfigured, match="平文では使えません"):
        log_on.directory(env_of(monkeypatch, LDAP_URI="ldap://dc.city.local"))
    assert log_on.directory(env_of(monkeypatch, LDAP_URI="")) == {}


def test_a_directory_without_its_package_says_which_one_is_lacking(monkeypatch):
    monkeypatch.setitem(sys.modules, "django_auth_ldap", None)
    with pytest.raises(ImproperlyConfigured, match=r"\[ldap\]"):
        log_on.directory(env_of(monkeypatch, LDAP_URI="ldaps://dc.city.local"))


# -- the shared PC -----------------------------------------------------------------------------------------------------------


def test_on_a_shared_pc_a_short_idle_time_ends_the_session(cast):
    with_password(cast.clerk)
    minutes = get("accounts.shared_pc_idle_minutes").default
    with time_machine.travel(timezone.now(), tick=False) as clock:
        shared, own = log_in(cast.clerk, shared="on"), log_in(cast.clerk)
        clock.shift(timedelta(minutes=minutes))
        assert "ended=shared" in shared.get("/sessions/")["Location"]
        assert is_in(own)


def test_the_next_user_finds_the_log_in_page_and_nothing_of_the_first(cast):
    client = log_in(with_password(cast.clerk), shared="on")
    assert "利用者を切り替える" in client.get("/sessions/").content.decode()
    answer = client.post("/switch/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)
    answer = client.get(answer["Location"])
    page = answer.content.decode()
    assert "前の利用者はログアウトしました" in page
    assert cast.clerk.username not in page
    assert answer.context["form"]["shared"].value() is True
    assert Entry.objects.about(cast.clerk).last().changes["reason"] == "switched"


# -- sessions elsewhere ------------------------------------------------------------------------------------------------------


def test_the_page_lists_ones_own_open_sessions_and_ends_those_elsewhere(cast):
    with_password(cast.clerk)
    other = log_in(cast.clerk, Client(headers={"user-agent": BROWSER}))
    here = log_in(cast.clerk)
    page = here.get("/sessions/").content.decode()
    assert "WindowsのEdge" in page
    assert page.count("ログアウトさせる") == 1
    here.post("/sessions/end/")
    assert not is_in(other)
    assert is_in(here)
    assert Entry.objects.filter(verb="accounts.user.sessions_ended").get().changes["count"] == 1


def test_nobody_ends_the_session_of_another_person(cast):
    clerk = log_in(with_password(cast.clerk))
    (place,) = clerk.get("/sessions/").context["places"]
    colleague = log_in(with_password(cast.colleague))
    assert colleague.post(f"/sessions/{place.pk}/end/").status_code == 404
    assert is_in(clerk)


def test_a_session_that_is_over_is_not_listed(cast):
    with_password(cast.clerk)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        log_in(cast.clerk)
        clock.shift(timedelta(minutes=40))
        here = log_in(cast.clerk)
        assert len(here.get("/sessions/").context["places"]) == 1
    User.objects.filter(pk=cast.clerk.pk).end_sessions()
    assert len(log_in(cast.clerk).get("/sessions/").context["places"]) == 1


# -- passwords ---------------------------------------------------------------------------------------------------------------


def refused(password: str) -> str:
    """Why a password is refused, or nothing."""
    client = log_in(User.objects.get(username="hanako"))
    data = {"oldpassword": "kawa-no-nagare-2026", "password1": password, "password2": password}
    answer = client.post("/password/", data)
    return "" if answer.status_code == 302 else " ".join(answer.context["form"].errors["password1"])


@pytest.fixture
def hanako(db) -> User:
    return with_password(make_user("hanako", name="試験 花子"))


@pytest.mark.parametrize(
    "word", ["musashimurayama2026!", "Reiwa8-Sakura-2026", "ｑｗｅｒｔｙｕｉｏｐ１２３", "令和8年の武蔵村山市役所", "portal-password-1"]
)
def test_what_anybody_in_the_city_would_think_of_is_no_password(hanako, word):
    assert "思い付きやすい言葉だけ" in refused(word)


@pytest.mark.parametrize("word", ["aaaaaaaaaaaab", "12121212121212"])
def test_the_same_signs_again_and_again_are_no_password(hanako, word):
    assert "繰り返し" in refused(word)


@pytest.mark.parametrize("word", ["yamanomukouwokumo", "山の向こうに雲が流れる朝", "correct horse staple"])
def test_long_words_without_digits_signs_or_capitals_are_a_password(hanako, word):
    assert refused(word) == ""


def test_the_city_chooses_the_least_length(cast, hanako):
    ParameterChoice.choose(get("accounts.password_length"), 20, basis="議決", seen=0, by=cast.central_manager, at=timezone.now())
    assert "最低 20 文字" in refused("yamanomukouwokumo")


def test_a_leaked_password_is_refused_where_the_city_keeps_a_list(hanako, settings, tmp_path):
    file = tmp_path / "leaked.txt"
    file.write_text("Yamanomukou-Wokumo\n", encoding="utf-8")
    settings.PASSWORD_LIST = str(file)
    password_rules.leaked.cache_clear()
    try:
        assert "流出した" in refused("yamanomukou-wokumo")
    finally:
        password_rules.leaked.cache_clear()


def test_factors_of_a_person_are_asked_for_in_one_query(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert not factors.has_factor(cast.clerk)
