"""One measure on the sheet of its 節."""

from typing import Any

from django import forms

from policy.measures import Measure
from policy.models import MeasureConfirmation
from policy.models.measure_confirmation import Finding


class MeasureForm(forms.Form):
    """Is it in place, and what was looked at; left empty it is for later."""

    answer = forms.ChoiceField(label="確認の結果", choices=MeasureConfirmation.Answer, widget=forms.RadioSelect, required=False)
    note = forms.CharField(label="確かめたもの・理由", max_length=300, required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        self.measure = measure
        known = measure.word or measure.before
        initial = {"answer": measure.word.answer if measure.word else "", "note": known.note if known else ""}
        super().__init__(*args, initial=initial, prefix=f"m{measure.obligation.pk}", **kwargs)
        self.fields["note"].help_text = f"例 {measure.obligation.evidence}" if measure.obligation.evidence else ""

    @property
    def is_answered(self) -> bool:
        return bool(self.cleaned_data["answer"])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("answer") and not data.get("note"):
            self.add_error("note", "確かめたもの、又は理由を入力してください。")
        return data

    @property
    def finding(self) -> Finding:
        return Finding(self.measure.obligation, self.cleaned_data["answer"], self.cleaned_data["note"])
