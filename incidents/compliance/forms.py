"""The shapes of input about a problem of compliance."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from incidents.clause_lists import numbers_field
from incidents.models import ComplianceProblem
from incidents.small_acts import TextForm
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField


class ProblemForm(forms.Form):
    """What a chief has found in the own department."""

    department = forms.ModelChoiceField(label="どの課・部のことですか", queryset=Department.objects.none(), empty_label=None)
    title = forms.CharField(label="問題", max_length=200, help_text="例　離席時に画面をロックしていない端末が多い")
    text = forms.CharField(
        label="確かめたことと、問題の内容",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text="どう確かめ、何がどのくらい守られていなかったか。",
    )
    found_on = JapaneseDateField(label="確かめた日")
    clauses = numbers_field("守られていない条項（分かれば）")
    uploads = UploadsField(label="添付ファイル", required=False)

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ComplianceProblem.departments_of(user, at=at)
        self.fields["department"].queryset = rows
        self.fields["department"].label_from_instance = lambda row: row.full_name
        self.initial.setdefault("department", rows.first())
        self.initial.setdefault("found_on", timezone.localdate(at))


class OrderForm(TextForm):
    """What the CISO orders, until when."""

    due_on = JapaneseDateField(label="対策を終える日")
    field_order = ("text", "due_on")


class ConfirmForm(forms.Form):
    """The CISO's word that it is mended."""

    text = forms.CharField(label="添える言葉", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)
