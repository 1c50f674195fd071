"""A sound content of every type of request that the registers declare, and the way from a draft to its end."""

from datetime import date, datetime, timedelta
from typing import Any

from assets.models import ByodRuling, Device, System
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Request, RequestType
from musashimurayama_isms.fiscal import TOKYO
from policy.catalogue import load_regulations
from policy.models import Regulation

from .cast import Cast

AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
TODAY = AT.date()
DAY, LATER = TODAY.isoformat(), (TODAY + timedelta(days=30)).isoformat()
PERIOD = {"starts_on": DAY, "ends_on": LATER}
RULES = ("byod-procedure", "web-conference-procedure")
SETTLED = {"classification-ruling": {"asset_class": 2, "handlers": "市民課の職員", "reason": "公開の予定がない"}}
SETTLED["software"] = {"safety": "開発元のページと脆弱性の一覧を調べた", "checked_by": "行政経営課"}


class Stage:
    """The cast, a system and a terminal of 市民課, a server of 行政経営課, the rules kept elsewhere, one ruling of the CISO."""

    def __init__(self) -> None:
        self.cast = cast = Cast()
        load_request_types()
        load_regulations()
        for code in RULES:
            Regulation.objects.get(code=code).keep_elsewhere(
                where="書庫", since=TODAY, review_on=None, by=cast.central_manager, at=AT - timedelta(days=1)
            )
        facts = {"name": "住民記録", "purpose": "住民票の交付", "network": "my_number", "asset_class": 1, "manager": "市民課長"}
        self.system = System.enter(by=cast.clerk, at=AT, department=cast.section, **facts)
        terminal = {"kind": "terminal", "name": "窓口端末", "network": "lgwan", "place": "窓口"}
        self.device = Device.enter(by=cast.clerk, at=AT, department=cast.section, **terminal)
        server = {"kind": "server", "name": "証明書サーバ", "network": "lgwan", "place": "電算室"}
        self.server = Device.enter(by=cast.central_manager, at=AT, department=cast.section, **server)
        self.ruling = self.rule()

    def rule(self) -> ByodRuling:
        request = run("byod-ruling", self, content=CONTENT["byod-ruling"](self))
        return request.byod_ruling


