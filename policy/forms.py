"""Forms of the policy room: the file that is read in, the day from which a revision is in force."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.files.inspection import inspect
from policy.importer.source import LIMIT, too_large


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
