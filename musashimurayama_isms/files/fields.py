"""The form field for attachments: several files, each looked at before the form counts as valid."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db.models import Model

from .inspection import inspect
from .kinds import ACCEPTED, BY_EXTENSION
from .store import check_room


class UploadsInput(forms.FileInput):
    """A file input that takes several files; the browser offers the accepted kinds only.

    A page that comes back cannot choose the files again for the person, so it names those that have to be chosen once more.
    """

    allow_multiple_selected = True
    template_name = "django/forms/widgets/uploads.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        accept = ",".join(f".{extension}" for extension in BY_EXTENSION)
        context = super().get_context(name, value, {"multiple": True, "accept": accept, **(attrs or {})})
        context["widget"]["again"] = [upload.name for upload in _chosen(value)]
        return context


def _chosen(data: Any) -> list[File]:
    """The files of a sending: none, one, or a list of them."""
    return [upload for upload in (data if isinstance(data, (list, tuple)) else [data]) if upload]


class UploadsField(forms.FileField):
    """Cleans to a list of uploads for `store.attach`, each refused by name with reason and advice.

    Set `subject` in the form's __init__ to the record they are for: then its total is checked here too, beside the field.
    """

    widget = UploadsInput
    subject: Model | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", help_text())
        super().__init__(**kwargs)

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What was sent, so that a page that comes back can name it; Django gives the initial value here."""
        return data

    def clean(self, data: Any, initial: Any = None) -> list[File]:
        uploads = _chosen(data)
        if not uploads:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        findings, errors = [], []
        for upload in uploads:
            try:
                findings.append(inspect(upload))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        if self.subject is not None:
            check_room(self.subject, findings)
        return uploads


def help_text() -> str:
    """What may be attached, under the label of the field."""
    return f"{ACCEPTED}。1ファイル{settings.ATTACHMENT_MEGABYTES}MB、1件で合わせて{settings.RECORD_MEGABYTES}MBまで。複数選べます。"
