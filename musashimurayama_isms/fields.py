"""Form fields as a Japanese city office fills them in, and how every field of the portal is drawn.

A day is typed in three boxes 年 月 日, a moment in five. The year may be Western (2026) or of an era (R8, 令和8, 平成31),
digits may be full-width. What was typed stays in the boxes when it is refused.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils import timezone

from musashimurayama_isms.drawing import DRAWN
from musashimurayama_isms.fiscal import ERAS, TOKYO, wareki

ERA_LETTERS = {"R": "令和", "令": "令和", "H": "平成", "平": "平成", "S": "昭和", "昭": "昭和"}
ERA_YEAR = re.compile(r"(?P<era>令和|平成|昭和|[RHS令平昭])\s*\.?\s*(?P<year>[0-9]{1,2}|元)年?")
WESTERN_YEAR = re.compile(r"(?P<year>[0-9]{4})年?")
NUMBER = re.compile(r"[0-9]{1,2}")
EARLIEST, LATEST = 1900, 2200


class PortalBoundField(BoundField):
    """A field that names its error before its support text to a screen reader."""

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        return " ".join(reversed(described.split(" "))) if described else described

    @property
    def is_single_checkbox(self) -> bool:
        """One box with its words beside it, not above it."""
        return isinstance(self.field.widget, forms.CheckboxInput)


class PortalRenderer(TemplatesSetting):
    """Draws forms with templates/django/forms/ (setting FORM_RENDERER)."""

    bound_field_class = PortalBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Django's own boxes are drawn in Python (`drawing`), everything else by its template."""
        if template_name == "django/forms/errors/list/default.html" and not context["errors"]:
            return ""  # a field without an error asks for the list of its errors too
        draw = DRAWN.get(template_name)
        return draw(context["widget"]) if draw else super().render(template_name, context, request)


def use_own_words() -> None:
    """Let Django's own fields say in the portal's words what is missing.

    A field takes its words when it is made, and some forms are made while the models are loaded, before any `ready()`:
    so this is called below, once, when a module of forms or the first app asks for this one.
    """
    words = {
        forms.Field: "入力してください。",
        forms.ChoiceField: "選んでください。",
        forms.MultipleChoiceField: "一つ以上選んでください。",
        forms.BooleanField: "内容を確かめて、印を付けてください。",
        forms.FileField: "ファイルを選んでください。",
    }
    for field, text in words.items():
        field.default_error_messages = {**field.default_error_messages, "required": text}


use_own_words()


def half_width(text: str | None) -> str:
    """The text as typed on a half-width keyboard, without space around it."""
    return unicodedata.normalize("NFKC", text or "").strip()


class _PartsInput(forms.MultiWidget):
    """Small text boxes beside each other, each with its unit; values travel as a list of strings."""

    template_name = "django/forms/widgets/japanese_date.html"
    parts: tuple[tuple[str, str, int], ...] = ()
    now_label = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({name: _box(name, size) for name, _, size in self.parts}, attrs)

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, (_, unit, _size) in zip(context["widget"]["subwidgets"], self.parts, strict=True):
            box["unit"] = unit
        context["now_label"] = self.now_label
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else ""


def _box(name: str, size: int) -> forms.TextInput:
    return forms.TextInput({"size": size, "maxlength": 12, "data-part": name, "autocomplete": "off"})


DAY_PARTS = (("year", "年", 5), ("month", "月", 2), ("day", "日", 2))
CLOCK_PARTS = (("hour", "時", 2), ("minute", "分", 2))


class JapaneseDateInput(_PartsInput):
    """年 月 日; the names in the form are <field>_year, <field>_month, <field>_day."""

    parts = DAY_PARTS
    now_label = "今日の日付を入れる"

    def decompress(self, value: date | datetime | None) -> list[Any]:
        if isinstance(value, datetime):
            value = _in_tokyo(value).date()
        return [value.year, value.month, value.day] if value else [None] * 3


class JapaneseDateTimeInput(_PartsInput):
    """年 月 日 時 分; the names in the form are <field>_year … <field>_hour, <field>_minute."""

    parts = (*DAY_PARTS, *CLOCK_PARTS)
    now_label = "今の日時を入れる"

    def decompress(self, value: datetime | None) -> list[Any]:
        if not value:
            return [None] * 5
        local = _in_tokyo(value)
        return [local.year, local.month, local.day, local.hour, f"{local:%M}"]


