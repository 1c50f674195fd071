"""What a person may begin, in groups, each with one line: the rooms' own pages, and every type of request."""

from dataclasses import dataclass, field
from datetime import datetime

from django.urls import reverse

from incidents.models import Bulletin
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import standings
from musashimurayama_isms.approvals.cards import Card, catalogue


@dataclass(frozen=True)
class Door:
    """One thing to begin: its words, one line about when, the page; `roles` where it is not everybody's."""

    label: str
    when: str
    url_name: str
    roles: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Group:
    """Things that belong together: pages, and types of request."""

    title: str
    doors: list[Door] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


OF_A_SECTION = (RoleCode.SECTION_OFFICER, RoleCode.PROMOTER, RoleCode.TERMINAL_USER)

NOTICED = (
    Door("インシデントを報告する", "誤送信、紛失、ウイルスの疑いなど。迷ったら報告してください。", "incidents:start"),
    Door("相談する", "決まりの意味が分からない、守るのが難しい、気になることがあるとき。", "incidents:consultation_new"),
    Door("違反を報告する", "決まりに反することに気づいたとき。", "incidents:violation_new"),
    Door("遵守の問題を報告する", "決まりが守られていない状態を、課や部で見つけたとき。", "incidents:compliance_new"),
)
REGISTERS = (
    Door("情報資産を登録する", "課で新しく持つ情報を、分類とともに。", "assets:asset_list"),
    Door("機器を登録する", "パソコン、電磁的記録媒体などを持ち始めたとき。", "assets:device_new", OF_A_SECTION),
    Door("情報システムを登録する", "課が管理するシステムを、台帳に。", "assets:system_new", OF_A_SECTION),
    Door("外部サービスの利用を検討する", "クラウドなどを使う前に。", "assets:service_new"),
    Door("課の文書を作る", "実施手順などの案を書き始めるとき。", "policy:new_document"),
)
MINE = (
    Door("研修を受ける", "届いている研修と、受けた記録。", "audits:training"),
    Door("不在と代理を登録する", "出張や休暇の間、仕事が止まらないようにします。", "accounts:absences"),
    Door("お知らせの受け取りかたを決める", "メールで受け取る種類、まとめの時刻、夜間・休日。", "notifications:choices"),
    Door("ポリシーを読む・探す", "条項の番号や言葉から、求められていることを確かめます。", "policy:toc"),
    Door("使いかたを見る", "はじめての方と、困ったときのために。", "help"),
)
WARN = Door("職員に注意喚起を出す", "不審なメールや新しい弱点を、全職員か選んだ課に知らせます。", "incidents:bulletin_new")


def beginnings(user: User, *, at: datetime) -> list[Group]:
    """What this person may begin now; a type of request that is not open, or not this person's, is left out."""
    codes = {hat.role.code for hat in standings(user, at=at)}
    noticed = [*NOTICED, WARN] if Bulletin.issuer(user, at=at) else list(NOTICED)
    found = [Group("気づいたこと・困ったこと", noticed)]
    found += [Group(f"許可を申請する：{words}", cards=cards) for words, cards in catalogue(user, at=at).groups]
    found += [Group("登録する・作る", _fitting(REGISTERS, codes)), Group("自分のこと", list(MINE))]
    return found


def _fitting(doors: tuple[Door, ...], codes: set[str]) -> list[Door]:
    return [door for door in doors if not door.roles or codes & set(door.roles)]
