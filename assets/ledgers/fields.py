"""The form field of a declared field. Text as it stands in a list (CSV, XLSX) is read by the same fields."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from assets.classification import AssetClass
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fields import JapaneseDateField, JapaneseDateTimeField, half_width

from .declaration import Field, Kind

SEPARATORS = re.compile(r"[\n,、;；]+")
DAY_TEXT = re.compile(r"(?P<year>[^年./-]+)[年./-](?P<month>\d+)[月./-](?P<day>\d+)日?")


class PersonField(forms.CharField):
    """One member of staff by 職員番号, 利用者ID or full name; gives the User."""

    default_error_messages = {"nobody": "「%(text)s」という職員は見つかりません。職員番号か利用者ID、氏名で入力してください。"}

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, User):
            return value.username
        if isinstance(value, dict):
            return _username(value["key"])
        return value

    def clean(self, value: Any) -> User | None:
        if isinstance(value, User):
            return value
        text = super().clean(value)
        return self.found(half_width(text)) if text else None

    def found(self, text: str) -> User:
        """ValidationError where nobody, or more than one, is meant."""
        people = list(User.objects.filter(Q(staff_number=text) | Q(username=text))[:1])
        people = people or _named(text)
        if len(people) > 1:
            raise ValidationError(f"「{text}」という職員が{len(people)}人います。職員番号で入力してください。")
        if not people:
            raise ValidationError(self.error_messages["nobody"], params={"text": text}, code="nobody")
        return people[0]


def _named(text: str) -> list[User]:
    """The people of this name, whether or not a blank stands between its parts."""
    bare = "".join(text.split())
    return [user for user in User.objects.filter(name__startswith=bare[:1]) if "".join(user.name.split()) == bare][:10] if bare else []


def _username(key: Any) -> str:
    return User.objects.filter(pk=key).values_list("username", flat=True).first() or ""


class PeopleField(PersonField):
    """Several members of staff, one a line; gives a list of Users."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        keys = [item["key"] if isinstance(item, dict) else item.pk for item in value]
        return "\n".join(User.objects.filter(pk__in=keys).values_list("username", flat=True))

    def clean(self, value: Any) -> list[User]:
        if isinstance(value, list | tuple):
            people = [item for item in value if isinstance(item, User)]
        else:
            text = forms.CharField.clean(self, value)
            people = [self.found(half_width(part)) for part in SEPARATORS.split(text) if part.strip()]
        if self.required and not people:
            raise ValidationError(self.error_messages["required"], code="required")
        return list(dict.fromkeys(people))


class RowField(forms.CharField):
    """A row of a register by its number (S-0001), or by its name where only one has it; gives the row."""

    def __init__(self, *, model: type, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model
        self.rows: Any = None  # set by a form to those the person may see

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value["label"].partition(" ")[0]
        return getattr(value, "code", value)

    def clean(self, value: Any) -> Any:
        if isinstance(value, self.model):
            return value
        text = half_width(super().clean(value))
        if not text:
            return None
        name = "title" if self.model._meta.model_name == "developmentfile" else "name"
        rows = self.model.objects.all() if self.rows is None else self.rows
        by_code = rows.filter(code=text.partition(" ")[0].upper()).first()
        found = [by_code] if by_code else list(rows.filter(**{name: text})[:2])
        if len(found) != 1:
            raise ValidationError(f"「{text}」に当たる{self.model._meta.verbose_name}が一つに決まりません。番号で入力してください。")
        return found[0]


class DayField(JapaneseDateField):
    """A day from three boxes, or from one cell of a list: 2026-04-01, 2026/4/1, R8.4.1, 令和8年4月1日."""

    def to_python(self, value: Any) -> date | None:
        return super().to_python(parts(value) if isinstance(value, str) else value)


class MomentField(JapaneseDateTimeField):
    """A moment from five boxes, or from one cell: a day, then 14:30."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            day, _, clock = half_width(value).replace("T", " ").partition(" ")
            value = [*parts(day), *(clock.split(":") + ["", ""])[:2]] if value.strip() else None
        elif isinstance(value, date) and not hasattr(value, "hour"):
            value = [value.year, value.month, value.day, "0", "0"]
            value = [str(part) for part in value]
        return super().to_python(value)


def parts(text: str) -> list[str] | None:
    """年, 月 and 日 of a cell; None for an empty one, ValidationError for what is no day."""
    plain = half_width(text)
    if not plain:
        return None
    match = DAY_TEXT.fullmatch(plain.partition(" ")[0])
    if match is None:
        raise ValidationError("日付は「2026-04-01」か「R8.4.1」のように書いてください。", code="invalid")
    return [match["year"], match["month"], match["day"]]


class WordChoiceField(forms.ChoiceField):
    """A choice by its code, or by its word as a list writes it."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value).strip()
        return {label: str(code) for code, label in self.choices}.get(text, text)


class ClassField(WordChoiceField):
    """分類Ⅰ～Ⅳ; gives the rank as a number."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return {"Ⅰ": "1", "Ⅱ": "2", "Ⅲ": "3", "Ⅳ": "4"}.get(text, text)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        return int(text) if text else None


class YesField(forms.BooleanField):
    """A box; in a list はい, 有, ○, 1."""

    def to_python(self, value: Any) -> bool:
        if isinstance(value, str) and value.strip() in ("いいえ", "無", "なし", "×", "0", "－", "-", ""):
            return False
        return super().to_python(value)


def form_field(field: Field) -> forms.Field:
    """The form field of a declared field, not bound to anything."""
    options = {"label": field.label, "required": field.required, "help_text": field.help}
    return _MAKERS[field.kind](field, options)


def _choice(field: Field, options: dict) -> forms.Field:
    return WordChoiceField(choices=[("", "選んでください"), *field.choices], **options)


def _class(field: Field, options: dict) -> forms.Field:
    return ClassField(choices=[("", "選んでください"), *AssetClass.choices], **options)


def _yes(field: Field, options: dict) -> forms.Field:
    return YesField(**options)


def _long(field: Field, options: dict) -> forms.Field:
    return forms.CharField(widget=forms.Textarea({"rows": 3}), max_length=2000, **options)


def _people(field: Field, options: dict) -> forms.Field:
    options["help_text"] = options["help_text"] or "1行に一人。職員番号、利用者IDか氏名で入力します。"
    return PeopleField(widget=forms.Textarea({"rows": 4}), **options)


def _person(field: Field, options: dict) -> forms.Field:
    options["help_text"] = options["help_text"] or "職員番号、利用者IDか氏名で入力します。"
    return PersonField(max_length=100, **options)


def _row(name: str, example: str):
    def make(field: Field, options: dict) -> forms.Field:
        from django.apps import apps

        options["help_text"] = options["help_text"] or f"番号（例 {example}）か名称で入力します。"
        return RowField(model=apps.get_model("assets", name), max_length=220, **options)

    return make


_MAKERS = {
    Kind.TEXT: lambda field, options: forms.CharField(max_length=200, **options),
    Kind.LONG: _long,
    Kind.NUMBER: lambda field, options: forms.IntegerField(min_value=0, max_value=1_000_000_000, **options),
    Kind.DATE: lambda field, options: DayField(**options),
    Kind.MOMENT: lambda field, options: MomentField(**options),
    Kind.CHOICE: _choice,
    Kind.YES: _yes,
    Kind.CLASS: _class,
    Kind.PERSON: _person,
    Kind.PEOPLE: _people,
    Kind.SYSTEM: _row("System", "S-0001"),
    Kind.DEVICE: _row("Device", "D-0001"),
    Kind.DEVELOPMENT: _row("DevelopmentFile", "V-0001"),
}
