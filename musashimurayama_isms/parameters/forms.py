"""The shape of what is typed: what narrows the list, and a choice with its basis."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .catalogue import Parameter
from .overview import Line, State, group_names

ALL = ("", "全て")


class NarrowingForm(forms.Form):
    """A form of the address line: what does not fit counts as not asked."""

    state = forms.ChoiceField(label="状態", required=False, choices=[ALL, *State.choices])
    group = forms.ChoiceField(label="区分", required=False, choices=lambda: [ALL, *((name, name) for name in group_names())])
    q = forms.CharField(label="言葉・条項", required=False, max_length=100)

    def wanted(self) -> dict[str, str]:
        """What was asked for, field by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PartsField(forms.Field):
    """Several values on one line, parted by 、 or blanks; `read` makes a value of a part, None where it is none."""

    def __init__(self, *, read: Callable[[str], Any], show: Callable[[Any], str], **kwargs) -> None:
        self.read, self.show = read, show
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> list:
        parts = re.split(r"[、,・\s]+", unicodedata.normalize("NFKC", value or ""))
        return [self.read(part) for part in parts if part]

    def prepare_value(self, value: Any) -> Any:
        return "、".join(self.show(each) for each in value) if isinstance(value, list) else value


def _read_day(part: str) -> str | None:
    found = re.fullmatch(r"(\d{1,2})(?:月|/|-)(\d{1,2})日?", part)
    return f"{int(found[1]):02d}-{int(found[2]):02d}" if found else None


def _read_number(part: str) -> int | None:
    return int(part) if re.fullmatch(r"[0-9]{1,4}", part) else None


def _whole(parameter: Parameter) -> forms.Field:
    support = f"単位は「{parameter.unit}」です。{parameter.at_least}から{parameter.at_most}まで。"
    return forms.IntegerField(help_text=support, widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}))


def _yes_no(parameter: Parameter) -> forms.Field:
    choices = [("yes", "はい"), ("no", "いいえ")]
    return forms.TypedChoiceField(choices=choices, coerce=lambda typed: typed == "yes", empty_value=None, widget=forms.RadioSelect)


def _choice(parameter: Parameter) -> forms.Field:
    return forms.ChoiceField(choices=parameter.options, widget=forms.RadioSelect)


def _roles(parameter: Parameter) -> forms.Field:
    support = "一つも選ばないと「決めない（そのつど選ぶ）」になります。"
    return forms.MultipleChoiceField(choices=parameter.options, widget=forms.CheckboxSelectMultiple, help_text=support)


def _months(parameter: Parameter) -> forms.Field:
    choices = [(month, f"{month}月") for month in (*range(4, 13), *range(1, 4))]
    return forms.TypedMultipleChoiceField(choices=choices, coerce=int, widget=forms.CheckboxSelectMultiple)


def _days(parameter: Parameter) -> forms.Field:
    return PartsField(read=_read_day, show=lambda day: f"{int(day[:2])}月{int(day[3:])}日", help_text="例 4月1日、10月1日")


def _days_count(parameter: Parameter) -> forms.Field:
    return PartsField(read=_read_number, show=str, help_text=f"単位は「{parameter.unit}」です。例 7、1")


def _text(parameter: Parameter) -> forms.Field:
    return forms.CharField(max_length=200)


FIELDS: dict[str, Callable[[Parameter], forms.Field]] = {
    "whole": _whole,
    "yes_no": _yes_no,
    "choice": _choice,
    "roles": _roles,
    "months": _months,
    "days": _days,
    "days_count": _days_count,
    "text": _text,
}
CONFIRM, CHOOSE, RETURN = "confirm", "choose", "return"


class ChoiceForm(forms.Form):
    """How a gap is settled, with the basis; `seen` is the number of the choice that the page showed."""

    act = forms.ChoiceField(label="どうしますか", widget=forms.RadioSelect, error_messages={"required": "一つ選んでください。"})
    basis = forms.CharField(
        label="根拠",
        max_length=500,
        help_text="議決の日付、要綱の名前など。例 令和8年12月3日 情報化推進委員会の議決",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "何を根拠に決めたかを入力してください。"},
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, line: Line, current: Any) -> None:
        super().__init__(data, initial={"seen": line.number, "value": _shown(line.parameter, current)})
        self.parameter, self.current = line.parameter, current
        self.fields["act"].choices = _acts(line)
        if self.parameter.rules.is_settable:
            self.fields["value"] = field = FIELDS[self.parameter.kind](self.parameter)
            field.label, field.required = "市の値", False
            field.help_text = f"「市の値を決める」を選んだときに入力します。{field.help_text}"
            self.order_fields(["act", "value", "basis", "seen"])

    @property
    def returns(self) -> bool:
        """Back to the default, unconfirmed."""
        return self.cleaned_data["act"] == RETURN

    @property
    def value(self) -> Any:
        """What is chosen; confirming chooses the default, or the value of the environment file."""
        if self.cleaned_data["act"] == CHOOSE:
            return self.cleaned_data["value"]
        return self.current if self.parameter.setting else self.parameter.default

    def clean_value(self) -> Any:
        """The city's own value must fit the parameter."""
        value = self.cleaned_data["value"]
        if self.cleaned_data.get("act") == CHOOSE:
            if value in (None, ""):
                raise ValidationError("市の値を入力してください。")
            self.parameter.check(value)
        return value

    def clean(self) -> dict[str, Any]:
        """A value that is not asked for cannot be wrong."""
        if self.cleaned_data.get("act") != CHOOSE:
            self.errors.pop("value", None)
        return self.cleaned_data


def _shown(parameter: Parameter, current: Any) -> Any:
    return {True: "yes", False: "no"}[current] if parameter.kind == "yes_no" else current


def _acts(line: Line) -> list[tuple[str, str]]:
    """The ways to settle a gap as it stands."""
    parameter = line.parameter
    if parameter.setting:
        return [(CONFIRM, f"いまの値（{line.now}）を、市の決定として確認済みにする")]
    acts = [(CONFIRM, f"標準（{parameter.default_words}）のまま確認済みにする"), (CHOOSE, "市の値を決める")]
    return [*acts, (RETURN, "標準に戻し、未確認に戻す")] if line.is_settled else acts
