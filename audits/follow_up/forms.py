"""The shapes of input of dealing with findings."""

from django import forms

from audits.models.corrective_action import Addressee
from musashimurayama_isms.fields import JapaneseDateField, text
from musashimurayama_isms.files.fields import UploadsField


class OrderForm(forms.Form):
    """対処の指示 to whom, with which words, until when."""

    addressee = forms.ChoiceField(label="対処する人", choices=Addressee, widget=forms.RadioSelect, initial=Addressee.SECTION)
    instruction = text("指示", required=False, help_text="指摘の内容に加えて伝えること。")
    done_due_on = JapaneseDateField(label="対処の期限", required=False, help_text="空欄のときは、市が定めた期限になります。")


class PlanForm(forms.Form):
    """Why it came about and what will be done."""

    cause = text("原因", help_text="なぜ起きたか。人ではなく、仕組みの原因を書きます。")
    plan = text("対処の計画", help_text="だれが、いつまでに、何をするか。")


class DoneForm(forms.Form):
    """What was done, with the proof of it."""

    result = text("行ったこと")
    uploads = UploadsField(label="対処したことが分かるもの", required=False, help_text="写真、改めた手順、設定の記録など。")

    def __init__(self, *args, subject, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = subject


class CheckForm(forms.Form):
    """Whether it helped, and how that was seen."""

    is_effective = forms.TypedChoiceField(
        label="結果",
        choices=[("yes", "改善した"), ("no", "効果がない（もう一度対処を指示する）")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    words = text("確かめたこと", help_text="何を見て、そう判断したか。")
