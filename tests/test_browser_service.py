"""The journey of an external service in a real browser: considered, checked, permitted, contracted, used, ended."""

import pytest
from django.utils import timezone

from assets.models import ExternalService
from musashimurayama_isms.accounts import reference

from . import outside

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    """The cast with all reference data: the types of requests, the outline of the policy."""
    reference.load()
    outside.keep_rules(cast)
    return cast


def fill(page, words: dict[str, str]) -> None:
    for label, text in words.items():
        page.get_by_label(label, exact=False).first.fill(text)


def answer_all(visitor, by, path: str) -> None:
    """Answer the list that is asked for: the first item on the screen, the others as that page does it."""
    page = visitor.page
    visitor.go(path)
    page.get_by_role("link", name="確認表に答える").click()
    visitor.look()
    item = page.locator(".checklist__item").first
    item.get_by_label("満たす", exact=True).check()
    item.get_by_label("根拠（", exact=False).fill("資料を確かめた")
    with page.expect_navigation():
        item.get_by_role("button", name="保存する").click()
    outside.answer_all(ExternalService.objects.get(), by)
    page.reload()
    page.get_by_text("答え終わりました").wait_for()
    visitor.go(path)


def consider(clerk) -> str:
    """A clerk notes the service; gives its path."""
    clerk.go("/assets/services/")
    clerk.look()
    clerk.page.get_by_role("link", name="分類Ⅱ以上の利用を検討する").click()
    fill(
        clerk.page, {"サービス名": "相談チャット", "事業者": "見本クラウド株式会社", "利用する目的": "市民の相談", "扱う情報": "相談の内容"}
    )
    clerk.page.get_by_label("分類Ⅱ　", exact=False).check()
    clerk.press("検討を始める")
    clerk.page.get_by_text("検討を始めました").wait_for()
    clerk.look()
    return clerk.page.url.removeprefix(clerk.base)


def apply(clerk) -> str:
    """The clerk writes the application and hands it to the 中央管理者; gives its path."""
    clerk.press("利用を申請する")
    page, next_year = clerk.page, timezone.localdate().year + 1
    fill(page, {"使う人の範囲": "市民課の職員", "情報の置き場所": "日本国内", "準拠法": "日本法"})
    fill(page, {"利用者IDの管理": "課長が管理", "終えるときの移し方と廃棄": "CSVで取り出す"})
    for part, value in (("year", next_year), ("month", 3), ("day", 31)):
        page.locator(f"[name=ends_on_{part}]").fill(str(value))
    page.get_by_label("ISMAP", exact=True).check()
    page.get_by_label("外部サービス管理者の案", exact=False).select_option(label="市民 次郎")
    clerk.press("確認へ進む")
    clerk.look()
    clerk.press("申請者に回す")
    page.get_by_text("申請者に回しました").wait_for()
    return page.url.removeprefix(clerk.base)


def test_an_external_service_goes_from_the_idea_to_the_confirmed_end(city, visit):
    clerk = visit(city.clerk)
    path = consider(clerk)
    answer_all(clerk, city.clerk, path)
    request = apply(clerk)
    central = visit(city.central_manager)
    central.go(request)
    central.press("申請する")
    general = visit(city.general_manager)
    general.go("/?q=外部サービスの利用")
    general.page.get_by_role("link", name="外部サービスの利用（分類Ⅱ以上） R8-001", exact=False).first.click()
    general.look()
    for box in general.page.locator(".act-card [type=checkbox]").all():
        box.check()
    general.press("許可する")
    general.page.get_by_text("許可しました").first.wait_for()
    answer_all(central, city.central_manager, path)
    central.page.get_by_role("link", name="契約を記録する").click()
    today = timezone.localdate()
    for part in ("year", "month", "day"):
        central.page.locator(f"[name=on_{part}]").fill(str(getattr(today, part)))
    fill(central.page, {"契約の番号": "契約第1号"})
    central.press("記録する")
    manager = visit(city.colleague)
    manager.go("/")
    manager.look()
    manager.page.get_by_role("link", name="相談チャット", exact=True).first.click()
    answer_all(manager, city.colleague, path)
    manager.press("利用を開始する")
    manager.page.get_by_text("利用を開始しました").wait_for()
    manager.look()
    manager.page.get_by_text("その他の操作").click()
    manager.page.get_by_role("link", name="利用終了の手続を始める").click()
    fill(manager.page, {"理由": "別のサービスに移行"})
    manager.press("手続を始める")
    answer_all(manager, city.colleague, path)
    manager.confirm("利用を終える")
    manager.page.get_by_text("利用を終えました").wait_for()
    manager.look()
    assert ExternalService.objects.get().status == ExternalService.Status.ENDED
    clerk.go(request)
    clerk.page.locator(".chip", has_text="完了").first.wait_for()
