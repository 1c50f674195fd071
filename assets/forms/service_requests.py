"""What the requests of chapter 12 ask; practice.md 1.5 names the columns of an external service."""

from typing import Any

from django import forms

from assets.classification import MEANINGS, AssetClass
from assets.models import ServiceManager
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.fields import JapaneseDateField

CERTIFICATIONS = [
    ("ismap", "ISMAP"),
    ("ismap-liu", "ISMAP-LIU"),
    ("iso27001", "ISO/IEC 27001"),
    ("iso27017", "ISO/IEC 27017（クラウド）"),
    ("iso27018", "ISO/IEC 27018（クラウドの個人情報）"),
    ("soc2", "SOC 2 報告書"),
    ("privacy-mark", "プライバシーマーク"),
    ("other", "その他（根拠は確認表に書きます）"),
]
TOO_HIGH = (
    "分類Ⅱ以上の情報を扱うときは、この申請では使えません。"
    "情報資産の「外部サービス」で検討を始め、「外部サービスの利用（分類Ⅱ以上）」を申請してください。"
)


def class_choices(*classes: AssetClass) -> list[tuple[int, str]]:
    """The classes with what they mean, for the person who must choose one."""
    return [(row.value, f"{row.label}　{MEANINGS[row]}") for row in classes]


def _text(label: str, rows: int = 2, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea({"rows": rows}), **kwargs)


class PersonField(forms.ModelChoiceField):
    """A member of staff of the request's section."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=User.objects.none(), empty_label="選んでください", **kwargs)

    def label_from_instance(self, person: User) -> str:
        return person.name


class StaffForm(RequestForm):
    """A form whose persons are chosen from the section that the request is of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.request is not None and self.at is not None:
            for field in self.fields.values():
                if isinstance(field, PersonField):
                    field.queryset = ServiceManager.candidates(self.request.department, on=day_of(self.at))


class ServiceUseForm(StaffForm):
    """外部サービスの利用（分類Ⅱ以上）."""

    name = forms.CharField(label="サービス名", max_length=100)
    provider = forms.CharField(label="事業者", max_length=100)
    purpose = _text("利用する目的と業務", max_length=500)
    information = _text("扱う情報", max_length=300, help_text="例 申請者の氏名・住所・相談の内容")
    asset_class = forms.TypedChoiceField(
        label="扱う情報の分類",
        choices=class_choices(AssetClass.I, AssetClass.II),
        coerce=int,
        widget=forms.RadioSelect,
        help_text="いちばん高いものを選びます。分類Ⅱ未満だけのときは「外部サービスの利用（分類Ⅱ未満）」を申請してください。",
    )
    users = forms.CharField(label="使う人の範囲", max_length=200, help_text="例 市民課の職員12人")
    ends_on = JapaneseDateField(label="いつまで使いますか", help_text="続けるときは、期限の前に更新を申請します。")
    data_location = forms.CharField(
        label="情報の置き場所", max_length=200, help_text="国、リージョン、データセンター。例 日本国内（東京・大阪）"
    )
    governing_law = forms.CharField(
        label="準拠法・裁判管轄と外国の法律が及ぶおそれ",
        max_length=200,
        help_text="例 日本法、東京地方裁判所。外国の法律が及ぶおそれは低い",
    )
    certifications = forms.MultipleChoiceField(
        label="認証・報告書", choices=CERTIFICATIONS, widget=forms.CheckboxSelectMultiple, required=False
    )
    account_management = _text(
        "利用者IDの管理", max_length=500, help_text="だれが発行・廃止し、どう認証するか。例 課長が管理用IDを管理、多要素認証"
    )
    exit_plan = _text("終えるときの移し方と廃棄", max_length=500, help_text="情報の取り出し方、ほかの手段への移し方、消去の確かめ方")
    manager = PersonField(label="外部サービス管理者の案", help_text="許可とともに指名されます。利用する課の職員から選びます。")


class LightServiceUseForm(StaffForm):
    """外部サービスの利用（分類Ⅱ未満）."""

    name = forms.CharField(label="サービス名", max_length=100)
    provider = forms.CharField(label="事業者", max_length=100)
    purpose = _text("利用する目的と業務", max_length=500)
    information = _text("扱う情報", max_length=300)
    asset_class = forms.TypedChoiceField(
        label="扱う情報の分類",
        choices=class_choices(*AssetClass),
        coerce=int,
        widget=forms.RadioSelect,
        help_text="いちばん高いものを選びます。分類Ⅱ以上を扱うときは、別の申請が必要です。",
    )
    users = forms.CharField(label="使う人の範囲", max_length=200)
    ends_on = JapaneseDateField(label="いつまで使いますか", help_text="続けるときは、期限の前に更新を申請します。")
    terms_read = forms.BooleanField(label="約款その他の提供の条件を読みました")
    risk = _text(
        "考えられる危険と、受け入れられる理由",
        rows=3,
        max_length=1000,
        help_text="例 入力した文章が学習に使われる。個人名や内部の情報を入れない決まりにする",
    )
    account_management = _text("利用者IDの管理", max_length=500, required=False)
    manager = PersonField(label="外部サービス管理者の案", help_text="許可とともに指名されます。利用する課の職員から選びます。")

    def clean_asset_class(self) -> int:
        """Refuses 分類Ⅱ以上 in words that lead to the other form."""
        chosen = self.cleaned_data["asset_class"]
        if chosen and AssetClass(chosen).is_important:
            raise forms.ValidationError(TOO_HIGH)
        return chosen


class SubcontractForm(RequestForm):
    """再委託の承認."""

    name = forms.CharField(label="再委託先", max_length=100)
    work = _text("任せる内容", max_length=500)
    information = _text("再委託先が扱う情報", max_length=300)
    measures = _text("再委託先で確保される対策", rows=3, max_length=1000, help_text="事業者に求めた対策が、再委託先でどう確保されるか")
    confirmed_by = _text("何で確かめましたか", max_length=500, help_text="例 再委託先の認証書の写し、対策の説明書（添付）")


class SocialMediaForm(StaffForm):
    """市公式アカウントの運用."""

    service = forms.CharField(label="サービス", max_length=50, help_text="例 X、LINE、YouTube")
    account = forms.CharField(label="アカウント名", max_length=100)
    purpose = _text("目的と発信する内容", max_length=500)
    listed_at = forms.CharField(
        label="市のホームページの掲載先",
        max_length=300,
        help_text="市のアカウントであることを載せるページ。なりすましを見分けるために必要です。",
    )
    profile = forms.CharField(label="自由記述欄に示す運用組織", max_length=200, help_text="例 武蔵村山市 市民課が運用しています")
    credentials = _text("認証情報の管理", max_length=500, help_text="パスワードや認証コード、それを入れた媒体を、だれがどう管理するか")
    owner = PersonField(label="責任者の案", help_text="サービスごとに一人です。運用する課の職員から選びます。")
    no_important = forms.BooleanField(label="分類Ⅱ以上の情報は発信しません。運用する人にも伝えます。")
