"""Fields of the forms of an exception: clauses out of the tree, days apart, and the other means as rows."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from policy.citations import parse
from policy.models import Bearer

ROWS = 5
NUMBERS_APART = re.compile(r"[、，,;；\s]+")


class ClauseTree(forms.CheckboxSelectMultiple):
    """The 節 folded up, each opening on its clauses; one with a chosen clause stands open. Works without script."""

    template_name = "policy/widgets/clause_tree.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["sections"] = [
            {"title": title, "options": options, "chosen": sum(option["selected"] for option in options)}
            for title, options, _ in context["widget"]["optgroups"]
        ]
        return context


class ClausesField(forms.MultipleChoiceField):
    """Clauses by number. That one is there at all is asked by the form, which takes typed numbers as well."""

    widget = ClauseTree
    default_error_messages = {"invalid_choice": "いまの版で選べない条項です：%(value)s"}

    def validate(self, value: list[str]) -> None:
        for number in value:
            if not self.valid_value(number):
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": number})

    @property
    def numbers(self) -> list[str]:
        """All that can be chosen, in the order of the document."""
        return [number for _, options in self.choices for number, _ in options]


class NumbersField(forms.CharField):
    """Clause numbers as people write them, several in a line: 3-5(2)キ(イ)、3.9.1.4."""

    def clean(self, value: Any) -> list[str]:
        words = [word for word in NUMBERS_APART.split(super().clean(value)) if word]
        found = {word: parse(word) for word in words}
        if unknown := [word for word, number in found.items() if number is None]:
            raise ValidationError(f"条項の番号として読めません：{'、'.join(unknown)}。「3-5(2)キ(イ)」のように入力してください。")
        return [number for number in found.values() if number]


class MeasuresInput(forms.MultiWidget):
    """Rows of what is done instead and by which role."""

    template_name = "policy/widgets/measures.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget] = {}
        for place in range(1, ROWS + 1):
            boxes[f"what_{place}"] = forms.TextInput({"maxlength": 200, "aria-label": f"代わりの方法 {place}"})
            boxes[f"owner_{place}"] = forms.Select({"aria-label": f"担当の役割 {place}"}, choices=Bearer.choices)
        super().__init__(boxes, attrs)

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def decompress(self, value: Iterable[dict[str, str]] | None) -> list[str]:
        boxes = [part for row in value or () for part in (row["what"], row["owner"])][: ROWS * 2]
        return boxes + ["", Bearer.SECTION_OFFICER.value] * (ROWS - len(boxes) // 2)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if isinstance(value, list) and value and isinstance(value[0], dict):
            value = self.decompress(value)
        context = super().get_context(name, value, attrs)
        boxes = context["widget"]["subwidgets"]
        context["rows"] = list(zip(boxes[::2], boxes[1::2], strict=True))
        return context


class MeasuresField(forms.Field):
    """The rows that are filled in, as [{"what": …, "owner": …}]."""

    widget = MeasuresInput
    default_error_messages = {"required": "代わりに行うことを、1行以上入力してください。"}

    def to_python(self, value: Any) -> list[dict[str, str]]:
        if not value or isinstance(value[0], dict):
            return list(value or [])
        rows = [((what or "").strip(), owner) for what, owner in zip(value[::2], value[1::2], strict=True)]
        if any(len(what) > 200 or owner not in Bearer.values for what, owner in rows if what):
            raise ValidationError("1行は200文字までです。担当の役割は一覧から選んでください。")
        return [{"what": what, "owner": owner} for what, owner in rows if what]
