"""A clerk becomes a chief: registers an app and a passkey, loses both, is reset by two persons – in a real browser."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from musashimurayama_isms.accounts.entrance import factors
from musashimurayama_isms.accounts.models import Appointment, FactorReset, User

from .browser import PASSWORD, SCREEN
from .factory import make_appointment
from .test_factors import code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NARROW = {"width": 1093, "height": 614}  # the same screen at 125 %
WIDTH = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(autouse=True)
def required(settings):
    settings.SECOND_FACTOR = True
    cache.clear()


def promoted(cast) -> User:
    """The colleague follows the chief; the days in which the portal may be used without a second factor are over."""
    Appointment.objects.filter(post__code="shimin-ka.head").update(until=timezone.localdate() - timedelta(days=1))
    make_appointment(cast.colleague, "shimin-ka.head", since=timezone.localdate())
    User.objects.filter(pk=cast.colleague.pk).update(factor_asked_at=timezone.now() - timedelta(days=60))
    cast.colleague.refresh_from_db()
    return cast.colleague


def type_password(visitor, user: User) -> None:
    """The first factor alone."""
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    visitor.go("/login/")
    visitor.page.get_by_label("利用者ID").fill(user.username)
    visitor.page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    visitor.press("ログイン")


def give_passkey(visitor) -> None:
    """The PC has a reader whose answer is always yes."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def check(visitor, picture: str = "") -> None:
    """What every page promises, and no scrolling sideways, at 125 % either."""
    visitor.look(picture)
    for screen in (NARROW, SCREEN):
        visitor.page.set_viewport_size(screen)
        assert visitor.page.evaluate(WIDTH)


def with_app_at_hand(user: User) -> None:
    """A factor for those whose enrolment is not what this journey is about."""
    factors.enrol_app(user, factors_key(user), at=timezone.now())


KEYS: dict[int, str] = {}


def factors_key(user: User) -> str:
    return KEYS.setdefault(user.pk, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


def come_in(visitor, user: User) -> None:
    """Both factors of a person with an app."""
    with_app_at_hand(user)
    type_password(visitor, user)
    visitor.page.get_by_label("確認コード").fill(code_of(factors_key(user)))
    visitor.press("確認してログイン")
    visitor.page.wait_for_url(f"{visitor.base}/")


def test_a_new_chief_registers_both_factors_loses_them_and_is_let_in_again_by_two_persons(cast, visit):
    chief = promoted(cast)
    screen = visit()
    page = screen.page
    give_passkey(screen)

    # an app on the first day, as nothing else opens
    type_password(screen, chief)
    page.get_by_role("heading", name="ログインの確認方法").wait_for()
    check(screen, "factors-demanded")
    page.get_by_role("link", name="確認アプリを登録する").click()
    page.get_by_text("図を読み取れないとき").click()
    secret = page.locator(".key-text").inner_text().replace(" ", "")
    check(screen, "factors-app")
    page.get_by_label("アプリに表示された6桁の数字").fill(code_of(secret))
    screen.press("登録する")
    page.get_by_role("heading", name="回復コード").wait_for()
    assert page.locator(".recovery-codes li").count() == 10
    check(screen, "factors-codes")
    screen.go("/")
    page.get_by_text("受信箱").first.wait_for()

    # with the app at the next log-in, and a passkey beside it
    screen.press("ログアウト")
    type_password(screen, chief)
    check(screen, "factors-log-in")
    page.get_by_label("確認コード").fill(code_of(secret, steps=1))
    screen.press("確認してログイン")
    page.wait_for_url(f"{screen.base}/")
    screen.go("/factors/passkey/")
    page.get_by_label("名前").fill("課長席のPCの指紋")
    check(screen, "factors-passkey")
    screen.press("登録する")
    page.get_by_role("rowheader", name="課長席のPCの指紋").wait_for()
    check(screen, "factors")
    screen.go("/sessions/")
    page.get_by_text("パスワード＋確認アプリ").wait_for()
    check(screen, "sessions")

    # with the passkey
    screen.press("ログアウト")
    type_password(screen, chief)
    check(screen)
    screen.press("パスキーで確認する")
    page.wait_for_url(f"{screen.base}/")

    # both are lost: an administrator asks, the 中央電子計算組織管理者 consents
    administrator = visit()
    come_in(administrator, cast.administrator)
    administrator.go(f"/organisation/users/{chief.pk}/")
    check(administrator, "account")
    administrator.page.get_by_text("その他の操作").click()
    administrator.page.get_by_role("link", name="確認方法の解除を申し出る").click()
    administrator.page.get_by_label("理由").fill("スマートフォンとICカードをなくした。内線で本人と確かめた。")
    check(administrator, "reset-ask")
    administrator.press("申し出る")
    administrator.page.get_by_text("申し出た人は同意できません").wait_for()
    second = visit()
    come_in(second, cast.central_manager)
    second.page.get_by_role("link", name=f"{chief.name}さんの確認方法の解除").click()
    check(second, "reset-consent")
    second.confirm("同意して解除する")
    second.page.get_by_text("確認方法を解除しました").wait_for()
    assert FactorReset.objects.get().status == FactorReset.Status.DONE

    # the session has ended, the chief begins anew
    screen.go("/")
    page.get_by_role("heading", name="ログイン").wait_for()
    type_password(screen, chief)
    page.get_by_role("link", name="パスキーを登録する").wait_for()


def test_at_a_shared_pc_the_next_person_finds_nothing_of_the_first(cast, visit, settings):
    settings.SECOND_FACTOR = False
    screen = visit()
    cast.clerk.set_password(PASSWORD)
    cast.clerk.save(update_fields=["password"])
    screen.go("/login/")
    check(screen, "log-in")
    screen.page.get_by_label("利用者ID").fill(cast.clerk.username)
    screen.page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    screen.page.get_by_label("共用の端末で使う").check()
    screen.press("ログイン")
    screen.page.wait_for_url(f"{screen.base}/")
    assert screen.page.locator(".me__name").first.is_visible()
    check(screen, "shared")
    screen.page.get_by_role("button", name="利用者を切り替える").first.click()
    screen.page.get_by_text("前の利用者はログアウトしました").wait_for()
    check(screen)
    screen.page.go_back()
    assert screen.page.get_by_text(cast.clerk.name).count() == 0


def test_a_chief_stops_an_account_by_one_press(cast, visit, settings):
    settings.SECOND_FACTOR = False
    clerk, chief = visit(cast.clerk), visit(cast.section_officer)
    chief.go(cast.clerk.get_absolute_url())
    chief.page.get_by_text("その他の操作").click()
    chief.page.get_by_role("link", name="緊急停止する").click()
    chief.page.get_by_label("理由").fill("パスワードを電話で答えてしまった。")
    check(chief, "lock")
    chief.press("緊急停止する")
    chief.page.get_by_text("停止中").wait_for()
    check(chief)
    clerk.go("/")
    clerk.page.get_by_role("heading", name="ログイン").wait_for()
