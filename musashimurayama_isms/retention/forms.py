"""What is typed about disposals and holds."""

from typing import Any

from django import forms

from musashimurayama_isms import fields
from musashimurayama_isms.japanese import fold

from .finding import find
from .models import Disposal
from .registry import KINDS

KIND_CHOICES = [(code, kind.word) for code, kind in KINDS.items()]


class DueForm(forms.Form):
    """Narrows what is due."""

    kind = forms.ChoiceField(label="記録の種類", required=False, choices=[("", "全て"), *KIND_CHOICES])


class DisposalForm(forms.Form):
    """Narrows the list of disposals."""

    status = forms.ChoiceField(label="状態", required=False, choices=[("", "全て"), *Disposal.Status.choices])
    kind = forms.ChoiceField(label="記録の種類", required=False, choices=[("", "全て"), *KIND_CHOICES])


class HoldFilterForm(forms.Form):
    """Narrows the list of holds."""

    kind = forms.ChoiceField(label="記録の種類", required=False, choices=[("", "全て"), *KIND_CHOICES])


class ReasonForm(forms.Form):
    """Why it is refused, given up or lifted."""

    reason = fields.text("理由", "氏名などの個人情報は書きません。", max_length=500)


class CarryOutForm(forms.Form):
    """The second asking: the number of the disposal, typed."""

    number = fields.line("廃棄の番号", "間違いを防ぐため、この廃棄の番号を入力します。", max_length=40)

    def __init__(self, *args: Any, disposal: Disposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disposal = disposal

    def clean_number(self) -> str:
        """ValidationError for any other number."""
        number = self.cleaned_data["number"]
        if fold(number) != fold(str(self.disposal)):
            raise forms.ValidationError(f"番号が違います。「{self.disposal}」と入力してください。")
        return number


class HoldForm(forms.Form):
    """Which record stays, why, and until when."""

    kind = forms.ChoiceField(label="記録の種類", choices=KIND_CHOICES)
    number = fields.line("番号", "記録の画面にある番号です（例：R3-012）。", max_length=60)
    reason = fields.text("理由", "例：訴訟の証拠として求められているため。氏名などの個人情報は書きません。", max_length=500)
    until = fields.JapaneseDateField(label="延長する期限", required=False, help_text="空欄のときは、解除するまで残します。")

    def clean(self) -> dict[str, Any]:
        """`record` is the record found; ValidationError beside the number where there is none, or more than one."""
        given = super().clean() or {}
        if "kind" in given and "number" in given:
            try:
                given["record"] = find(KINDS[given["kind"]], given["number"])
            except LookupError as error:
                self.add_error("number", str(error))
        return given
