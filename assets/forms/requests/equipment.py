"""What is asked about devices: where they stand, what is changed on them, what is put into them, whose they are."""

from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.ledgers.declared.software import LICENCES
from assets.models import ByodRuling
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.forms import RulingForm
from musashimurayama_isms.fields import JapaneseDateTimeField

from .base import DeviceField, DoneForm, KindForm, SystemField, asset_class, choice, choices, day, line, text, yes

WAYS = [("in", "搬入"), ("out", "搬出"), ("both", "搬入と搬出")]
UNCOUNTED = ("free", "site")
NOT_IN_REGISTER = "台帳にないときは、機種名、製造番号、備品番号を書きます。"


class OneDeviceForm(KindForm):
    """A device of the register, or in words where it is not there."""

    device = DeviceField(required=False)
    device_text = line("台帳にない機器", NOT_IN_REGISTER, required=False)

    def check(self, data: dict[str, Any]) -> None:
        if "device" not in self.errors and not data.get("device") and not data.get("device_text"):
            self.add_error("device", "機器を台帳から選ぶか、台帳にない機器の欄に書いてください。")


class OffSiteEquipmentForm(KindForm):
    """庁外への機器設置: a device of the register, so that its check comes round."""

    device = DeviceField("設置する機器", "機器の台帳から選びます。まだないときは、先に台帳に登録してください。")
    place = line("設置する場所", "施設の名前と、階・部屋・ラックなど")
    operator = line("その場所を管理している人", "例 ○○データセンター（株式会社○○）")
    reason = text("庁外に置く理由")
    starts_on = day("設置する日")
    ends_on = day("いつまで", "決めていないときは空欄にします。", required=False)
    measures = choices(
        "その場所で取る対策を選んでください",
        [
            ("lock", "鍵のかかる部屋かラックに入れる"),
            ("entry", "入れる人を限り、記録を残す"),
            ("disaster", "火災・地震・水害・停電に備えた施設である"),
            ("cipher", "機器の中の情報を暗号化する"),
            ("remote", "庁内から状態を見張り、異常が分かる"),
            ("contract", "管理する事業者と、守ることを契約で決めた"),
        ],
    )
    measures_text = text("対策の詳しい内容", "選んだ対策を、だれがどのように行うかを書きます。")


class ReturnedForm(DoneForm):
    """What is recorded when the device is back."""

    field_order = ("done_on", "place", "note")
    done_on = day("引き上げた日")
    place = line("引き上げたあとの置き場所")


class EquipmentInOutForm(KindForm):
    """電算室機器の搬入出: what it does to running systems is looked at before, staff stand by."""

    way = choice("搬入ですか、搬出ですか", WAYS)
    equipment = text("機器", "機種名、台数、備品番号を書きます。台帳にある機器は D-0001 の番号も書きます。", rows=2)
    system = SystemField("関係する情報システム", "作業の記録を、このシステムの作業記録に残します。")
    reason = line("理由")
    carrier = line("運ぶ人", "会社名と人数。職員が運ぶときは課の名前")
    starts_on = day("行う日")
    effect_by = line("動いているシステムへの影響を確かめた人", "職員か委託事業者。会社名か課の名前と氏名")
    effect = text("確かめた方法と結果", "例 電源の容量と通信の設定を図面で確かめ、影響がないことを○○社と確認した")
    attended_by = line("立ち会う職員", "搬入出の間、必ず職員がその場にいます。")

    def check(self, data: dict[str, Any]) -> None:
        if data.get("starts_on") and self.at and self.request and not self.request.version and data["starts_on"] < day_of(self.at):
            self.add_error("starts_on", "過ぎた日です。搬入出の前に許可を受けてください。")


class WorkDoneForm(DoneForm):
    """What the work record takes over."""

    takes_files = False
    field_order = ("started_at", "finished_at", "workers", "attended_by", "result")
    done_on = None
    note = None
    started_at = JapaneseDateTimeField(label="始めた日時")
    finished_at = JapaneseDateTimeField(label="終えた日時")
    workers = line("作業した人", "会社名と氏名")
    attended_by = line("立ち会った職員")
    result = text("結果", "異常の有無、システムへの影響", rows=2)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, ends = data.get("started_at"), data.get("finished_at")
        if starts and ends and ends < starts:
            self.add_error("finished_at", "終えた日時が、始めた日時より前になっています。")
        if ends and self.at and ends > self.at:
            self.add_error("finished_at", "まだ来ていない日時です。終わってから記録してください。")
        return data


class ByodRulingForm(KindForm):
    """支給以外端末の使いかたの判断: a kind of use, not one device."""

    use = line("使いかた", "例 災害時の連絡に、私用のスマートフォンで職員用の掲示板を見る")
    devices = line("使う端末の種類", "例 職員が持っているスマートフォン")
    reason = text("市の端末ではできない理由")
    asset_class = asset_class("扱う情報の分類")
    risks = text("考えられる危険", "例 紛失、家族による利用、私用のアプリによる流出")
    measures = text("危険を抑える方法", "実施手順で求める対策を書きます。")


