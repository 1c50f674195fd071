"""The shapes of input of the risk assessment."""

from typing import Any

from django import forms

from assets.models.risk import Level, RiskLine, Scale
from musashimurayama_isms.fields import JapaneseDateField

ASPECTS = (("C", "漏れない（機密性）"), ("I", "書き換えられない（完全性）"), ("A", "使いたいときに使える（可用性）"))


class LineForm(forms.Form):
    """One class under one threat; nothing chosen yet is left for later."""

    likelihood = forms.TypedChoiceField(label="起こりやすさ", choices=Scale.choices, coerce=int, widget=forms.RadioSelect)
    impact = forms.TypedChoiceField(label="起きたときの影響", choices=Scale.choices, coerce=int, widget=forms.RadioSelect)
    measures = forms.CharField(
        label="今の対策", widget=forms.Textarea({"rows": 2}), max_length=1000, required=False, help_text="実際にしていることを、短く。"
    )
    adequate = forms.ChoiceField(
        label="今の対策で足りますか",
        choices=RiskLine.Adequate.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text="「足りない」を選ぶと、改善項目を入れる画面に進めます。迷うときは選ばずに保存できます。",
    )

    def __init__(self, *args: Any, line: RiskLine, **kwargs: Any) -> None:
        self.line = line
        initial = {name: getattr(line, name) for name in self.base_fields}
        super().__init__(*args, initial=initial, prefix=f"line{line.pk}", **kwargs)


class ImprovementForm(forms.Form):
    """What will be done, which side it strengthens, by when."""

    what = forms.CharField(label="何をするか", max_length=300, help_text="例 共有フォルダの閲覧できる人を課内に限る")
    aspects = forms.MultipleChoiceField(label="補う面", choices=ASPECTS, widget=forms.CheckboxSelectMultiple)
    due_on = JapaneseDateField(label="いつまでに")


class OutcomeForm(forms.Form):
    """What was done, or why it is given up."""

    outcome = forms.CharField(label="したこと・取りやめる理由", widget=forms.Textarea({"rows": 3}), max_length=1000)


class ReopenForm(forms.Form):
    """Why a settled assessment is opened again."""

    reason = forms.CharField(label="評価し直す理由", widget=forms.Textarea({"rows": 2}), max_length=500)


class TableForm(forms.Form):
    """The city's table: a level for each pair of likelihood and impact."""

    def __init__(self, *args: Any, table: dict[tuple[int, int], int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for (likelihood, impact), level in table.items():
            label = f"起こりやすさ {Scale(likelihood).label}、影響 {Scale(impact).label}"
            field = forms.TypedChoiceField(label=label, choices=Level.choices, coerce=int, initial=level)
            self.fields[f"cell_{likelihood}_{impact}"] = field

    @property
    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The table as it is drawn: likely at the top, bad to the right."""
        return [(Scale(one).label, [self[f"cell_{one}_{two}"] for two in Scale.values]) for one in reversed(Scale.values)]

    @property
    def cells(self) -> dict[tuple[int, int], int]:
        """The valid table."""
        return {(one, two): self.cleaned_data[f"cell_{one}_{two}"] for one in Scale.values for two in Scale.values}
