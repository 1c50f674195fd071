"""The rooms of the left menu and the desks of the administration room, each one line.

A later floor adds its room here; a room whose pages are not installed is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing
from musashimurayama_isms.backup.readers import ANSWERING
from musashimurayama_isms.disclosure.hands import CONFIRMING, PREPARING
from musashimurayama_isms.retention.hands import DOORKEEPERS

from .addresses import address_of
from .overview.look import level_of
from .year_turn.turn import TURNERS


@dataclass(frozen=True)
class Visitor:
    """Who stands before the menu, with the hats of this moment."""

    user: User
    hats: tuple[Standing, ...] = ()

    def holds(self, *codes: str) -> bool:
        return any(hat.role.code in codes for hat in self.hats)

    @property
    def is_administrator(self) -> bool:
        """The same answer as accounts.standing.is_staff_of_portal, without asking the database again."""
        return self.user.is_superuser or self.holds(RoleCode.ADMINISTRATOR)


def everyone(visitor: Visitor) -> bool:
    return True


def answerable(visitor: Visitor) -> bool:
    """Who answers for the city, a 部, a 課 or the audit has a 状況."""
    return level_of(visitor.hats) is not None


def administrators(visitor: Visitor) -> bool:
    return visitor.is_administrator


def disclosers(visitor: Visitor) -> bool:
    """Who prepares or confirms masked copies."""
    return visitor.is_administrator or visitor.holds(*PREPARING, *CONFIRMING)


def restorers(visitor: Visitor) -> bool:
    """Who answers for backups and does not find them in the administration room."""
    return visitor.holds(*ANSWERING) and not visitor.is_administrator


def keepers_of_records(visitor: Visitor) -> bool:
    """Who proposes or decides on the disposal of records."""
    return visitor.user.is_superuser or visitor.holds(*DOORKEEPERS)


def turners(visitor: Visitor) -> bool:
    """Who sees to the turn of the 年度."""
    return visitor.user.is_superuser or visitor.holds(*TURNERS)


@dataclass(frozen=True)
class Room:
    """A door: its word, its page, its sign, and who may open it."""

    label: str
    url_name: str
    icon: str = "file"
    may_open: Callable[[Visitor], bool] = field(default=everyone)
    description: str = ""
    also: tuple[str, ...] = ()  # further addresses that belong to the room


ROOMS: list[Room] = [
    Room("受信箱", "desk", "inbox", also=("/inbox/",)),
    Room("状況", "overview", "chart", answerable),
    Room("予定表", "calendar", "calendar"),
    Room("報告書", "reports", "file"),
    Room("インシデント", "incidents:rooms", "alert"),
    Room(
        "セキュリティ情報",
        "incidents:bulletins",
        "info",
        also=("/incidents/vulnerabilities/", "/incidents/vulnerability-systems/", "/incidents/inquiries/", "/incidents/inquiry-answers/"),
    ),
    Room("申請・許可", "approvals:list", "stamp", also=("/committee/",)),
    Room("情報資産", "assets:asset_list", "box"),
    Room("監査・点検", "audits:engagements", "checklist", also=("/audits/",)),
    Room("ポリシー", "policy:toc", "book", also=("/undecided/",)),
    Room("定期業務", "duties:list", "repeat"),
    Room("組織", "accounts:organisation", "people"),
    Room("年度替", "year_turn", "next-year", turners),
    Room("黒塗りの写し", "disclosure:list", "masked", disclosers),
    Room("控えと復元", "backup:list", "copies", restorers),
    Room("保存年限と廃棄", "retention:due", "archive", keepers_of_records),
    Room(
        "管理",
        "administration",
        "gear",
        administrators,
        also=("/organisation/users/", "/organisation/resets/", "/organisation/locks/", "/trail/", "/jobs/", "/backups/", "/components/"),
    ),
]

ADMINISTRATION: list[Room] = [
    Room("利用者", "accounts:users", "person", administrators, "利用者の検索、ロックの解除、パスワードの再設定、利用停止をします。"),
    Room(
        "使われていない利用者ID",
        "accounts:unused_users",
        "clock",
        administrators,
        "長くログインのない利用者IDを確かめ、要らないものを止めます。",
    ),
    Room("確認方法の解除", "accounts:factor_resets", "key", administrators, "機器をなくした人の登録を、二人で確かめて解除します。"),
    Room("緊急停止", "accounts:emergency_locks", "stop", administrators, "すぐに止めた利用者と、その解除です。"),
    Room("人事異動", "accounts:personnel_changes", "people", administrators, "異動のCSVを読み込み、確かめてから発令日に適用します。"),
    Room("ポリシーの改定", "policy:revisions", "book", administrators, "ポリシー本文の取り込みと、改定の版を管理します。"),
    Room("未定事項", "parameters:list", "checklist", administrators, "ポリシーが定めていないことについて、市の決定を記録します。"),
    Room("証跡", "trail:list", "checklist", administrators, "だれが、いつ、何をしたかの記録を調べます。"),
    Room("システムの状態", "jobs:health", "clock", administrators, "裏で動く処理が滞りなく動いているかを確かめます。"),
    Room("控えと復元", "backup:list", "box", administrators, "控え（バックアップ）が取れているか、復元できるかを確かめます。"),
    Room("処理の一覧", "jobs:list", "box", administrators, "取り込みや書き出しなど、時間のかかる処理の進み具合です。"),
    Room("画面の部品", "components", "stamp", administrators, "各画面で共通に使う部品を、状態ごとに並べた見本帳です。"),
]


@dataclass(frozen=True)
class Door:
    """A room as the menu draws it."""

    room: Room
    url: str
    is_current: bool = False


def doors(rooms: list[Room], visitor: Visitor, path: str) -> list[Door]:
    """The rooms the visitor may open; the one with the address that is the longest beginning of `path` is the current one."""
    open_rooms = [(room, url) for room, url in _installed(rooms) if room.may_open(visitor)]
    inside = [(len(place), url) for room, url in open_rooms for place in (url, *room.also) if _is_inside(path, place)]
    current = max(inside, default=(0, ""))[1]
    return [Door(room, url, is_current=url == current) for room, url in open_rooms]


def _installed(rooms: list[Room]) -> Iterator[tuple[Room, str]]:
    for room in rooms:
        if url := address_of(room.url_name):
            yield room, url


def _is_inside(path: str, place: str) -> bool:
    return path == place if place == "/" else path.startswith(place)