CONTENT = {
    "classification-ruling": lambda s: {
        "name": "調査の回答一覧",
        "origin": "from_outside",
        "source": "東京都",
        "received_on": DAY,
        "kind": "data",
        "about": "回答した人の所属と意見",
        "has_personal": True,
        "place": "鍵の掛かる書庫",
        "opinion": "",
    },
    "publication": lambda s: {
        "what": "窓口の混雑の統計",
        "asset_class": 4,
        "where": "site",
        "place": "/toukei/",
        "starts_on": DAY,
        "integrity": ["original", "pdf"],
        "no_secret": True,
    },
    "viewing": lambda s: {"viewer": "保守の担当者", "what": "画面", "asset_class": 2, "reason": "故障の確認", "how": "横に付く", **PERIOD},
    "web-storage": lambda s: {
        "service": "共有便",
        "kind": "storage",
        "address": "https://example.jp/",
        "purpose": "相手が指定したため",
        "asset_class": 4,
        "information": "公開済みの資料",
        "account": "市民課",
        "removes": True,
        **PERIOD,
    },
    "web-conference": lambda s: {
        "name": "担当者会議",
        "host": "東京都",
        "service": "Webex",
        "starts_on": DAY,
        "device": "会議室の端末",
        "attendees": "2人",
        "shown": "公開済みの資料",
        "asset_class": 4,
        "measures": ["room"],
        "procedure_read": True,
    },
    "off-site-equipment": lambda s: {
        "device": s.server.pk,
        "place": "○○データセンター",
        "operator": "○○社",
        "reason": "災害に備えるため",
        "starts_on": DAY,
        "measures": ["lock"],
        "measures_text": "専用の棚に入れる",
    },
    "area-entry": lambda s: {
        "area": "電算室",
        "staff": [s.cast.clerk.pk],
        "visitors": "○○社 保守 太郎",
        "purpose": "点検",
        "brings": "なし",
        "attended": "staff",
        "carries_proof": True,
        **PERIOD,
    },
    "equipment-in-out": lambda s: {
        "way": "in",
        "equipment": "サーバ1台",
        "system": s.system.pk,
        "reason": "更新",
        "carrier": "○○社2人",
        "starts_on": DAY,
        "effect_by": "○○社",
        "effect": "電源の余裕を確かめた",
        "attended_by": "市民課",
    },
    "byod-ruling": lambda s: {
        "use": "災害時の連絡",
        "devices": "スマートフォン",
        "reason": "市の端末が足りない",
        "asset_class": 3,
        "risks": "紛失",
        "measures": "画面ロック",
    },
    "byod": lambda s: {
        "ruling": s.ruling.pk,
        "device_text": "電話機A",
        "owner": "本人",
        "need": "夜間の連絡",
        "information": "連絡の文面",
        "asset_class": 4,
        "measures": ["lock", "update", "alone"],
        "removes": True,
        "procedure_read": True,
        **PERIOD,
    },
    "security-setting": lambda s: {
        "device": s.device.pk,
        "setting": "USBの制限",
        "change": "禁止→許可",
        "reason": "移行",
        "instead": "立会い",
        **PERIOD,
    },
    "software": lambda s: {
        "product": "作図ソフト",
        "version": "3",
        "maker": "○○社",
        "source": "開発元",
        "device": s.device.pk,
        "purpose": "地図の作成",
        "licence": "device",
        "licences": 2,
        "used": 1,
        "use_until": LATER,
        "support_ends_on": (TODAY + timedelta(days=400)).isoformat(),
        "installs_by": "行政経営課",
        "is_lawful": True,
    },
    "hardware-change": lambda s: {
        "device": s.device.pk,
        "kind": "add",
        "change": "メモリを増やす",
        "reason": "動きが遅い",
        "done_by": "○○社",
        "starts_on": DAY,
        "parts": "なし",
    },
    "device-connection": lambda s: {
        "device_text": "保守用の端末",
        "origin": "brought",
        "owner": "○○社",
        "purpose": "保守",
        "network": "LGWAN接続系",
        "scanned_on": DAY,
        "scan_result": "none",
        "patched_on": DAY,
        "is_patched": True,
        **PERIOD,
    },
    "dev-equipment": lambda s: {
        "way": "in",
        "what": "試験用端末1台",
        "development": "住民記録の更新",
        "company": "○○社",
        "starts_on": DAY,
        "place": "会議室",
        "contents": "なし",
        "attended_by": "市民課",
        "is_scanned": True,
    },
    "information-exchange": lambda s: {
        "counterpart": "○○市",
        "counterpart_manager": "情報政策課長",
        "what": "設定の様式",
        "asset_class": 2,
        "purpose": "共同の利用",
        "starts_on": DAY,
        "way": "LGWAN",
        "terms": "目的のほかに使わない",
        "terms_on": DAY,
        "is_agreed": True,
    },
    "external-network": lambda s: {
        "system": s.system.pk,
        "counterpart": "都のネットワーク",
        "counterpart_manager": "都",
        "purpose": "照会",
        "starts_on": DAY,
        "limits": "443だけ",
        "is_offline_counterpart": True,
        "surveyed_on": DAY,
        "surveyed_by": "行政経営課",
        "survey_result": "影響なし",
        "no_effect": True,
        "liability": "契約書第9条",
        "firewall": "FW-1",
        "publishes": "no",
    },
    "remote-access": lambda s: {
        "who": "○○社",
        "system": s.system.pk,
        "scope": "障害の確認だけ",
        "reason": "夜間の障害",
        "asset_class": 1,
        "place": "保守センター",
        "device_text": "保守端末",
        "route": "closed",
        "identification": ["id", "password"],
        "encryption": "VPN",
        "device_measures": "暗号化",
        **PERIOD,
    },
    "user-id": lambda s: {
        "act": "register",
        "system": s.system.pk,
        "person": s.cast.clerk.pk,
        "kind": "normal",
        "rights": "照会",
        "reason": "窓口の仕事",
        "starts_on": DAY,
    },
    "user-id-removal": lambda s: {
        "system": s.system.pk,
        "login_id": "u-1",
        "person": s.cast.clerk.pk,
        "reason": "transfer",
        "needed_until": DAY,
    },
    "privilege-deputy": lambda s: {
        "system": s.system.pk,
        "person": s.cast.secretary.pk,
        "login_id": "root-2",
        "reason": "休日の障害",
        "scope": "再起動",
        "is_fit": True,
        **PERIOD,
    },
    "antimalware-authority": lambda s: {
        "person": s.cast.colleague.pk,
        "software": "対策ソフト",
        "scope": "除外の追加",
        "reason": "移行",
        **PERIOD,
    },
    "device-survey": lambda s: {
        "ground": "malware",
        "ground_text": "警告が出た",
        "department": s.cast.section.pk,
        "whose": "u-1",
        "scope": ["access"],
        "scope_text": "11月の記録",
        "surveyors": [s.cast.secretary.pk],
        "starts_on": DAY,
        "sees_personal": "no",
        "is_silent": True,
    },
    "suspension": lambda s: {
        "user_id": "u-1",
        "department": s.cast.section.pk,
        "kind": "stop",
        "scope": "すべて",
        "violation": "私用の利用",
        "guided_on": DAY,
        "guidance": "二度指導した",
        "stopped_at": AT.isoformat(),
        "until": "再研修のあと",
    },
    "terminal-ban": lambda s: {
        "device": s.device.pk,
        "department": s.cast.section.pk,
        "user_id": "u-1",
        "kind": "software",
        "found_on": DAY,
        "reason": "許可のないソフト",
        "stopped_at": AT.isoformat(),
        "lifted_when": "消したとき",
    },
}
SUBMITS = {RoleCode.TERMINAL_USER: "clerk", RoleCode.SECTION_OFFICER: "section_officer", RoleCode.CENTRAL_MANAGER: "central_manager"}


