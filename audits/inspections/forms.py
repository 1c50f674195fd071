"""The shapes of input of the inspections."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.utils import timezone

from audits.models import Answer, Campaign, Given, InspectionQuestion
from audits.models.campaign import choosable
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.fields import JapaneseDateField, text
from policy import citations

HALF_A_YEAR = 183
REPORTED_TO = (
    (RoleCode.AUDIT_HEAD.value, RoleCode.AUDIT_HEAD.label),
    (RoleCode.DIVISION_OFFICER.value, RoleCode.DIVISION_OFFICER.label),
    ("COMMITTEE", "情報化推進委員会"),
)


class CampaignForm(forms.Form):
    """What an inspection is called and until when it is answered."""

    title = forms.CharField(label="名称", max_length=100, help_text="例 令和8年度 情報セキュリティ自己点検")
    kind = forms.ChoiceField(label="区分", choices=Campaign.Kind, widget=forms.RadioSelect)
    due_on = JapaneseDateField(label="回答の期限")
    note = text("回答する人へ", required=False, help_text="点検票の初めに表示されます。")


class EditForm(CampaignForm):
    """The same, of an inspection that is there."""

    kind = None


class ReopenForm(forms.Form):
    due_on = JapaneseDateField(label="新しい期限")


class QuestionsForm(forms.Form):
    """The obligations of one role, 節 by 節, each with its question."""

    keys = forms.MultipleChoiceField(label="質問", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, bearer: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(choosable(bearer).order_by("position"))
        self.fields["keys"].choices = [(row.key, row.question) for row in self.rows]

    def themes(self) -> list[tuple[str, str, list[dict]]]:
        """(節, its heading, its obligations with whether each is chosen)."""
        chosen = set(self["keys"].value() or ())
        found: dict[str, list[dict]] = {}
        for row in self.rows:
            found.setdefault(row.section, []).append({"obligation": row, "is_chosen": row.key in chosen})
        headings = citations.headings(on=timezone.localdate())
        return [(number, headings.get(number, ""), rows) for number, rows in found.items()]


class AnswerForm(forms.Form):
    """One question: lenient, since it is kept as it is typed; what is lacking is said when the sheet is sent."""

    value = forms.ChoiceField(label="回答", choices=Answer.Value, required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label="理由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    plan = forms.CharField(label="これから行うこと", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args, question: InspectionQuestion, answer: Answer | None, **kwargs) -> None:
        self.question, self.answer = question, answer
        initial = {"value": answer.value, "reason": answer.reason, "plan": answer.plan} if answer else {}
        super().__init__(*args, prefix=f"q{question.pk}", initial=initial, **kwargs)

    @property
    def given(self) -> Given:
        """What is valid as it stands; a field that is not keeps what was there."""
        old = Given(self.question) if self.answer is None else Given(self.question, self.answer.value, self.answer.reason, self.answer.plan)
        data = self.cleaned_data
        return Given(self.question, data.get("value", old.value), data.get("reason", old.reason), data.get("plan", old.plan))

    @property
    def needs_words(self) -> bool:
        """Whether reason and plan stand open: something is not done, or they are filled in."""
        return (self["value"].value() or "") in (*Answer.OPEN, Answer.Value.NOT_MINE) or bool(
            self["reason"].value() or self["plan"].value()
        )


class SumUpForm(forms.Form):
    comment = text("課としてのまとめ", required=False, help_text="全体の状況や、改善策を書かない理由。")


class ImprovementForm(forms.Form):
    """One thing to better."""

    question = forms.ModelChoiceField(
        label="どの質問について", queryset=InspectionQuestion.objects.none(), required=False, empty_label="課全体について"
    )
    text = text("改善策", rows=2, max_length=500, help_text="だれが何をするかを、短く書きます。")
    due_on = JapaneseDateField(label="いつまでに")

    def __init__(self, *args, questions: Iterable[InspectionQuestion], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        pks = [question.pk for question in questions]
        self.fields["question"].queryset = InspectionQuestion.objects.filter(pk__in=pks)


class DoneForm(forms.Form):
    outcome = text("行ったこと", rows=2, max_length=500)


class ReportForm(forms.Form):
    """The report of the whole city to those of the three who are to know (3.13.2.2)."""

    summary = text("全庁のまとめ", rows=6, max_length=8000, help_text="結果の特徴と、全庁で行う改善策。")
    to = forms.MultipleChoiceField(
        label="報告先",
        choices=REPORTED_TO,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="必要と認める相手を選びます。",
    )
    reason = text(
        "補足する理由", rows=2, max_length=1000, required=False, help_text="まとめていない課があるとき、報告先を選ばないときに書きます。"
    )


def first_due(on: date, months: list[int]) -> date:
    """The last day of the next month in which the city inspects; thirty days from now where that is more than half a year away."""
    first = min(date(on.year + (month < on.month), month, 1) for month in months or [on.month])
    day = first.replace(day=monthrange(first.year, first.month)[1])
    return day if (day - on).days <= HALF_A_YEAR else on + timedelta(days=30)
