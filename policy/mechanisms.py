"""By what an obligation is kept: mechanism codes, their Japanese words, and who really keeps them.

A code is `family:name`, or the family alone for 自己点検 and for what is kept outside the portal. An app registers a code
only when it truly keeps what the code says, in its AppConfig.ready:

    register("report:incident", figures)       # figures(at=moment) -> Figures
    register("portal:naming", "accounts:organisation")   # the page where it is done, where there is nothing to count

A code that no app has registered has no mechanism yet; such obligations show red.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse


class State(models.TextChoices):
    """How an obligation stands now; computed, never stored. Worst first, as they are shown."""

    LATE = "late", "期限超過"
    MISSING = "missing", "仕組みなし"
    OUTSIDE = "outside", "ポータル外"
    ACTIVE = "active", "実施中"
    KEPT = "kept", "仕組みあり"


@dataclass(frozen=True)
class Figures:
    """The live figures of a mechanism: what is open, how much of it is late, all there ever was, and where to look.

    `by_clause` where the mechanism knows more of a clause than of the whole: the regulation that this very clause orders.
    """

    open: int = 0
    late: int = 0
    total: int = 0
    url: str = ""
    by_clause: Mapping[str, "Figures"] = field(default_factory=dict)


@dataclass(frozen=True)
class Keeping:
    """A mechanism at a moment: how it stands, in which words, with which figures."""

    code: str
    state: State
    figures: Figures

    def at_clause(self, clause: str) -> "Keeping":
        """How it stands for one clause, where the mechanism tells clauses apart; else as a whole."""
        figures = self.figures.by_clause.get(clause)
        return self if figures is None else replace(self, state=_state_of(figures, self.code), figures=figures)

    @property
    def word(self) -> str:
        return word_of(self.code)

    @property
    def label(self) -> str:
        """申請：情報資産の運搬の許可."""
        family = family_of(self.code)
        return self.word if family in WITHOUT_NAME else f"{FAMILIES.get(family, family)}：{self.word}"


FAMILIES = {
    "request": "申請",
    "report": "報告",
    "ledger": "台帳",
    "duty": "定期業務",
    "portal": "ポータルの機能",
    "business": "委員会の案件",
    "inspection": "自己点検",
    "outside": "ポータル外の対策",
}
WITHOUT_NAME = ("inspection", "outside", "business")

WORDS: dict[str, str] = {
    "request:transport": "情報資産の運搬の許可",
    "request:media-dispatch": "媒体の送付の許可",
    "request:off-site-copy": "遠隔地保管の許可",
    "request:disclosure": "外部提供の許可",
    "request:take-out": "持ち出しの許可",
    "request:disposal": "廃棄の許可",
    "request:classification-ruling": "分類の判定",
    "request:publication": "公開の許可",
    "request:off-site-equipment": "庁舎外への機器設置の承認",
    "request:area-entry": "管理区域への入退室の許可",
    "request:equipment-in-out": "機器の搬入・搬出",
    "request:byod": "支給以外の端末の利用の許可",
    "request:byod-ruling": "支給以外の端末の使いかたの判断",
    "request:security-setting": "セキュリティ設定の変更の許可",
    "request:viewing": "書類・画面の閲覧の許可",
    "request:information-exchange": "情報・ソフトウェアの交換の許可",
    "request:external-network": "外部ネットワーク接続の許可",
    "request:web-storage": "オンラインストレージの利用の許可",
    "request:software": "ソフトウェア導入の許可",
    "request:hardware-change": "機器の増設・交換の許可",
    "request:web-conference": "Web会議の利用",
    "request:privilege-deputy": "特権の代行者の指名",
    "request:remote-access": "外部からの接続の許可",
    "request:device-connection": "機器の接続の許可",
    "request:user-id": "利用者IDの登録・変更",
    "request:user-id-removal": "利用者IDの抹消の届出",
    "request:dev-equipment": "開発用の機器・ソフトウェアの承認",
    "request:antimalware-authority": "マルウェア対策の権限の付与",
    "request:exception": "例外措置の許可",
    "request:external-service": "外部サービスの利用の許可",
    "request:external-service-light": "外部サービス（機密性の低いもの）の利用の許可",
    "request:subcontracting": "再委託の承認",
    "request:social-media": "ソーシャルメディアの利用",
    "request:audit-plan": "監査実施計画の承認",
    "request:emergency-exception": "緊急時の例外措置の届出",
    "request:device-survey": "端末装置の調査",
    "request:suspension": "利用権の停止",
    "request:terminal-ban": "端末装置の使用禁止",
    "report:incident": "インシデントの報告（第1～4段）",
    "report:meeting": "対応会議の招集と判断",
    "report:measures": "侵害への応急措置",
    "report:ic-card": "ICカードの紛失",
    "report:password": "パスワード流出のおそれ",
    "report:missent-mail": "メールの誤送信",
    "report:malware": "マルウェアの感染・疑い",
    "report:violation": "ポリシー違反の発見",
    "report:defacement": "ウェブサイトの改ざん",
    "report:fault": "システム障害",
    "report:staff-intrusion": "職員による不正アクセス",
    "report:external-network-cut": "外部ネットワークの切断",
    "report:compliance": "遵守状況の問題",
    "report:consultation": "相談",
    "report:contractor-emergency": "委託事業者の緊急報告",
    "report:external-service-incident": "外部サービスでのインシデント",
    "report:sns-hijack": "ソーシャルメディアの乗っ取り",
    "report:cable-damage": "配線の損傷",
    "report:off-duty-browsing": "業務外の閲覧",
    "report:access-record": "アクセス記録の通知",
    "report:authority": "国・都などへの報告",
    "report:publication-press": "公表・報道機関への通知",
    "report:attack": "攻撃への対応",
    "report:cause": "原因の究明と記録",
    "report:recurrence": "再発防止策",
    "ledger:asset": "情報資産台帳",
    "ledger:media": "媒体の台帳",
    "ledger:device": "機器の台帳",
    "ledger:software-licence": "ソフトウェア・ライセンスの台帳",
    "ledger:user-id": "利用者IDの台帳",
    "ledger:privileged-id": "特権IDの台帳",
    "ledger:connection": "接続の台帳",
    "ledger:external-service": "外部サービスの台帳",
    "ledger:contractor": "委託先の台帳",
    "ledger:contract": "契約書の確認表",
    "ledger:area-entry-log": "管理区域の入退室記録",
    "ledger:work-record": "作業記録",
    "ledger:fault-record": "障害記録",
    "ledger:change-history": "変更履歴",
    "ledger:log": "アクセス記録等のログ",
    "ledger:disposal": "廃棄の記録",
    "ledger:system": "情報システムの台帳",
    "ledger:document": "システム文書の台帳",
    "ledger:test-result": "試験結果の記録",
    "ledger:regulation": "規程・実施手順の台帳",
    "ledger:exception": "例外措置の台帳",
    "ledger:violation": "違反の記録",
    "ledger:contact-list": "緊急連絡網",
    "ledger:training": "研修の記録",
    "ledger:audit": "監査の記録",
    "duty:training": "研修",
    "duty:new-staff-training": "新規採用職員の研修",
    "duty:drill": "訓練",
    "duty:education": "職場での指導",
    "duty:backup": "バックアップ",
    "duty:log-inspection": "ログの点検",
    "duty:unused-ids": "使われていないIDの点検",
    "duty:off-site-equipment-check": "庁舎外の機器の点検",
    "duty:tamper-check": "改ざんの検査",
    "duty:patterns": "パターンファイルの更新",
    "duty:staff-scan": "職員によるウイルス検査",
    "duty:compliance-watch": "遵守状況の確認",
    "duty:system-compliance": "システム設定の遵守状況の確認",
    "duty:exception-review": "例外措置の見直し",
    "duty:external-service-review": "外部サービスの利用状況の確認",
    "duty:contractor-report": "委託事業者の定期報告",
    "duty:risk-assessment": "リスク評価",
    "duty:bcp-review": "業務継続計画の整備と見直し",
    "duty:contact-list": "体制・連絡網の整備",
    "duty:policy-review": "ポリシーの見直し",
    "duty:self-inspection": "自己点検の実施",
    "duty:audit": "監査の実施",
    "duty:access-review": "アクセス権の見直し",
    "duty:security-information": "脆弱性などの情報の収集と対応",
    "duty:procedure-maintenance": "実施手順の維持",
    "duty:regulation": "規程・実施手順の整備",
    "duty:confirmation": "対策の年次確認",
    "portal:handover": "異動・退職時の返却と引継ぎ",
    "portal:naming": "情報化推進員の指名",
    "portal:roles": "役割と担い手の登録",
    "portal:committee": "委員会と委員の登録",
    "portal:log-in": "ログインの確認と自動切断",
    "portal:second-factor": "二つ目の確認方法",
    "portal:separation": "申請者と決定者の分離",
    "business": "委員会の案件",
    "inspection": "自己点検で確認",
    "outside": "システムや設備の対策",
}

Keeper = Callable[..., Figures]
_keepers: dict[str, Keeper] = {}


def register(code: str, keeper: str | Keeper) -> None:
    """Say that the portal keeps this code: `keeper` is the name of the page, or a function of `at=` that gives the Figures.

    The same code again replaces its keeper. ValueError for a code of no known family, or without a Japanese word.
    """
    if code not in WORDS:
        raise ValueError(f"No such mechanism: {code!r}; its Japanese word stands in policy.mechanisms.WORDS")
    _keepers[code] = _page(keeper) if isinstance(keeper, str) else keeper


@dataclass(frozen=True)
class Shared:
    """A keeper that answers for several codes with one question."""

    keeper: Callable[..., Mapping[str, Figures]]
    code: str

    def __call__(self, *, at: datetime) -> Figures:
        return self.keeper(at=at)[self.code]


def register_together(codes: Iterable[str], keeper: Callable[..., Mapping[str, Figures]]) -> None:
    """Like `register`, for codes whose figures come from one question: `keeper(at=)` gives them by code."""
    for code in codes:
        register(code, Shared(keeper, code))


def _page(url_name: str) -> Keeper:
    return lambda *, at: Figures(url=reverse(url_name))


def registered() -> set[str]:
    """The codes that the apps keep."""
    return set(_keepers)


def family_of(code: str) -> str:
    return code.partition(":")[0]


def word_of(code: str) -> str:
    """The Japanese word of a code; the code itself where there is none."""
    return WORDS.get(code, code)


def is_well_formed(code: str) -> bool:
    """Whether a code belongs to a known family and has a name where its family asks for one."""
    family, colon, name = code.partition(":")
    return family in FAMILIES and (not colon if family in WITHOUT_NAME else bool(name))


def keepings(codes: Iterable[str], *, at: datetime) -> Mapping[str, Keeping]:
    """How each code stands at a moment; each registered keeper is asked once, whatever the number of obligations or codes."""
    found = {code: _keepers.get(code) for code in set(codes)}
    answers = {keeper: keeper(at=at) for keeper in {row.keeper for row in found.values() if isinstance(row, Shared)}}
    return {code: _kept(code, row, answers, at=at) for code, row in found.items()}


def keeping(code: str, *, at: datetime) -> Keeping:
    """How one code stands at a moment."""
    return keepings([code], at=at)[code]


def _kept(code: str, keeper: Keeper | None, answers: Mapping[Any, Mapping[str, Figures]], *, at: datetime) -> Keeping:
    if keeper is None:
        return Keeping(code, State.OUTSIDE if family_of(code) == "outside" else State.MISSING, Figures())
    figures = answers[keeper.keeper][code] if isinstance(keeper, Shared) else keeper(at=at)
    return Keeping(code, _state_of(figures, code), figures)


def _state_of(figures: Figures, code: str) -> State:
    """Late before all; what is kept outside the portal stays so until somebody has confirmed it for the year."""
    if figures.late:
        return State.LATE
    if figures.open:
        return State.OUTSIDE if family_of(code) == "outside" else State.ACTIVE
    return State.KEPT