def _in_tokyo(value: datetime) -> datetime:
    return timezone.localtime(value, TOKYO) if timezone.is_aware(value) else value


class JapaneseDateField(forms.Field):
    """A day from three boxes; gives a date, or None when nothing was typed and nothing is required."""

    widget = JapaneseDateInput
    default_error_messages = {"required": "日付を入力してください。"}

    def to_python(self, value: Any) -> date | None:
        """Raise ValidationError, in words about the box that is wrong, for everything that is not a day."""
        if value is None or isinstance(value, date):
            return value
        parts = [half_width(text) for text in value]
        return _day(*parts[:3]) if any(parts) else None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except forms.ValidationError:
            return True


class JapaneseDateTimeField(JapaneseDateField):
    """A moment from five boxes; gives an aware datetime of Asia/Tokyo. The minute may be left out: it is then 00."""

    widget = JapaneseDateTimeInput
    default_error_messages = {"required": "日時を入力してください。"}

    def to_python(self, value: Any) -> datetime | None:
        """Raise ValidationError, in words about the box that is wrong, for everything that is not a moment."""
        if value is None or isinstance(value, datetime):
            return value
        parts = [half_width(text) for text in value]
        if not any(parts):
            return None
        day = _day(*parts[:3])
        hour, minute = _hour_and_minute(parts[3:])
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=TOKYO)


def _day(year: str, month: str, day: str) -> date:
    missing = [unit for unit, text in zip("年月日", (year, month, day), strict=True) if not text]
    if missing:
        raise forms.ValidationError(f"{'と'.join(missing)}が入力されていません。年・月・日をすべて入力してください。", code="incomplete")
    era, western = _year(year)
    month_number, day_number = _number(month, "月", 1, 12), _number(day, "日", 1, 31)
    try:
        found = date(western, month_number, day_number)
    except ValueError:
        raise forms.ValidationError(
            f"{western}年{month_number}月{day_number}日は暦にありません。日付を確かめてください。", code="invalid"
        ) from None
    if era and not wareki(found).startswith(era):
        raise forms.ValidationError(f"入力された{era}の日付は暦にありません。{wareki(found)}でしょうか。", code="invalid")
    return found


def _year(text: str) -> tuple[str, int]:
    """The era that was named, if any, and the Western year."""
    if match := ERA_YEAR.fullmatch(text.upper()):
        era = ERA_LETTERS.get(match["era"], match["era"])
        number = 1 if match["year"] == "元" else int(match["year"])
        first = next(day for day, name in ERAS if name == era)
        if number:
            return era, first.year + number - 1
    elif (match := WESTERN_YEAR.fullmatch(text)) and EARLIEST <= int(match["year"]) <= LATEST:
        return "", int(match["year"])
    raise forms.ValidationError("年は「2026」か「R8」のように入力してください。", code="year")


def _number(text: str, unit: str, lowest: int, highest: int) -> int:
    if NUMBER.fullmatch(text) and lowest <= int(text) <= highest:
        return int(text)
    raise forms.ValidationError(f"{unit}は{lowest}から{highest}までの数字で入力してください。", code="number")


def _hour_and_minute(parts: Sequence[str]) -> tuple[int, int]:
    hour, minute = parts
    if not hour:
        raise forms.ValidationError("時が入力されていません。分からないときは、およその時刻を入力してください。", code="incomplete")
    return _number(hour, "時", 0, 23), _number(minute or "0", "分", 0, 59)


# -- the fields that most forms are made of ---------------------------------------------------------------------------


def line(label: str, help_text: str = "", *, required: bool = True, max_length: int = 200) -> forms.CharField:
    """One line of text."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=max_length)


def text(label: str, help_text: str = "", *, required: bool = True, rows: int = 3, max_length: int = 2000) -> forms.CharField:
    """Several lines of text."""
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=max_length, widget=widget)


def radio(label: str, choices: Any, help_text: str = "", *, required: bool = True) -> forms.ChoiceField:
    """One of a few, all of them in view."""
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, required=required, widget=forms.RadioSelect)
