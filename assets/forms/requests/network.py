"""What is asked before information or a connection crosses the border of the city's network."""

from typing import Any

from django import forms

from .base import DeviceField, KindForm, SystemField, asset_class, choice, choices, day, line, text, yes

IDENTIFICATION = [("id", "ID"), ("password", "パスワード"), ("biometric", "生体認証"), ("medium", "ICカードなどの媒体")]
NEEDED_OVER_THE_INTERNET = [key for key, _ in IDENTIFICATION]


class InformationExchangeForm(KindForm):
    """他団体との情報交換: what, with whom, on which terms."""

    counterpart = line("相手の団体")
    counterpart_manager = line("相手の責任者", "部署と役職。例 ○○市 情報政策課長")
    system = SystemField("関係する情報システム", required=False)
    what = text("やり取りする情報やソフトウェア", "例 サーバの設定、作った様式、プログラム", rows=2)
    asset_class = asset_class()
    purpose = text("やり取りする目的", rows=2)
    starts_on = day("いつから")
    ends_on = day("いつまで", "決めていないときは空欄にします。", required=False)
    way = line("渡しかた", "例 LGWANのファイル交換、暗号化したファイルを専用回線で送る")
    terms = text("取扱いについて相手と決めたこと", "使う目的、扱う人、保管、ほかに渡さないこと、終わったあとの返却・消去を書きます。")
    terms_on = day("相手と決めた日")
    is_agreed = yes("取扱いを、やり取りの前に相手と文書で決めました", "決めた文書を添付してください。")


class ExternalNetworkForm(KindForm):
    """外部ネットワークとの接続: everything that the register of connections holds."""

    system = SystemField("接続する情報システム")
    counterpart = line("接続先のネットワーク")
    counterpart_manager = line("接続先の管理責任者")
    purpose = text("接続が必要な理由", rows=2, max_length=300)
    starts_on = day("接続を始める日")
    ends_on = day("接続を終える日", "決めていないときは空欄にします。", required=False)
    limits = text("通信の制限", "許す通信の向き、宛先、ポート、特定の端末に限る方法（3-7(1)ア）")
    is_offline_counterpart = forms.BooleanField(
        label="接続先はインターネットにつながっていません",
        required=False,
        help_text="マイナンバー利用事務系では、原則としてこれに限ります。",
    )
    exception_ground = line(
        "つながっている接続先を認める根拠", "マイナンバー利用事務系で、上に印を付けられないときに書きます。", required=False
    )
    surveyed_on = day("接続先を調査した日")
    surveyed_by = line("調査した人")
    survey_result = text("調査の結果", "構成、機器、守りの状態と、庁内のネットワーク・システム・情報への影響を書きます（3-10(1)コ(イ)）。")
    no_effect = yes("庁内のすべてのネットワーク、システム、情報に影響がないことを確かめました")
    liability = line("損害賠償責任の定め", "接続先の不具合による損害を、相手が賠償する定め。契約書の条の番号を書きます。")
    firewall = line("境界の防御", "ファイアウォールなどの機器と設置する場所")
    publishes = choice("ウェブサーバなどをインターネットに公開しますか", [("no", "公開しない"), ("yes", "公開する")])

    def check(self, data: dict[str, Any]) -> None:
        system = data.get("system")
        if system and system.network == "my_number" and not data.get("is_offline_counterpart"):
            self.need(
                data,
                "exception_ground",
                "マイナンバー利用事務系のため、インターネットにつながる接続先では、認める根拠を書いてください（3-7(1)）。",
            )
        if data.get("surveyed_on") and data.get("starts_on") and data["surveyed_on"] > data["starts_on"]:
            self.add_error("surveyed_on", "調査は、接続を始める前に行ってください。")


class RemoteAccessForm(KindForm):
    """外部からのアクセス: over the internet only where it cannot be helped, and then with everything of 3.10.2.4.7."""

    who = line("使う人", "職員の氏名か、委託事業者の会社名と氏名")
    system = SystemField("使う情報システム・ネットワーク")
    scope = text("使う範囲", "必要な最小限にします。使うシステムの機能、見る情報、できる操作を書きます。", rows=2)
    reason = text("庁外から使う理由")
    asset_class = asset_class()
    place = line("使う場所", "例 自宅、○○社の保守センター")
    device = DeviceField("使う端末", "市の端末は、機器の台帳から選びます。", required=False)
    device_text = line("台帳にない端末", "委託事業者の端末などは、機種名と管理番号を書きます。", required=False)
    starts_on = day("いつから")
    ends_on = day("いつまで")
    route = choice(
        "どの回線を通りますか",
        [("closed", "専用回線・閉域網（インターネットを通らない）"), ("internet", "インターネット")],
        "インターネットを通るアクセスは、原則として禁止されています（3-10(2)エ(キ)）。",
    )
    unavoidable = text("インターネットを通るしかない理由", "インターネットを選んだときだけ書きます。", required=False, rows=2)
    identification = choices("本人を確かめる方法を選んでください", IDENTIFICATION, "インターネットを通るときは、四つすべてが必要です。")
    encryption = line("通信の暗号化の方法", "例 VPN（IPsec、AES-256）")
    device_measures = line("貸し出す端末のセキュリティ対策", "例 画面ロック、暗号化、紛失時の消去")

    def check(self, data: dict[str, Any]) -> None:
        if not data.get("device") and not data.get("device_text") and "device" not in self.errors:
            self.add_error("device", "使う端末を台帳から選ぶか、台帳にない端末の欄に書いてください。")
        if data.get("route") == "internet":
            self.need(data, "unavoidable", "インターネットを通るしかない理由を書いてください。なければ、専用回線・閉域網を使います。")
            missing = [word for key, word in IDENTIFICATION if key not in data.get("identification", [])]
            if missing and "identification" not in self.errors:
                self.add_error("identification", f"インターネットを通るときは、{'、'.join(missing)}も必要です（3-10(2)エ(キ)）。")
        elif len(data.get("identification", [])) < 2 and "identification" not in self.errors:
            self.add_error("identification", "IDだけでは本人を確かめられません。二つ以上を組み合わせてください（3-10(2)エ(ウ)）。")
