"""The words of what follows a permit, and of the acts of office, in the trail."""

VERBS = {
    "assets.byodruling.made": "支給以外端末の使いかたを可能と判断",
    "assets.byodruling.ended": "支給以外端末の使いかたの判断を取りやめ",
    "assets.device.placed_off_site": "機器を庁外に設置",
    "assets.device.brought_back": "庁外の機器を引き上げ",
    "assets.office.removal_asked": "利用者IDの抹消を届出",
    "assets.office.survey_opened": "端末等の利用状況の調査を開始",
    "assets.office.right_suspended": "利用権を停止・剥奪",
    "assets.office.terminal_banned": "端末の使用を禁止",
}
NAMES: dict[str, str] = {}
