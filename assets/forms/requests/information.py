"""What is asked before information is classed, published, shown or put into somebody else's hands."""

from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.models import Asset
from musashimurayama_isms.approvals.forms import RulingForm

from .base import CLASSES, DoneForm, KindForm, asset_class, choice, choices, day, line, text, yes

WHERE = [
    ("site", "市のホームページ"),
    ("social", "市のソーシャルメディア"),
    ("open-data", "オープンデータ"),
    ("paper", "広報・掲示・配布する紙"),
    ("other", "そのほか"),
]
INTEGRITY = [
    ("original", "原本と突き合わせ、別の職員も内容を確かめた"),
    ("pdf", "書き換えにくい形式（PDFなど）にした"),
    ("rights", "直せる人を限った"),
    ("copy", "原本を別の場所に残し、公開したものといつでも比べられる"),
    ("watch", "公開後も内容が変わっていないか、定期に見る"),
]
CLASS_TOO_HIGH = "分類Ⅰの情報は、公開できません。含まれているときは取り除き、取り除いたあとの分類を選んでください。"
CLOUD_INSTEAD = (
    "分類Ⅱ以上の情報をウェブ上のサービスに置くことは、この申請ではできません。"
    "「外部サービスの利用（分類Ⅱ以上）」を申請してください（3-12(3)）。"
)


class ClassificationRulingForm(KindForm):
    """分類不明の判断: what came in, from whom, and what the person thinks it is."""

    name = line("入手した情報の名前", "例 ○○調査の回答一覧")
    origin = choice("だれから入手しましたか", [(key, word) for key, word in Asset.Origin.choices if key != Asset.Origin.MADE])
    source = line("入手した相手", "相手の団体や課の名前を書きます。個人の名前は書きません。")
    received_on = day("入手した日")
    kind = choice("どんな形ですか", list(Asset.Kind.choices))
    about = text("どんな内容ですか", "だれについての何が書いてあるかを、判断する人が分かるように書きます。中身そのものは書き写しません。")
    has_personal = forms.BooleanField(label="個人を特定できる情報が入っています", required=False)
    place = line("いまの保管場所", "分類が決まるまでは、分類Ⅰとして鍵のかかる場所に置きます。")
    opinion = text("自分ではどう考えますか", "分からない理由だけでもかまいません。", required=False, rows=2)


class ClassRulingForm(RulingForm):
    """What the decision settles: the class and who may handle it (3.5.2.4.2)."""

    asset_class = forms.TypedChoiceField(label="分類", choices=CLASSES, coerce=int, widget=forms.RadioSelect)
    handlers = line("扱ってよい人", "見てよい人、直してよい人を書きます。例 所管課の職員")
    reason = text("そう判断した理由", rows=2, max_length=300)


class PublicationForm(KindForm):
    """住民への公開: what, where, and how it stays as it is."""

    what = line("公開するもの")
    asset_class = asset_class("公開するものの分類", "公開する情報は、業務上重要なら分類Ⅲ、それ以外は分類Ⅳです。")
    where = choice("どこに公開しますか", WHERE)
    place = line("公開する場所", "ページのアドレスや、置く場所の名前")
    starts_on = day("公開する日")
    ends_on = day("公開を終える日", "決めていないときは空欄にします。", required=False)
    integrity = choices("内容が正しいまま保たれるために、することを選んでください", INTEGRITY, "二つ以上選んでください。")
    no_secret = yes("個人情報や、公開しない情報が入っていないことを確かめました", "ファイルの作成者名や、見えない列・シートも確かめます。")

    def clean_asset_class(self) -> int:
        found = self.cleaned_data["asset_class"]
        if found == AssetClass.I:
            raise forms.ValidationError(CLASS_TOO_HIGH)
        return found

    def check(self, data: dict[str, Any]) -> None:
        if "integrity" not in self.errors and len(data.get("integrity", [])) < 2:
            self.add_error("integrity", "一つでは足りません。二つ以上行い、選んでください。")


class PublishedForm(DoneForm):
    """What is recorded once it is published."""

    field_order = ("done_on", "published_at", "is_same", "note")
    done_on = day("公開した日")
    published_at = line("公開した場所", "ページのアドレスなど", max_length=300)
    is_same = yes("公開したあとに開いて、原本と同じであることを確かめました")


class ViewingForm(KindForm):
    """机上・画面の閲覧許可: a small form."""

    viewer = line("だれに見せますか", "団体や立場を書きます。例 ○○社の保守の担当者2人")
    what = line("何を見せますか")
    asset_class = asset_class("見せるものの分類")
    reason = text("見せる必要がある理由", rows=2)
    starts_on = day("いつから")
    ends_on = day("いつまで")
    how = line("見せかた", "例 職員が横に付き、撮影と書き写しはさせない")


class WebStorageForm(KindForm):
    """Webメール・ネットワークストレージ: never for what is not meant to be published."""

    service = line("サービスの名前")
    kind = choice("種類", [("mail", "ウェブで使うメール"), ("storage", "ファイルを置くサービス"), ("other", "そのほか")])
    address = line("アドレス", "例 https://example.jp/")
    purpose = text("業務で必要な理由", "市のメールや、ファイルの受渡しの仕組みではできない理由を書きます。")
    asset_class = asset_class("載せる情報の分類")
    information = line("載せる情報")
    account = line("使うアカウント", "だれの名義で作り、だれが使うか。私用のアカウントは使えません。")
    starts_on = day("いつから")
    ends_on = day("いつまで")
    removes = yes("終わったら、置いた情報を消し、アカウントを閉じます")

    def clean_asset_class(self) -> int:
        found = self.cleaned_data["asset_class"]
        if found and AssetClass(found).is_important:
            raise forms.ValidationError(CLOUD_INSTEAD)
        return found


class WebConferenceForm(KindForm):
    """外部主催Web会議への参加: under the city's 利用手順."""

    name = line("会議の名前")
    host = line("主催者")
    service = line("使うサービス", "例 Zoom、Teams、Webex")
    starts_on = day("参加する日")
    ends_on = day("続けて参加するときは、最後の日", required=False)
    device = line("参加に使う端末と場所", "例 会議室の会議用パソコン。住民の情報が映り込まない場所を選びます。")
    attendees = line("参加する職員")
    shown = line("話す内容、見せる資料")
    asset_class = asset_class("話す・見せる情報の分類")
    measures = choices(
        "することを選んでください",
        [
            ("room", "ほかの人に聞かれない場所か、イヤホンで参加する"),
            ("share", "画面共有では、見せる窓だけを選ぶ"),
            ("name", "相手の顔ぶれを確かめてから話す"),
            ("record", "録画・録音・自動の文字起こしの有無を、主催者に確かめる"),
            ("file", "会議の中でファイルを受け取らない、渡さない"),
        ],
    )
    procedure_read = yes("市のWeb会議の利用手順を読みました")

    def check(self, data: dict[str, Any]) -> None:
        important = data.get("asset_class") and AssetClass(data["asset_class"]).is_important
        if important and "record" not in data.get("measures", []) and "measures" not in self.errors:
            self.add_error("measures", "分類Ⅱ以上の情報を話すときは、録画・録音の有無を主催者に確かめてください。")
