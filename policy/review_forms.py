"""A form for each decision of the review: what it needs, and how its fields reach `ObligationReview.decide`."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policy import citations
from policy.mechanisms import FAMILIES, WITHOUT_NAME, WORDS, family_of
from policy.models import Bearer, Decision, Obligation, ObligationReview


class DecisionForm(forms.Form):
    """A decision that needs nothing more."""

    def __init__(self, *args: Any, review: ObligationReview, **kwargs: Any) -> None:
        self.review = review
        super().__init__(*args, **kwargs)

    def arguments(self) -> dict[str, Any]:
        """What `decide` is given."""
        return {}


class MoveForm(DecisionForm):
    """Where the obligation belongs in the new text."""

    clause = forms.CharField(
        label="移す先の条項（改正後の番号）", max_length=32, help_text="例 3-5(2)キ(イ)、3.5.2.7.2。改正後の番号を入力します。"
    )

    def clean_clause(self) -> str:
        number = citations.parse_address(self.cleaned_data["clause"])
        if number is None or not self.review.revision.clauses.filter(number=number).exists():
            raise ValidationError("新しい本文にこの条項はありません。番号を確かめてください。")
        return number

    def arguments(self) -> dict[str, Any]:
        return {"clause": self.cleaned_data["clause"]}


class ReasonForm(DecisionForm):
    """Why it ends, or why the clause obliges nobody."""

    reason = forms.CharField(label="理由", max_length=200)

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


def mechanisms() -> list[tuple[str, list[tuple[str, str]]]]:
    """The mechanisms by family, for a choice."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, word in WORDS.items():
        family = family_of(code)
        groups.setdefault("" if family in WITHOUT_NAME else FAMILIES[family], []).append((code, word))
    return list(groups.items())


class WordingForm(DecisionForm):
    """What the obligation says from then on."""

    summary = forms.CharField(
        label="趣旨", max_length=300, widget=forms.Textarea({"rows": 3}), help_text="新しく入った職員にも分かる言葉で、1～2文にします。"
    )
    question = forms.CharField(label="点検の問い", max_length=200, help_text="はい・いいえで答えられる問いにします。")
    evidence = forms.CharField(label="証拠", max_length=200, required=False)
    bearers = forms.MultipleChoiceField(label="担い手", choices=Bearer, widget=forms.CheckboxSelectMultiple)
    kind = forms.ChoiceField(label="種類", choices=Obligation.Kind)
    is_prohibition = forms.BooleanField(label="してはいけないことの定め", required=False)
    trigger = forms.CharField(label="いつ", max_length=100, required=False)
    mechanism = forms.ChoiceField(label="守る仕組み", choices=mechanisms)

    def arguments(self) -> dict[str, Any]:
        return {"wording": dict(self.cleaned_data)}


FORMS: dict[str, type[DecisionForm]] = {
    Decision.KEEP: DecisionForm,
    Decision.REWORD: WordingForm,
    Decision.MOVE: MoveForm,
    Decision.RETIRE: ReasonForm,
    Decision.ADD: WordingForm,
    Decision.EXEMPT: ReasonForm,
    Decision.NOTHING: DecisionForm,
}


def form_for(review: ObligationReview, decision: Decision, data: Any = None) -> DecisionForm:
    """The form of a decision, filled with what was decided or with what the obligation says now."""
    return FORMS[decision](data, review=review, prefix=str(decision), initial=_initial(review, decision))


def _initial(review: ObligationReview, decision: Decision) -> dict[str, Any]:
    if review.decision == decision:
        return {"clause": citations.citation(review.clause) if review.clause else "", "reason": review.reason, **review.wording}
    if decision == Decision.EXEMPT and review.exemption:
        return {"reason": review.exemption.reason}
    if decision == Decision.REWORD and review.obligation:
        names = ("summary", "question", "evidence", "kind", "is_prohibition", "trigger", "mechanism")
        return {"bearers": review.obligation.bearer_codes, **{name: getattr(review.obligation, name) for name in names}}
    return {"kind": Obligation.Kind.CONDUCT, "mechanism": "inspection"}
