"""Shapes of input of bulk entry: the table, and which column is what."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.files.inspection import inspect

from .asset import DepartmentField


class ImportForm(forms.Form):
    """The table, and the section of the rows that name none."""

    department = DepartmentField(label="所管課", queryset=Department.objects.none(), empty_label="選んでください")
    file = forms.FileField(
        label="情報資産の一覧（xlsx・csv）",
        help_text="20MB、20,000行まで。1行目は見出しです。今お使いの台帳をそのまま選べます。列の対応は次の画面で確かめます。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> UploadedFile:
        """Looked at like any attachment before anything reads it."""
        upload = self.cleaned_data["file"]
        if not upload.name.lower().endswith((".xlsx", ".csv")):
            raise forms.ValidationError("拡張子が xlsx か csv のファイルを選んでください。")
        inspect(upload)
        upload.seek(0)
        return upload

    def __init__(self, *args: Any, sections, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = sections
        if len(sections) == 1:
            self.fields["department"].initial = sections[0]


class MappingForm(forms.Form):
    """Field → column of the table; one select each."""

    def __init__(self, *args: Any, headings: list[str], columns, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(place, heading or f"（{place + 1}列目、見出しなし）") for place, heading in enumerate(headings)]
        for column in columns:
            self.fields[column.name] = forms.TypedChoiceField(
                label=column.label,
                choices=[("", "列を選んでください" if column.is_required else "使わない"), *places],
                coerce=int,
                empty_value=None,
                required=column.is_required,
                help_text=column.help,
            )

    def clean(self) -> dict:
        data = {name: place for name, place in super().clean().items() if place is not None}
        for name, place in data.items():
            if list(data.values()).count(place) > 1:
                self.add_error(name, "同じ列を二つの項目に使っています。")
        return data
