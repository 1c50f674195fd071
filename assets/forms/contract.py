"""The shapes of input of contractors, contracts and their reports."""

from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.forms.service_requests import class_choices
from assets.models import Contract, Contractor, ContractReport
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField


class ContractorForm(forms.ModelForm):
    """A company."""

    class Meta:
        model = Contractor
        fields = ["name", "corporate_number", "emergency_contact", "certifications"]
        help_texts = {"corporate_number": "13桁。分からないときは空欄のままで構いません。"}

    def clean_corporate_number(self) -> str:
        number = self.cleaned_data["corporate_number"]
        if number and not (number.isdigit() and len(number) == 13):
            raise forms.ValidationError("法人番号は13桁の数字です。")
        return number


class ContractForm(forms.ModelForm):
    """A contract that is to be made."""

    contractor = forms.ModelChoiceField(
        label="委託事業者",
        queryset=Contractor.objects.all(),
        empty_label="選んでください",
        help_text="一覧にないときは、先に「委託事業者を登録」してください。",
    )
    asset_class = forms.TypedChoiceField(label="渡す情報の分類", choices=class_choices(*AssetClass), coerce=int, widget=forms.RadioSelect)
    subcontracting = forms.ChoiceField(label="再委託", choices=Contract.Subcontracting, widget=forms.RadioSelect)
    starts_on = JapaneseDateField(label="契約の始まり")
    ends_on = JapaneseDateField(label="契約の終わり")

    class Meta:
        model = Contract
        fields = [
            *("contractor", "title", "work", "place", "in_charge", "information", "asset_class"),
            *("has_personal", "has_my_number", "subcontracting", "starts_on", "ends_on"),
        ]
        widgets = {"work": forms.Textarea({"rows": 3}), "information": forms.Textarea({"rows": 2})}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("has_my_number") and data.get("asset_class") not in (None, "", AssetClass.I):
            self.add_error("asset_class", "特定個人情報を含むものは、分類Ⅰにしてください。")
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "契約の終わりは、始まり以後の日にしてください。")
        return data


class ReportForm(forms.ModelForm):
    """A report of the contractor, or an audit of the city."""

    kind = forms.ChoiceField(label="種類", choices=ContractReport.Kind, widget=forms.RadioSelect)
    received_on = JapaneseDateField(label="受けた日・行った日")
    has_problem = forms.BooleanField(label="問題がある", required=False, help_text="対応が要ることがあれば印を付けます。")
    uploads = UploadsField(label="報告書などのファイル", required=False)

    class Meta:
        model = ContractReport
        fields = ["kind", "received_on", "summary", "has_problem"]
        widgets = {"summary": forms.Textarea({"rows": 4})}