def people_of(code: str, cast: Cast) -> tuple[User, User]:
    """Who drafts a request of the type, and who submits it: a clerk for the chief of the own section."""
    roles = RequestType.objects.get(code=code).applicants
    submits = getattr(cast, SUBMITS[RoleCode(roles[0])])
    return cast.secretary if submits == cast.central_manager else cast.clerk, submits


def submitted(code: str, stage: Any, *, content: dict | None = None, at: datetime = AT) -> Request:
    """A draft of the type, filled in and submitted by who may."""
    drafts, submits = people_of(code, stage.cast)
    content = CONTENT[code](stage) if content is None else content
    request = Request.draft(code, by=drafts, at=at)
    days = {name: date.fromisoformat(content[name]) for name in ("starts_on", "ends_on") if content.get(name)}
    request.edit(content, **days, by=drafts, at=at)
    if submits != drafts:
        request.prepare(by=drafts, at=at)
    request.submit(by=submits, at=at)
    return request


def permit(request: Request, *people: User, at: datetime = AT, ruling: dict | None = None) -> Request:
    for person in people:
        Decision.take(request, "permit", by=person, at=at, digest=request.current_version.digest, ruling=ruling)
    request.refresh_from_db()
    return request


def run(code: str, stage: Any, **fields: Any) -> Request:
    """Submitted and permitted by every seat of its route."""
    request = submitted(code, stage, **fields)
    if request.is_in_review:
        seats = request.open_step.seats.all()
        permit(request, *[getattr(stage.cast, seat.chair.lower()) for seat in seats], ruling=SETTLED.get(code))
    return request
