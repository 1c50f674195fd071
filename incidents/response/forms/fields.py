"""Fields that the forms of the response share: text, staff by their numbers, words spoken on the phone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms

from incidents.handling import Spoken
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fields import JapaneseDateTimeField, half_width


def yes_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """A question that has to be answered either way."""
    choices = [("yes", "はい"), ("no", "いいえ")]
    return forms.TypedChoiceField(
        label=label, choices=choices, coerce=lambda answer: answer == "yes", help_text=help_text, widget=forms.RadioSelect
    )


class PersonChoice(forms.ModelChoiceField):
    """One of a few persons."""

    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（内線 {user.extension}）" if user.extension else user.name


class PeopleChoice(forms.ModelMultipleChoiceField):
    """Any of some persons, with their telephone numbers."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, user: User) -> str:
        return f"{user.name}（内線 {user.extension}）" if user.extension else user.name


class StaffField(forms.CharField):
    """Staff by their numbers, several with commas between them; cleans to the persons, an unknown number is named."""

    def __init__(self, *, single: bool = False, **kwargs: Any) -> None:
        self.single = single
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 500)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        numbers = [number for number in half_width(super().clean(value)).replace("、", ",").replace(" ", ",").split(",") if number]
        found = {user.staff_number: user for user in User.objects.filter(staff_number__in=numbers)}
        unknown = [number for number in numbers if number not in found]
        if unknown:
            raise forms.ValidationError(f"職員番号 {'、'.join(unknown)} の職員は登録されていません。番号を確かめてください。")
        if self.single:
            if len(numbers) > 1:
                raise forms.ValidationError("職員番号を一つだけ入力してください。")
            return found[numbers[0]] if numbers else None
        return [found[number] for number in dict.fromkeys(numbers)]


def departments(at: datetime) -> forms.ModelChoiceField:
    """A department of today by its full name."""
    rows = Department.objects.in_force(day_of(at)).select_related("parent")
    field = forms.ModelChoiceField(
        label="担当の課", queryset=rows, empty_label="選ばない", help_text="市全体の役割が担当するときは、そのままで構いません。"
    )
    field.label_from_instance = lambda row: row.full_name
    return field


class SpokenForm(forms.Form):
    """A form whose decision may have been spoken on the phone: who spoke, when; empty where the person at the keyboard decides.

    `speakers` are those who may have spoken. Where the person at the keyboard is none of them, somebody must have.
    """

    must_speak = False

    def add_spoken(self, speakers: Iterable[User], *, by: User, at: datetime) -> None:
        """Add the two fields at the end."""
        people = list(speakers)
        self.must_speak = by.pk not in {user.pk for user in people}
        help_text = "本人が次のログインで確認します。" if self.must_speak else "あなたが自分で決めるときは、空欄のままにします。"
        self.fields["spoken_by"] = PersonChoice(
            label="話した人",
            queryset=User.objects.filter(pk__in=[user.pk for user in people]),
            required=self.must_speak,
            empty_label="選んでください" if self.must_speak else "選ばない",
            help_text=help_text,
        )
        self.fields["spoken_at"] = JapaneseDateTimeField(
            label="話した日時", required=self.must_speak, initial=at if self.must_speak else None
        )

    def spoken(self) -> Spoken | None:
        """The words, where somebody else spoke them."""
        who = self.cleaned_data.pop("spoken_by", None)
        when = self.cleaned_data.pop("spoken_at", None)
        return Spoken(who, when) if who and when else None

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("spoken_by") and not data.get("spoken_at") and "spoken_at" not in self.errors:
            self.add_error("spoken_at", "話した日時を入力してください。")
        return data
