"""Form fields of the policy room: clause numbers, sections."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.models.department import DepartmentQuerySet
from policy import citations
from policy.numbers import printed


class ClausesField(forms.CharField):
    """Clause numbers as people write them, one or several; gives the dotted numbers."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "例 3-9(1)カ。いくつかあるときは「、」で区切ります。")
        super().__init__(required=False, max_length=300, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "、".join(printed(number) for number in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        words = [word.strip() for word in (super().clean(value) or "").replace(",", "、").replace("\n", "、").split("、")]
        numbers = {word: citations.parse_address(word) for word in words if word}
        if unknown := [word for word, number in numbers.items() if number is None]:
            raise ValidationError(f"条項の番号として読めません：{'、'.join(unknown)}")
        return list(dict.fromkeys(numbers.values()))


def sections(on: date) -> DepartmentQuerySet:
    """The departments of a day, ready to be named in full."""
    return Department.objects.in_force(on).select_related("parent")


class SectionField(forms.ModelChoiceField):
    """A department under its full name."""

    def label_from_instance(self, department: Department) -> str:
        return department.full_name
