"""Forms of the register of regulations: what narrows it, and 別途保管."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateField
from policy import citations
from policy.fields import SectionField, sections
from policy.forms import ALL, FilterForm
from policy.models import Bearer, Regulation


class RegulationFilterForm(FilterForm):
    """Narrows the register."""

    state = forms.ChoiceField(label="状態", required=False, choices=[ALL, *Regulation.State.choices])
    maker = forms.ChoiceField(label="定める者", required=False, choices=[ALL, *Bearer.choices])
    clause = forms.CharField(label="条項", required=False, max_length=32)

    def clean_clause(self) -> str:
        """What is no clause number counts as not asked, as everything else in an address."""
        return citations.parse_address(self.cleaned_data["clause"]) or ""


class CustodyForm(forms.Form):
    """別途保管: where it lies, since when it is in force, when it is looked at next."""

    department = SectionField(label="どの課の文書ですか", queryset=Department.objects.none(), empty_label="選んでください")
    where = forms.CharField(label="保管の場所", max_length=200, help_text="例 文書管理システム、行政経営課の書庫")
    since = JapaneseDateField(label="施行日")
    review_on = JapaneseDateField(label="次の見直し日", required=False, help_text="過ぎると、一覧に「見直し期限超過」と表示されます。")

    def __init__(self, *args: Any, regulation: Regulation, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if regulation.per == Regulation.Per.SECTION:
            self.fields["department"].queryset = sections(day_of(at))
        else:
            del self.fields["department"]
        self.today = day_of(at)

    def clean_since(self) -> date:
        if self.cleaned_data["since"] > self.today:
            raise ValidationError("施行日が未来になっています。施行された日を入力してください。")
        return self.cleaned_data["since"]
