"""Shapes of input of the register; the rules are on the models."""

from datetime import datetime
from typing import Any

from django import forms

from assets.classification import MEANINGS, AssetClass
from assets.models import Asset
from assets.models.asset import PERMANENT
from assets.reach import Reach, keepers
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField

CLASSES = [(value, f"{label}　{MEANINGS[value]}") for value, label in AssetClass.choices]
PERIODS = [("", "決めていない"), *((year, f"{year}年") for year in (1, 3, 5, 10, 20, 30)), (PERMANENT, "永年")]


def sections_of(reach: Reach, *, at: datetime):
    """The sections in force for which the person may enter assets."""
    return keepers(on=day_of(at)).filter(pk__in=reach.staff)


def _is_given(value: Any) -> bool:
    """Whether something stands in a field; the boxes of a day travel as a list of three."""
    return any(value) if isinstance(value, list) else value not in (None, "", False)


class DepartmentField(forms.ModelChoiceField):
    def label_from_instance(self, department: Department) -> str:
        return department.full_name


class LinkField(forms.CharField):
    """Another asset of the register, by its number."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=120, **kwargs)
        self.queryset = Asset.objects.none()

    def clean(self, value: Any) -> Asset | None:
        number = super().clean(value)
        if not number:
            return None
        found = self.queryset.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(f"「{number[:40]}」という番号の情報資産が見つかりません。市民課-0012 のように入力してください。")
        return found


class AssetForm(forms.ModelForm):
    """What is written of an asset. The class is chosen when it is entered; later it has a form of its own."""

    asset_class = forms.TypedChoiceField(label="分類", choices=CLASSES, coerce=int, widget=forms.RadioSelect)
    handlers = forms.CharField(
        label="扱ってよい人",
        max_length=200,
        initial="所管課の職員",
        help_text="誰が見てよいか、直してよいか。例 所管課の職員、住民記録の担当者だけ",
    )
    retention_years = forms.TypedChoiceField(label="保存期間", choices=PERIODS, coerce=int, empty_value=None, required=False)
    keep_until = JapaneseDateField(label="廃棄の予定日", required=False)
    unfinished_until = JapaneseDateField(label="作り終える日", required=False, help_text="作成途上のときに入力します。過ぎると知らせます。")
    copy_of = LinkField(label="複製の元の資産番号", help_text="複製は、元より低い分類にできません。")
    contained_in = LinkField(label="入っている媒体の資産番号", help_text="媒体は、中でいちばん高い分類で扱います。")

    PARTS = (
        ("基本", ("department", "name", "kind", "asset_class", "origin", "handlers")),
        ("個人情報", ("has_personal", "has_my_number", "has_sensitive", "people_count")),
        ("場所と保存", ("place", "medium", "network", "retention_years", "keep_until", "backup", "handling_limits")),
        (
            "必要なときだけ",
            (
                "former_number",
                "is_unfinished",
                "unfinished_until",
                "copy_of",
                "contained_in",
                "confidentiality",
                "integrity",
                "availability",
            ),
        ),
    )

    class Meta:
        model = Asset
        fields = [
            *("department", "name", "kind", "asset_class", "origin", "handlers", "has_personal", "has_my_number", "has_sensitive"),
            *("people_count", "place", "medium", "network", "retention_years", "keep_until", "backup", "handling_limits", "former_number"),
            *("is_unfinished", "unfinished_until", "copy_of", "contained_in", "confidentiality", "integrity", "availability"),
        ]
        labels = {
            "has_personal": "個人情報を含む",
            "has_my_number": "特定個人情報（マイナンバー）を含む",
            "has_sensitive": "要配慮個人情報を含む",
            "people_count": "何人分か（およそで構いません）",
            "network": "ネットワーク系統",
            "is_unfinished": "作成途上である",
        }
        help_texts = {
            "name": "例 住民異動届、税務システムの設計書",
            "place": "例 書庫1の棚A、共有フォルダ「市民課/届出」",
            "medium": "例 USBメモリ、DVD、簿冊",
            "handling_limits": "例 複製禁止、課内限り。ラベルにも印刷します。",
            "backup": "例 毎日、別室のNASに保存",
        }
        field_classes = {"department": DepartmentField}

    def __init__(self, *args: Any, user: User, at: datetime, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Asset.objects.visible_to(user, at=at, reach=reach).kept()
        for name in ("copy_of", "contained_in"):
            linked = getattr(self.instance, name)
            self.fields[name].queryset, self.initial[name] = own, linked.number if linked else ""
        self.fields[
            "origin"
        ].help_text = "職員から入手したものは、入手元の分類に従います。分類が分からないときは、中央電子計算組織管理者に判断を求めます。"
        self.fields["kind"].choices = [("", "選んでください"), *Asset.Kind.choices]
        self.fields["network"].choices = [("", "決めていない"), *Asset.Network.choices]
        for name in ("confidentiality", "integrity", "availability"):
            self.fields[name].choices = [("", "決めていない"), *Asset.Level.choices]
        if self.instance._state.adding:
            self._choose_section(sections_of(reach, at=at))
        else:
            del self.fields["department"], self.fields["asset_class"]

    def _choose_section(self, sections) -> None:
        field = self.fields["department"]
        field.queryset, field.empty_label = sections, None
        if len(sections) == 1:
            field.initial, field.widget = sections[0], forms.HiddenInput()

    def clean(self) -> dict:
        data = super().clean()
        has_data = any(data.get(name) for name in ("has_personal", "has_my_number", "has_sensitive"))
        if has_data:
            data["has_personal"] = True
        if data.get("people_count") and not has_data:
            self.add_error("people_count", "人数を入力したときは、含まれる個人情報の種類を選んでください。")
        if data.get("is_unfinished") and not data.get("unfinished_until"):
            self.add_error("unfinished_until", "作成途上のときは、作り終える日を入力してください。")
        if data.get("has_my_number") and data.get("asset_class", self.instance.asset_class) != AssetClass.I:
            self.add_error("asset_class" if "asset_class" in self.fields else "has_my_number", "特定個人情報を含むものは分類Ⅰです。")
        return data

    def _post_clean(self) -> None:
        """The model's own doors write the row: the instance stays as it is stored until then."""

    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields under headings."""
        return [(title, [self[name] for name in names if name in self.fields]) for title, names in self.PARTS]

    @property
    def has_rare(self) -> bool:
        """Whether something among the rarely needed fields is filled in or wrong."""
        names = dict(self.PARTS)["必要なときだけ"]
        return any(name in self.errors or _is_given(self[name].value()) for name in names)


class ReclassifyForm(forms.Form):
    """Another class, and why."""

    to = forms.TypedChoiceField(label="新しい分類", choices=CLASSES, coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", widget=forms.Textarea({"rows": 3}), max_length=500)


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（{user.staff_number or user.username}）"


class PermissionForm(forms.Form):
    """Who beyond the section may see and handle the asset."""

    department = DepartmentField(label="課", queryset=Department.objects.none(), required=False, empty_label="選ばない")
    staff_number = forms.CharField(label="人（職員番号）", max_length=32, required=False, help_text="課か人のどちらかを指定します。")
    until = JapaneseDateField(label="いつまで")
    reason = forms.CharField(label="理由", max_length=200)

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        self.fields["department"].queryset = keepers(on=day_of(at))

    def clean(self) -> dict:
        data = super().clean()
        number = data.get("staff_number")
        if bool(number) == bool(data.get("department")):
            self.add_error("staff_number", "課か人のどちらか一方を指定してください。")
        elif number:
            data["person"] = User.objects.serving(day_of(self.at)).filter(staff_number=number).first()
            if data["person"] is None:
                self.add_error("staff_number", "この職員番号の職員は見つかりません。")
        return data


class TogetherForm(forms.Form):
    """What needs no decision, for several assets at once: an empty field leaves each as it is."""

    place = forms.CharField(label="保管場所", max_length=200, required=False)
    network = forms.ChoiceField(label="ネットワーク系統", choices=[("", "変えない"), *Asset.Network.choices], required=False)
    retention_years = forms.TypedChoiceField(
        label="保存期間", choices=[("", "変えない"), *PERIODS[1:]], coerce=int, empty_value=None, required=False
    )
    handling_limits = forms.CharField(label="取扱制限", max_length=300, required=False)
    backup = forms.CharField(label="バックアップ", max_length=200, required=False)

    def clean(self) -> dict:
        data = {name: value for name, value in super().clean().items() if value not in ("", None)}
        if not data and not self.errors:
            raise forms.ValidationError("変える項目を一つ以上入力してください。")
        return data
