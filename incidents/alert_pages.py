"""What the pages of 注意喚起, 脆弱性 and 横展開 share: a form answered, the files of several rows."""

from collections.abc import Iterable

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.subjects import key_of

PAGE_SIZE = 50


def show(request: HttpRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """A page with a form: 422 where it was refused, with what was typed."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def with_files(rows: Iterable[Model]) -> list:
    """The rows, each with its attachments in `files`; one query for all of one model."""
    found = list(rows)
    by_key: dict[str, list[StoredFile]] = {}
    if found:
        kind = ContentType.objects.get_for_model(found[0])
        keys = [key_of(row) for row in found]
        for file in StoredFile.objects.filter(content_type=kind, object_id__in=keys).select_related("uploaded_by"):
            by_key.setdefault(file.object_id, []).append(file)
    for row in found:
        row.files = by_key.get(key_of(row), [])
    return found