class ByodForm(KindForm):
    """支給以外端末の業務利用: one device of one person, for a kind of use that the CISO has found possible."""

    ruling = forms.ModelChoiceField(
        queryset=ByodRuling.objects.none(),
        label="使いかた",
        empty_label="選んでください",
        help_text="CISOが「使える」と判断した使いかたから選びます。ないときは、課長に「支給以外端末の使いかたの判断」の申請を相談してください。",
    )
    device_text = line("使う端末", "機種名とOSの版。例 iPhone 15、iOS 18")
    owner = line("持ち主", "ふつうは申請する本人です。")
    need = text("業務で必要な理由")
    information = line("扱う情報")
    asset_class = asset_class()
    starts_on = day("いつから")
    ends_on = day("いつまで", "必要な間だけにします。1年より長くはできません。")
    measures = choices(
        "端末で行っている対策を選んでください",
        [
            ("lock", "画面ロックを掛けている（暗証番号か生体認証）"),
            ("update", "OSとアプリを最新にしている"),
            ("malware", "不正プログラムの対策をしている"),
            ("cipher", "端末の中を暗号化している"),
            ("wipe", "なくしたとき、離れた所から消せる"),
            ("alone", "本人だけが使い、家族などに使わせない"),
        ],
        "実施手順で求められるものを、すべて行ってください。",
    )
    removes = yes("終わったら、端末から業務の情報をすべて消します")
    procedure_read = yes("支給以外の端末の実施手順を読みました")

    BASIC = ("lock", "update", "alone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.at is not None:
            self.fields["ruling"].queryset = ByodRuling.objects.in_force(on=day_of(self.at))

    def check(self, data: dict[str, Any]) -> None:
        if "measures" not in self.errors and set(self.BASIC) - set(data.get("measures", [])):
            self.add_error("measures", "画面ロック、更新、本人だけの利用は、どの使いかたでも必要です。行ってから申請してください。")
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and (ends - starts).days > 366:
            self.add_error("ends_on", "期間は1年までです。続けるときは、もう一度申請してください。")
        ruling = data.get("ruling")
        if ruling and data.get("asset_class") and data["asset_class"] < ruling.asset_class:
            self.add_error("asset_class", f"この使いかたで扱えるのは、{AssetClass(ruling.asset_class).label}までと判断されています。")


class WipedForm(DoneForm):
    """What is recorded when the private device is no longer used."""

    field_order = ("done_on", "is_wiped", "note")
    done_on = day("使い終えた日")
    is_wiped = yes("端末から業務の情報をすべて消したことを確かめました")


class SecuritySettingForm(OneDeviceForm):
    """セキュリティ設定の変更: what, why, and until when."""

    setting = line("変える設定", "例 USBメモリの接続を止める設定")
    change = line("どう変えますか", "いまの値と、変えたあとの値。例 禁止 → 管理された1本だけ許可")
    reason = text("業務で必要な理由")
    starts_on = day("いつから")
    ends_on = day("いつまで", "この日までに元に戻します。")
    instead = text("設定を変えている間、代わりに行う対策", rows=2)


class SetBackForm(DoneForm):
    """The setting is as it was."""

    field_order = ("done_on", "is_set_back", "note")
    done_on = day("元に戻した日")
    is_set_back = yes("設定が元に戻ったことを確かめました")


class SoftwareForm(OneDeviceForm):
    """ソフトウェアの導入: licence and end of support are asked before it is there."""

    field_order = ("product", "version", "maker")
    product = line("製品名")
    version = line("版")
    maker = line("開発元")
    source = line("入手先", "例 開発元のページ、購入した販売店")
    purpose = text("業務で必要な理由")
    system = SystemField("関係する情報システム", required=False)
    licence = choice("ライセンスの種類", list(LICENCES))
    licences = forms.IntegerField(label="保有する数", min_value=1, max_value=100_000, required=False)
    used = forms.IntegerField(label="使う数", min_value=1, max_value=100_000)
    use_until = day("使う予定の終わり", "決めていないときは空欄にします。", required=False)
    support_ends_on = day("開発元のサポートが終わる日", "開発元のページで調べます。示されていないときは空欄にします。", required=False)
    support_plan = line("サポートが終わるときの予定", "使う予定の間にサポートが終わるときに書きます。", required=False)
    installs_by = line("入れる人", "例 行政経営課、○○社")
    is_lawful = yes("正規に入手したもので、不正に複製したものではありません")

    def check(self, data: dict[str, Any]) -> None:
        super().check(data)
        if data.get("licence") and data["licence"] not in UNCOUNTED:
            self.need(data, "licences", "この種類のライセンスでは、保有する数を入力してください。")
        if data.get("licences") and data.get("used") and data["used"] > data["licences"]:
            self.add_error("used", "使う数が、保有する数を超えています。")
        until, support = data.get("use_until"), data.get("support_ends_on")
        if until and support and support < until:
            self.need(data, "support_plan", "使う予定の間にサポートが終わります。更新や入替えの予定を書いてください（3-10(4)ア(キ)）。")
        if support and self.at and support < day_of(self.at):
            self.add_error("support_ends_on", "サポートが終わったソフトウェアは使えません。新しい版を選んでください。")


class SafetyForm(RulingForm):
    """What the decider has looked at before permitting (3.10.1.16.3)."""

    safety = text("調べたことと結果", "配布元、知られている弱点、外部への通信などを、何で調べて、どうだったかを書きます。", max_length=500)
    checked_by = line("調べた人", "課と氏名")


class InstalledForm(DoneForm):
    """The section's officer has it in the ledger of licences."""

    field_order = ("done_on", "where", "note")
    done_on = day("入れた日")
    where = line("入れた端末・サーバ", "番号や台数")


class HardwareChangeForm(KindForm):
    """機器構成の変更."""

    device = DeviceField("変える機器", "機器の台帳から選びます。")
    kind = choice("何をしますか", [("modify", "改造"), ("add", "増設"), ("replace", "交換")])
    change = text("変える内容", "いまの構成と、変えたあとの構成を書きます。例 メモリを8GBから16GBに交換", rows=2)
    reason = text("業務で必要な理由", rows=2)
    done_by = line("行う人", "会社名か課の名前")
    starts_on = day("行う日")
    parts = line("外した部品の扱い", "記憶装置を外すときは、中の情報を復元できないようにします。ないときは「なし」と書きます。")


class ChangedForm(DoneForm):
    """What the register and the history of changes take over."""

    field_order = ("done_on", "changed_by", "result", "device_os", "note")
    done_on = day("変えた日")
    changed_by = line("変えた人", "会社名か課の名前と氏名")
    result = line("変えた内容（前と後）")
    device_os = line("OSと版", "変わったときだけ書きます。", required=False, max_length=100)


class DeviceConnectionForm(OneDeviceForm):
    """端末の庁内接続: brought in, or back from outside."""

    origin = choice("どこから来た端末ですか", [("returned", "庁外から戻した市の端末"), ("brought", "持ち込んだ端末（委託事業者など）")])
    owner = line("持ち主・使う人", "例 市民課、○○社の保守の担当者")
    purpose = line("つなぐ目的")
    network = line("つなぐネットワークと場所", "例 LGWAN接続系、2階の執務室")
    starts_on = day("いつから")
    ends_on = day("いつまで")
    scanned_on = day("不正プログラムの検査をした日")
    scan_result = choice("検査の結果", [("none", "見つからなかった"), ("found", "見つかった")])
    patched_on = day("OSやソフトウェアの更新を確かめた日")
    is_patched = yes("更新がすべて済み、対策ソフトの定義も最新です")

    def check(self, data: dict[str, Any]) -> None:
        super().check(data)
        if data.get("scan_result") == "found":
            self.add_error("scan_result", "つなぐことはできません。端末をそのままにして、インシデントとして報告してください（3-9(3)）。")
        for name in ("scanned_on", "patched_on"):
            if data.get(name) and self.at and data[name] > day_of(self.at):
                self.add_error(name, "まだ来ていない日です。確かめてから申請してください。")


class UnpluggedForm(DoneForm):
    """It is connected no more."""

    done_on = day("取り外した日")


class DevEquipmentForm(KindForm):
    """開発機器の搬出入."""

    way = choice("搬入ですか、搬出ですか", WAYS)
    what = text("機器・ソフトウェア", "名前、台数、製造番号。ソフトウェアは製品名と版", rows=2)
    development = line("使う開発・保守の名前")
    company = line("運ぶ人", "会社名と氏名")
    starts_on = day("搬入・搬出する日")
    ends_on = day("戻す日", "戻さないときは空欄にします。", required=False)
    place = line("使う場所")
    contents = text("中に入っている情報", "市の情報が入っているときは、その分類と、消す方法・時期を書きます。", rows=2)
    attended_by = line("立ち会う職員")
    is_scanned = yes("不正プログラムの検査をし、見つからないことを確かめました")


class CheckedInForm(DoneForm):
    """The things were looked at on the spot."""

    field_order = ("done_on", "attended_by", "is_same", "note")
    done_on = day("搬出入した日")
    attended_by = line("立ち会い、現物を確かめた職員")
    is_same = yes("申請したとおりの物であることを、現物で確かめました")
