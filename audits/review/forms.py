"""The shapes of input of the policy review."""

from django import forms

from audits.models import PolicyReview, ReviewInput, Source
from musashimurayama_isms.fields import text
from policy.fields import ClausesField
from policy.models import Revision

UNDECIDED = "undecided"
ALL = ("", "全て")
BY_HAND = (Source.LAW, Source.OPINION, Source.AUDIT, Source.INCIDENT, Source.DRILL, Source.RISK, Source.REGULATION, Source.OTHER)


class BeginForm(forms.Form):
    """The yearly one, or one on a grave change."""

    kind = forms.ChoiceField(label="区分", choices=PolicyReview.Kind, initial=PolicyReview.Kind.YEARLY, widget=forms.RadioSelect)
    title = forms.CharField(
        label="名称",
        max_length=100,
        required=False,
        help_text="空欄のままなら「令和8年度 情報セキュリティポリシーの見直し」のように付けます。",
    )
    occasion = text("見直しのきっかけ", required=False, help_text="重大な変化による見直しのときは、どのような変化かを書きます。")


class InputForm(forms.Form):
    """What no source knows."""

    source = forms.ChoiceField(label="種別", choices=[(row.value, row.label) for row in BY_HAND])
    title = forms.CharField(label="件名", max_length=200)
    words = text("内容", rows=5, max_length=4000, help_text="個人の氏名は書かないでください。")
    clauses = ClausesField(label="関係する条項")


class DecideForm(forms.Form):
    """What was said about one input, and what becomes of it; `seen` is the digest of the record that the page showed."""

    discussion = text("審議の内容", rows=4, max_length=4000, required=False)
    decision = forms.ChoiceField(label="取扱い", choices=ReviewInput.Decision, required=False, widget=forms.RadioSelect)
    reason = text("理由", required=False, help_text="取扱いを選んだときは必ず書きます。")
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class PutForm(forms.Form):
    """付議."""

    explanation = text(
        "委員会への説明", rows=6, max_length=8000, help_text="審議してほしいこと、主な論点を書きます。材料の一覧は自動で付きます。"
    )


class CloseForm(forms.Form):
    closing = text("終了の記録", required=False, help_text="改定の版を結び付けずに終えるときは、その理由を書きます。")


class DropForm(forms.Form):
    reason = text("取りやめる理由")


class RevisionForm(forms.Form):
    """One of the texts of the policy that the person may see."""

    revision = forms.ModelChoiceField(label="改定の版", queryset=Revision.objects.none(), empty_label="選んでください")

    def __init__(self, *args, revisions, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = revisions
        self.fields["revision"].label_from_instance = lambda row: f"{row.name}（{row.get_status_display()}）"


class NarrowForm(forms.Form):
    """Narrows the inputs of one review; kept in the address."""

    q = forms.CharField(label="言葉", max_length=100, required=False)
    source = forms.ChoiceField(label="種別", choices=[ALL, *Source.choices], required=False)
    decision = forms.ChoiceField(label="取扱い", choices=[ALL, (UNDECIDED, "未決定"), *ReviewInput.Decision.choices], required=False)
