"""Forms of the laws."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from policy.fields import ClausesField
from policy.forms import ALL, FilterForm
from policy.models import Law


class LawFilterForm(FilterForm):
    """Narrows the laws."""

    mark = forms.ChoiceField(label="改定の要否", required=False, choices=[ALL, *Law.Mark.choices])
    kind = forms.ChoiceField(label="種別", required=False, choices=[ALL, *Law.Kind.choices])


class LawForm(forms.Form):
    """What a law is, and where the policy touches it."""

    title = forms.CharField(label="名称", max_length=150)
    number = forms.CharField(label="法令番号", max_length=100, required=False, help_text="例 平成15年法律第57号")
    kind = forms.ChoiceField(label="種別", choices=Law.Kind)
    clauses = ClausesField(label="この法令に触れている条項")
    note = forms.CharField(label="注記", max_length=300, required=False, widget=forms.Textarea({"rows": 2}))


class LawCheckForm(forms.Form):
    """Somebody has looked whether it has changed."""

    mark = forms.ChoiceField(label="ポリシーの改定", choices=Law.Mark, widget=forms.RadioSelect)
    mark_reason = forms.CharField(label="理由", max_length=400, required=False, widget=forms.Textarea({"rows": 3}))
    next_check_on = JapaneseDateField(label="次に確かめる日")

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = day_of(at)

    def clean_next_check_on(self) -> date:
        if self.cleaned_data["next_check_on"] <= self.today:
            raise ValidationError("今日より後の日を入力してください。")
        return self.cleaned_data["next_check_on"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("mark") in (Law.Mark.CHECK, Law.Mark.AMEND) and not data.get("mark_reason"):
            self.add_error("mark_reason", "「要確認」と「要改定」には、理由を入力してください。")
        return data
