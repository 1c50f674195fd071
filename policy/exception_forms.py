"""The shapes of input of exceptions: the two requests, and the small forms of the acts."""

from datetime import date
from typing import Any

from django import forms

from musashimurayama_isms.approvals.forms import RequestForm
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField
from musashimurayama_isms.fiscal import wareki
from policy.clause_choices import clause_choices
from policy.exception_days import latest_end
from policy.exception_fields import ClausesField, MeasuresField, NumbersField
from policy.models import ExceptionReview

NO_CLAUSE = "従わない条項を一つ以上選ぶか、番号を入力してください。"


def _text(label: str, help_text: str, rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, widget=forms.Textarea({"rows": rows}), max_length=2000, **kwargs)


def _clauses() -> ClausesField:
    return ClausesField(label="従わない条項", help_text="節を開いて、条項を選びます。いくつでも選べます。")


def _numbers() -> NumbersField:
    return NumbersField(
        label="条項の番号で加える",
        required=False,
        max_length=300,
        help_text="番号が分かるときは、ここに入力しても加わります。例　3-5(2)キ(イ)、3-9(1)",
    )


def _systems() -> forms.CharField:
    return forms.CharField(label="対象のシステム・機器", max_length=300, required=False, help_text="どのシステム、どの端末のことか。")


class ClauseForm(RequestForm):
    """A request that names clauses: those ticked and those typed are one list, in the order of the document."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].choices = clause_choices(self.user, at=self.at) if self.at else []

    def clean_numbers(self) -> list[str]:
        known = set(self.fields["clauses"].numbers)
        if strange := [number for number in self.cleaned_data["numbers"] if number not in known]:
            raise forms.ValidationError(f"いまの版で選べない条項です：{'、'.join(strange)}")
        return self.cleaned_data["numbers"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        wanted = {*data.get("clauses", []), *data.get("numbers", [])}
        data["clauses"] = [number for number in self.fields["clauses"].numbers if number in wanted]
        if not data["clauses"] and self.fields["clauses"].required and not {"clauses", "numbers"} & set(self.errors):
            self.add_error("clauses", NO_CLAUSE)
        return data

    def content(self) -> dict[str, Any]:
        return {name: value for name, value in super().content().items() if name != "numbers"}

    def hold_to(self, start: date | None, end: date | None) -> None:
        """The end is not before the beginning, and not later than the city allows (exceptions.longest_run)."""
        if start and end and end < start:
            self.add_error("ends_on", "終わりの日は、始まりの日以後にしてください。")
        elif start and end and end > (latest := latest_end(start)):
            self.add_error("ends_on", f"市の定めにより、{wareki(latest)}までにしてください。続けるときは、その前に延長を申請します。")


class ExceptionForm(ClauseForm):
    """例外措置の申請 (3.11.4.1)."""

    clauses = _clauses()
    numbers = _numbers()
    what = _text("守れないこと", "条項のどの部分を、どこで守れないか。")
    reason = _text("理由", "守るのが難しい事情と、仕事を続けるために必要なわけ。")
    systems = _systems()
    risk = _text("生じるリスク", "守らない間に起こりうることと、その大きさ。")
    measures = MeasuresField(label="代わりの方法", help_text="リスクを減らすために代わりに行うことと、担当の役割。5行まで。")
    starts_on = JapaneseDateField(label="始まりの日", help_text="許可の日より前にはさかのぼりません。")
    ends_on = JapaneseDateField(label="終わりの日", help_text="必ず決めます。後から変えられません。続けるときは延長を申請します。")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.hold_to(data.get("starts_on"), data.get("ends_on"))
        return data


class EmergencyForm(ClauseForm):
    """緊急時の例外措置の届出 (3.11.4.2)."""

    taken_at = JapaneseDateTimeField(label="例外措置を取った日時")
    clauses = _clauses()
    numbers = _numbers()
    what = _text("行ったこと", "条項と違うやり方で、何をしたか。")
    reason = _text("避けられなかった理由", "急を要した事情と、許可を待てなかったわけ。")
    systems = _systems()
    risk = _text("生じるリスク", "守らない間に起こりうることと、その大きさ。", required=False)
    measures = MeasuresField(label="代わりの方法", required=False, help_text="リスクを減らすために代わりに行っていること。5行まで。")
    ends_on = JapaneseDateField(label="終わりの日", help_text="元のやり方に戻す日です。それより続けるときは、通常の例外措置を申請します。")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        taken_at = data.get("taken_at")
        if taken_at and self.at and taken_at > self.at:
            self.add_error("taken_at", "日時が未来になっています。実際に行った日時を入力してください。")
        self.hold_to(taken_at.date() if taken_at else None, data.get("ends_on"))
        return data


class ClosingForm(forms.Form):
    """完了報告."""

    report = _text("完了の報告", "どのように元のやり方に戻したか、起きた問題、残ったこと。", rows=5)


class OrderForm(forms.Form):
    """終了を命じる."""

    reason = _text("理由", "課に届きます。いつまでに何をするかも書いてください。")


class ReviewForm(forms.Form):
    """見直し: may it go on?"""

    result = forms.ChoiceField(label="結果", choices=ExceptionReview.Result, widget=forms.RadioSelect)
    note = _text("所見", "「終了を求める」ときは、理由を必ず入力してください。課に届きます。", rows=2, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("result") == ExceptionReview.Result.ASK_END and not data.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", "終了を求める理由を入力してください。課に届きます。")
        return data
