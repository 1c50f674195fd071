"""Who is told of what happens in the registers. No name of an asset leaves by mail: the number and the class are enough."""

from assets.classification import AssetClass
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.notifications.notices import Message, notice


def _officers(asset, *, at) -> list:
    return [row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=asset.department)]


@notice("assets.asset.reclassified")
def reclassified(entry, asset):
    """The section's officer, who is responsible, learns of every change of a class."""
    was, to = AssetClass(entry.changes["was"]).label, asset.get_asset_class_display()
    yield Message(
        to=_officers(asset, at=entry.at),
        title=f"情報資産 {asset.number} の分類が{was}から{to}に変わりました",
        body="理由は情報資産の画面で確かめられます。",
        url=asset.get_absolute_url(),
    )


@notice("assets.asset.lost")
def lost(entry, asset):
    yield Message(
        to=_officers(asset, at=entry.at),
        title=f"情報資産 {asset.number} が所在不明とされました",
        body="インシデントの報告が必要です。報告が届いているか確かめてください。",
        url=asset.get_absolute_url(),
    )


@notice("assets.stock_take.opened")
def stock_take_opened(entry, stock_take):
    """The officer of each section that has something to look at."""
    for sheet in stock_take.sections.for_list():
        yield Message(
            to=[row.person for row in acting(RoleCode.SECTION_OFFICER, at=entry.at, department=sheet.department)],
            title=f"{stock_take}が始まりました",
            body=f"{sheet.department.full_name}の情報資産{sheet.total}件を、期限までに確かめてください。",
            url=sheet.get_absolute_url(),
        )
