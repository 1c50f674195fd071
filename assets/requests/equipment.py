"""Devices: placed outside, carried in and out, changed, connected, filled with software, or not the city's at all."""

from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware

from assets import off_site_check
from assets.classification import AssetClass
from assets.forms.requests.equipment import (
    ByodForm,
    ByodRulingForm,
    ChangedForm,
    CheckedInForm,
    DevEquipmentForm,
    DeviceConnectionForm,
    EquipmentInOutForm,
    HardwareChangeForm,
    InstalledForm,
    OffSiteEquipmentForm,
    ReturnedForm,
    SafetyForm,
    SecuritySettingForm,
    SetBackForm,
    SoftwareForm,
    UnpluggedForm,
    WipedForm,
    WorkDoneForm,
)
from assets.models import ByodRuling
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.transitions import InvalidTransition

from .base import KindMatter, as_day, as_moment, in_words

NO_SAFETY = "安全の確認の記録がないため、許可できません。申請の画面で、調べたことを入力してください（3-10(1)タ(ウ)）。"
NO_RULING = "この使いかたについてのCISOの判断が、いまはありません。先に「支給以外端末の使いかたの判断」を申請してください。"


@matter("off-site-equipment")
class OffSiteEquipment(KindMatter):
    """庁外への機器設置 (3.8.1.5): the register says so, and the check comes round until it is back."""

    form, done = OffSiteEquipmentForm, ReturnedForm
    headline = ("device", "place")
    about = ("device",)
    locks_subject = True
    mark = AssetClass.II
    completed_by = (RoleCode.CENTRAL_MANAGER,)
    checks = (
        Check("3.8.1.5", "庁舎の中ではなく、庁外に置く必要がありますか"),
        Check("3.8.1.5", "その場所の管理と、取る対策は、中の情報の分類に見合っていますか"),
        Check("3.8.1.5", "設置したあと、対策の状況を定期に確かめられる場所ですか"),
    )

    def guard(self, request: Request, *, at: datetime) -> None:
        super().guard(request, at=at)
        if self.need(request, "device").is_ended:
            raise InvalidTransition("選ばれた機器は、廃棄・返却済です。台帳の状態を確かめてください。")

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        device = self.need(request, "device").place_off_site(request.content["place"], by=by, at=at)
        off_site_check.plan(device, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        device = self.need(request, "device")
        off_site_check.stop(device, at=at)
        device.bring_back(request.report["place"], by=by, at=at)


@matter("equipment-in-out")
class EquipmentInOut(KindMatter):
    """電算室機器の搬入出 (3.8.2.3): looked at before, attended, and in the record of work after."""

    form, done = EquipmentInOutForm, WorkDoneForm
    headline = ("way", "equipment")
    about = ("system",)
    ledger = "work-record"
    mark = AssetClass.II
    checks = (
        Check("3.8.2.3.1", "動いているシステムへの影響が、だれによってどう確かめられたかが分かりますか"),
        Check("3.8.2.3.2", "搬入出の間、職員が必ず立ち会いますか"),
        Check("3.8.2.2.1", "運ぶ人に、電算室への入室の許可がありますか"),
    )

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        report, content = request.report, request.content
        work = f"{dict(self.form.facts_of({'way': content['way']})).popitem()[1]}：{content['equipment']}（申請 {request.number}）"
        moments = {name: as_moment(report[name]) for name in ("started_at", "finished_at")}
        people = {name: report[name] for name in ("workers", "attended_by", "result")}
        about = {"system": self.need(request, "system"), "work": work, "ordered_by": request.applicant_as[:200]}
        self.write(request, about | moments | people, by=by, at=at)


@matter("byod-ruling")
class ByodRulingMatter(KindMatter):
    """The CISO's ruling that a kind of use is possible (3.9.1.6); it holds until it is recalled or given up."""

    form = ByodRulingForm
    headline = ("use",)
    checks = (
        Check("3.9.1.6", "市の端末ではできず、業務に必要な使いかたですか"),
        Check("3.9.1.6", "実施手順で求める対策により、危険は受け入れられる大きさになりますか"),
    )

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        ByodRuling.make(request, by=by, at=at)

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        if request.status == Request.Status.RECALLED:
            request.byod_ruling.end(by=by, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        request.byod_ruling.end(by=by, at=at)


@matter("byod")
class Byod(KindMatter):
    """支給以外端末の業務利用 (3.9.1.6): after the CISO's ruling, under the 実施手順, one device of one person."""

    form, done = ByodForm, WipedForm
    headline = ("device_text", "ruling")
    about = ("ruling",)
    checks = (
        Check("3.9.1.6", "CISOが使えると判断した使いかたの範囲に収まっていますか"),
        Check("3.9.1.6", "業務で必要で、市の端末では間に合わない事情がありますか"),
        Check("3.9.1.6", "実施手順で求められる対策を、すべて行っていますか"),
    )

    def guard(self, request: Request, *, at: datetime) -> None:
        super().guard(request, at=at)
        ruling = ByodRuling.objects.in_force(on=day_of(at)).filter(pk=request.content["ruling"]).first()
        if ruling is None:
            raise InvalidTransition(NO_RULING)
        if value("approvals.byod_ruling") == "each_request" and self._is_used(ruling, request):
            raise InvalidTransition(f"市の定めにより、CISOの判断は申請のたびに必要です。{NO_RULING}")

    def _is_used(self, ruling: ByodRuling, request: Request) -> bool:
        """Whether another permit rests on it already."""
        return Request.objects.about(ruling).filter(type=request.type, decided_at__isnull=False).exclude(pk=request.pk).exists()


@matter("security-setting")
class SecuritySetting(KindMatter):
    """セキュリティ設定の変更 (3.9.1.7): until a day, then set back."""

    form, done = SecuritySettingForm, SetBackForm
    headline = ("setting", "device", "device_text")
    about = ("device",)
    mark = AssetClass.II
    checks = (
        Check("3.9.1.7", "設定を変えないと業務ができない理由がありますか"),
        Check("3.9.1.7", "変える範囲と期間は必要な分だけで、その間の代わりの対策がありますか"),
    )


@matter("software")
class Software(KindMatter):
    """ソフトウェアの導入 (3.10.1.16): the decider has looked at its safety, the section's officer keeps the licence."""

    form, done = SoftwareForm, InstalledForm
    headline = ("product", "version")
    about = ("device", "system")
    ledger = "software-licence"
    completed_by = (RoleCode.SECTION_OFFICER,)
    checks = (
        Check("3.10.1.16.1", "業務に必要で、いま使えるソフトウェアでは足りませんか"),
        Check("3.10.1.16.3", "配布元、知られている弱点、外部への通信を調べ、安全だと確かめましたか"),
        Check("3.10.4.1.7", "使う予定の間、開発元のサポートが続きますか"),
    )

    def ruling(self, request: Request) -> type[SafetyForm]:
        return SafetyForm

    def guard_ruling(self, outcome: str, ruling: dict[str, Any] | None) -> None:
        if outcome == Decision.Outcome.PERMIT and not (ruling or {}).get("safety"):
            raise ValidationError(NO_SAFETY)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        content, report = request.content, request.report
        copied = ("product", "version", "maker", "licence", "licences", "used", "support_plan")
        data = {name: content[name] for name in copied if content.get(name) not in (None, "")}
        data |= {name: day for name in ("support_ends_on", "use_until") if (day := as_day(content.get(name)))}
        data |= {"installed_on": as_day(report["done_on"]), "where": report["where"], "request_code": request.number}
        data |= {"note": report["note"]} if report.get("note") else {}
        data |= {"system": system} if (system := self.row(request, "system")) else {}
        self.write(request, data, by=by, at=at)


@matter("hardware-change")
class HardwareChange(KindMatter):
    """機器構成の変更 (3.10.1.17.2): both permit; done, it stands in the register and in the history of changes."""

    form, done = HardwareChangeForm, ChangedForm
    headline = ("kind", "device")
    about = ("device",)
    ledger = "change-history"
    mark = AssetClass.II
    checks = (
        Check("3.10.1.17.2", "改造・増設・交換をしないと業務ができない理由がありますか"),
        Check("3.10.1.17.2", "ほかの機器やネットワークに影響がないことを確かめましたか"),
        Check("3.8.1.6", "外した部品に情報が残らない手だてがありますか"),
    )

    def guard(self, request: Request, *, at: datetime) -> None:
        super().guard(request, at=at)
        device = self.need(request, "device")
        if device.department_id != request.department_id or device.is_ended:
            raise InvalidTransition(f"「{device}」は、{request.department.name}で使っている機器ではありません。台帳を確かめてください。")

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        device, report = self.need(request, "device"), request.report
        note = f"{device.note}\n{report['done_on']} {report['result']}（申請 {request.number}）".strip()
        with in_words():
            device.change(by=by, at=at, note=note[-2000:], **({"os": report["device_os"]} if report.get("device_os") else {}))
        data = {
            "device": device,
            "changed_at": min(at, make_aware(datetime.combine(as_day(report["done_on"]), time(12)))),
            "changed_by": report["changed_by"],
            "what": dict(self.form.facts_of({"kind": request.content["kind"]})).popitem()[1],
            "content": report["result"],
            "reason": request.content["reason"][:200],
            "request_code": request.number,
        }
        self.write(request, data | ({"system": device.system} if device.system else {}), by=by, at=at)


@matter("device-connection")
class DeviceConnection(KindMatter):
    """端末の庁内接続 (3.10.2.4.6)."""

    form, done = DeviceConnectionForm, UnpluggedForm
    headline = ("device", "device_text", "network")
    about = ("device",)
    mark = AssetClass.II
    checks = (
        Check("3.10.2.4.6", "不正プログラムの検査をし、見つからなかったことが分かりますか"),
        Check("3.10.2.4.6", "OSとソフトウェアの更新が済み、対策ソフトの定義が最新ですか"),
        Check("3.10.2.4.6", "つなぐ目的と期間は、業務に必要な範囲ですか"),
    )


@matter("dev-equipment")
class DevEquipment(KindMatter):
    """開発機器の搬出入 (3.10.3.2.5): both permit, and the things are looked at on the spot."""

    form, done = DevEquipmentForm, CheckedInForm
    headline = ("way", "what")
    mark = AssetClass.II
    checks = (
        Check("3.10.3.2.5", "開発・保守に必要な物だけですか"),
        Check("3.10.3.2.5", "搬出入のとき、申請どおりの物かどうかを現物で確かめる職員が決まっていますか"),
        Check("3.10.3.2.5", "持ち出す物に市の情報が残らず、持ち込む物から不正プログラムが入らない手だてがありますか"),
    )
