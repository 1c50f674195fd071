"""Forms of the policy room: the file that is read in, the day from which a revision is in force, what narrows a list."""

from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.inspection import inspect
from policy.comparison import ChangeKind
from policy.contrast import EVERYTHING
from policy.coverage import UNTIDY, UNTIDY_WORD
from policy.importer.source import LIMIT, too_large
from policy.mechanisms import State
from policy.models import Bearer, Obligation


class PolicyFileForm(forms.Form):
    """One text file; looked at like any attachment, and no larger than the reader takes."""

    source = forms.FileField(
        label="ポリシー本文のテキストファイル",
        help_text=f"拡張子 .txt、{LIMIT // 1024 // 1024}MBまで。文字コード（UTF-8、Shift_JIS）は自動で見分けます。",
        widget=forms.FileInput(attrs={"accept": ".txt"}),
    )

    def clean_source(self) -> UploadedFile:
        upload = self.cleaned_data["source"]
        if upload.size > LIMIT:
            raise ValidationError(too_large(upload.size))
        inspect(upload)
        upload.seek(0)
        return upload


class PublishForm(forms.Form):
    """From when the draft is in force."""

    effective_on = JapaneseDateField(label="施行日", help_text="この日から、全職員に表示される版が切り替わります。過ぎた日も指定できます。")


ALL = ("", "全て")


class FilterForm(forms.Form):
    """A form of the address line: what does not fit the choices counts as not asked."""

    def wanted(self) -> dict[str, str]:
        """What was asked for, field by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CoverageForm(FilterForm):
    """Narrows the coverage map; the choices of 節 are those of the revision."""

    role = forms.ChoiceField(label="役割", required=False, choices=[ALL, *Bearer.choices])
    kind = forms.ChoiceField(label="種類", required=False, choices=[ALL, *Obligation.Kind.choices])
    section = forms.ChoiceField(label="章・節", required=False)
    state = forms.ChoiceField(label="状態", required=False, choices=[ALL, *State.choices, (UNTIDY, UNTIDY_WORD)])

    def __init__(self, data, *, sections: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["section"].choices = [ALL, *sections]


class ComparisonForm(FilterForm):
    """Narrows the 新旧対照表; the choices of 節 are those in which something changed."""

    kind = forms.ChoiceField(
        label="変更の種類", required=False, choices=[("", "変更のあるもの"), (EVERYTHING, "変更なしも含めてすべて"), *ChangeKind.choices]
    )
    section = forms.ChoiceField(label="章・節", required=False)

    def __init__(self, data, *, sections: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["section"].choices = [ALL, *sections]


class ReviewFilterForm(FilterForm):
    """Narrows the review of the obligations."""

    state = forms.ChoiceField(
        label="状態",
        required=False,
        choices=[ALL, ("open", "未判断"), ("decided", "判断済み"), ("carried", "条項とともに移動")],
    )


class HandbookForm(FilterForm):
    """Narrows what is asked of a role."""

    kind = forms.ChoiceField(label="種類", required=False, choices=[ALL, *Obligation.Kind.choices])
    q = forms.CharField(label="言葉", required=False, max_length=100)
