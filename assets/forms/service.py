"""The small forms of external services: what is considered, an answer of a list, and the acts of each stage."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from assets.classification import AssetClass
from assets.forms.service_requests import class_choices
from assets.models import ChecklistItem, ExternalService
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField


class ConsiderForm(forms.ModelForm):
    """A service for 分類Ⅱ以上 that a section wants to use."""

    asset_class = forms.TypedChoiceField(
        label="扱う情報の分類",
        choices=class_choices(AssetClass.I, AssetClass.II),
        coerce=int,
        widget=forms.RadioSelect,
        help_text="分類Ⅱ未満だけを扱うときは、「申請を始める」から「外部サービスの利用（分類Ⅱ未満）」を申請してください。",
    )

    class Meta:
        model = ExternalService
        fields = ["name", "provider", "purpose", "information", "asset_class"]
        widgets = {"purpose": forms.Textarea({"rows": 2}), "information": forms.Textarea({"rows": 2})}


class ItemForm(forms.ModelForm):
    """One answer of a checklist. At a pause what is there is taken as it is."""

    answer = forms.ChoiceField(label="答え", choices=ChecklistItem.Answer, widget=forms.RadioSelect)
    uploads = UploadsField(label="根拠のファイル", required=False)

    class Meta:
        model = ChecklistItem
        fields = ["answer", "evidence", "reason"]
        widgets = {"evidence": forms.Textarea({"rows": 2}), "reason": forms.Textarea({"rows": 2})}
        help_texts = {"reason": "「満たさない」「該当しない」のときに書きます。"}

    def __init__(self, *args: Any, is_pause: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = f"item{self.instance.pk}_%s"  # many of these forms stand on one page
        self.fields["uploads"].subject = self.instance
        self.fields["answer"].required = not is_pause
        self.fields["evidence"].label = "根拠（何で確かめましたか）"
        self.fields["evidence"].help_text = f"例 {self.instance.hint}" if self.instance.hint else ""

    def _post_clean(self) -> None:
        """The row is written by `respond` alone."""


class ContractNoteForm(forms.Form):
    """The contract of a service."""

    on = JapaneseDateField(label="契約日")
    reference = forms.CharField(label="契約の番号・件名", max_length=200)


class ConcludeForm(forms.Form):
    """The contract with a 委託事業者."""

    on = JapaneseDateField(label="契約日")


class ReasonForm(forms.Form):
    """Why a service is given up."""

    reason = forms.CharField(label="理由", widget=forms.Textarea({"rows": 3}), max_length=500)


class EndingForm(forms.Form):
    """How an account is given up."""

    ending = forms.CharField(
        label="終える理由と、アカウントの扱い",
        widget=forms.Textarea({"rows": 3}),
        max_length=500,
        help_text="例 事業の終了。アカウントを削除し、市のホームページの掲載を外した",
    )


class PersonForm(forms.Form):
    """Somebody of the section is named."""

    person = forms.ModelChoiceField(label="指名する人", queryset=User.objects.none(), empty_label="選んでください")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda person: person.name
