"""The shapes of input: what was done, a day and a reason, a person, and the rule of a duty."""

import re
import unicodedata
from typing import Any

from django import forms
from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.fields import UploadsField

from . import events
from .intervals import WEEKDAYS, say_day
from .models import Duty, Occurrence

SEPARATORS = re.compile(r"[、,，・\s]+")
TYPED_DAY = re.compile(r"(\d{1,2})[月/](\d{1,2}|末)日?")
CLAUSE = re.compile(r"\d+(\.\d+){1,6}")
LAST = "31"


class DoneForm(forms.Form):
    """What was done, and the evidence."""

    note = forms.CharField(
        label="実施した内容",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
        help_text="いつ、何を確かめ、どうだったか。問題がなければ「異常なし」だけで構いません。個人情報は書かないでください。",
    )
    uploads = UploadsField(label="根拠となる記録", required=False)

    def __init__(self, *args: Any, occurrence: Occurrence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].subject = occurrence
        self.fields["uploads"].required = occurrence.duty.needs_evidence and not occurrence.has_files


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="理由", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text="後から読む人が分かるように、短く。"
    )


class MoveForm(ReasonForm):
    """Another day, and why."""

    to = JapaneseDateField(label="新しい期限")
    field_order = ["to", "reason"]


class HandForm(forms.Form):
    """Who does it."""

    person = forms.ModelChoiceField(label="担当する人", queryset=User.objects.none(), empty_label="選んでください")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people


class DaysOfYearField(forms.CharField):
    """4月1日、10月1日 or 6月末日: the days of a yearly duty, kept as MM-DD."""

    default_error_messages = {"day": "「4月1日、10月1日」や「6月末日」のように入力してください。"}

    def prepare_value(self, value: Any) -> Any:
        return "、".join(say_day(each) for each in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        words = [word for word in SEPARATORS.split(unicodedata.normalize("NFKC", value or "")) if word]
        return [self._day(word) for word in words]

    def _day(self, word: str) -> str:
        match = TYPED_DAY.fullmatch(word)
        if not match or not 1 <= int(match[1]) <= 12:
            raise forms.ValidationError(self.error_messages["day"], code="day")
        day = LAST if match[2] == "末" else match[2]
        if not 1 <= int(day) <= 31:
            raise forms.ValidationError(self.error_messages["day"], code="day")
        return f"{int(match[1]):02d}-{int(day):02d}"

    def validate(self, value: Any) -> None:
        """Whether it is needed depends on the interval: the model says so."""

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters."""


class ClausesField(forms.CharField):
    """Numbers of clauses such as 3.10.1.2, with 、 between them."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        words = [word for word in SEPARATORS.split(unicodedata.normalize("NFKC", value or "")) if word]
        if any(not CLAUSE.fullmatch(word) for word in words):
            raise forms.ValidationError("条項番号は「3.10.1.2」のように、点で区切って入力してください。", code="clause")
        return words

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters."""


class DutyForm(forms.ModelForm):
    """A duty: what, who, how often, how it is asked for."""

    clauses = ClausesField(
        label="条項番号", required=False, help_text="この業務の根拠。例 3.10.1.2。いくつかあるときは「、」で区切ります。"
    )
    days = DaysOfYearField(label="毎年の月日", required=False, help_text="「毎年」のとき。例 6月末日、または 4月1日、10月1日")
    day = forms.TypedChoiceField(
        label="日",
        choices=[("", "－"), *((number, f"{number}日") for number in range(1, 31)), (31, "末日")],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="「毎月」と「数か月ごと」のとき。",
    )
    weekday = forms.TypedChoiceField(
        label="曜日",
        choices=[("", "－"), *((number, f"{name}曜日") for number, name in enumerate(WEEKDAYS))],
        coerce=int,
        empty_value=None,
        required=False,
        help_text="「毎週」のとき。",
    )
    anchor_on = JapaneseDateField(
        label="起点の日", required=False, help_text="「数か月ごと」は数え始める月の日、「1回だけ」はその期日を入力します。"
    )
    event = forms.ChoiceField(label="できごと", required=False, help_text="周期に加えて、このできごとがあったときにも行います。")
    department = forms.ModelChoiceField(
        label="決まった課・部",
        queryset=Department.objects.none(),
        required=False,
        empty_label="（決めない）",
        help_text="「1件」のときに限り、行う課や部を決められます。",
    )

    WHAT = ["title", "instruction", "clauses", "mechanism", "needs_evidence"]
    WHO = ["owner", "per", "department"]
    WHEN = ["interval", "days", "every_months", "day", "weekday", "anchor_on", "event", "days_after_event", "lead_days"]

    class Meta:
        model = Duty
        fields = [
            *["title", "instruction", "clauses", "mechanism", "needs_evidence", "owner", "per", "department"],
            *["interval", "days", "every_months", "day", "weekday", "anchor_on", "event", "days_after_event", "lead_days"],
        ]
        widgets = {"instruction": forms.Textarea(attrs={"rows": 4})}
        labels = {"needs_evidence": "実施を記録するときに、根拠となる記録の添付を求める"}
        help_texts = {
            "instruction": "担当の方が読んで、何をすればよいか分かるように。",
            "mechanism": "遵守状況マップの義務と結び付けるコード。例 duty:log-inspection",
            "every_months": "「数か月ごと」のとき。",
            "days_after_event": "できごとの日から数えた期限です。",
            "lead_days": "担当の方の受信箱に、期限の何日前から表示するかです。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        department = self.fields["department"]
        department.queryset = Department.objects.select_related("parent")
        department.label_from_instance = lambda row: row.full_name
        self.fields["event"].choices = [("", "（なし）"), *events.choices()]
        for name in ("owner", "interval"):
            self.fields[name].choices = [(value, words if value else "選んでください") for value, words in self.fields[name].choices]

    def what(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name in ("code", *self.WHAT)]

    def who(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WHO]

    def when(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WHEN]


class NewDutyForm(DutyForm):
    """A new one has a code of its own, by which reference data and other floors find it."""

    code = forms.SlugField(label="コード", max_length=64, help_text="英小文字・数字・ハイフン。後から変えられません。例 shredder-check")
    field_order = ["title", "code"]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Duty.objects.filter(code=code, content_type__isnull=True).exists():
            raise forms.ValidationError("このコードの定期業務はすでにあります。別のコードにしてください。")
        return code
