"""A USB memory goes to the prefecture and comes back (screens.md, journey 8); a laptop is done away with: in a real browser."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from assets.classification import AssetClass
from assets.models import Asset, Disposal, Move
from musashimurayama_isms.accounts import reference

from .factory import make_asset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


@pytest.fixture
def city(cast):
    """The cast with all reference data: the types of requests, the outline of the policy."""
    reference.load()
    return cast


def usb(city) -> Asset:
    given = {"name": "USBメモリ3号", "kind": Asset.Kind.MEDIUM, "asset_class": AssetClass.II, "place": "鍵付き書庫"}
    return make_asset(city.section, by=city.clerk, **given)


def fill_day(page, name: str, day) -> None:
    for part in ("year", "month", "day"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(day, part)))


def permit(visitor) -> None:
    """The chief finds the request on the desk, ticks what the policy asks for, and permits it."""
    page = visitor.page
    visitor.go("/")
    page.locator("main").get_by_role("link", name="R8-001", exact=False).first.click()
    visitor.look()
    for box in page.locator("main [name=checks]").all():
        box.check()
    visitor.press("許可する")
    page.get_by_text("許可しました", exact=False).first.wait_for()


def test_a_clerk_carries_a_usb_memory_to_the_prefecture_and_brings_it_back(city, visit):
    asset, today = usb(city), timezone.localdate()
    clerk = visit(city.clerk)
    page = clerk.page
    clerk.go(asset.get_absolute_url())
    page.get_by_role("button", name="この情報を持ち出す", exact=False).click()
    page.get_by_label("庁外の場所へ運ぶ").check()
    page.get_by_label("何のために", exact=False).fill("統計の提出")
    clerk.press("確認へ進む")
    page.get_by_text("質問を加えました", exact=False).first.wait_for()
    clerk.look()
    page.get_by_label("行き先・保管する場所", exact=False).fill("東京都庁 第一本庁舎")
    page.get_by_label("受け取る相手", exact=False).fill("統計課")
    for name, day in (("leaves_on", today), ("arrives_on", today), ("returns_on", today + timedelta(days=1))):
        fill_day(page, name, day)
    page.get_by_label("経路と交通手段", exact=False).fill("公用車で直行")
    page.get_by_label("鍵付きのケースなどに入れる").check()
    clerk.press("確認へ進む")
    clerk.look()
    clerk.press("申請する")
    page.get_by_text("申請しました", exact=False).first.wait_for()
    chief = visit(city.section_officer)
    permit(chief)
    move = Move.objects.get()
    clerk.go(move.request.get_absolute_url())
    page.get_by_role("link", name="移動の画面を開く").click()
    clerk.look()
    clerk.press("出発した")
    page.get_by_role("button", name="渡した・届いた").wait_for()
    clerk.look("move")
    clerk.press("渡した・届いた")
    page.get_by_text("到着を記録しました", exact=False).first.wait_for()
    chief.go("/assets/outside/")
    chief.look("outside")
    assert chief.page.get_by_text("USBメモリ3号", exact=False).count()
    clerk.press("返却した")
    page.get_by_text("返却を記録しました", exact=False).first.wait_for()
    chief.go(move.get_absolute_url())
    chief.look()
    chief.press("返却を確認した")
    chief.page.get_by_text("返却を確かめました", exact=False).first.wait_for()
    move.refresh_from_db()
    assert (move.status, move.request.status) == ("closed", "completed")


def test_a_disposal_from_the_register_to_the_record_and_the_completed_request(city, visit):
    asset = usb(city)
    clerk = visit(city.clerk)
    page = clerk.page
    clerk.go("/assets/")
    page.get_by_label(f"{asset.number}を選ぶ").check()
    clerk.press("廃棄などを申請する")
    page.get_by_label("廃棄する", exact=True).check()
    page.get_by_label("物理的に破壊する").check()
    for label, words in {"理由": "故障", "行う人": "市民 花子", "立ち会う予定の人": "市民 次郎"}.items():
        page.get_by_label(label, exact=False).first.fill(words)
    fill_day(page, "planned_on", timezone.localdate())
    clerk.look()
    clerk.press("確認へ進む")
    clerk.press("申請する")
    page.get_by_text("申請しました", exact=False).first.wait_for()
    permit(visit(city.section_officer))
    disposal = Disposal.objects.get()
    clerk.go(disposal.get_absolute_url())
    clerk.look()
    page.get_by_role("link", name="処理を記録する").click()
    clerk.look()
    page.get_by_role("button", name="今の日時を入れる").click()
    page.get_by_label("処理の内容", exact=False).fill("穿孔機で4か所に穴を開けた。")
    page.get_by_label("証明書の番号", exact=False).fill("A-12")
    page.get_by_label("写真・証明書", exact=False).set_input_files({"name": "写真.png", "mimeType": "image/png", "buffer": PNG})
    clerk.press("記録する")
    page.get_by_text("すべて記録しました", exact=False).first.wait_for()
    clerk.look("disposal")
    disposal.refresh_from_db()
    asset.refresh_from_db()
    assert (disposal.request.status, asset.status) == ("completed", Asset.Status.DISPOSED)
