"""What the pages of 注意喚起, 脆弱性, 横展開 and other rooms share: a form answered, a table that leaves, the files of several rows."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from django import forms
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.download import private_download
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.subjects import key_of

PAGE_SIZE = 50
TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


def show(request: HttpRequest, template: str, form: forms.Form, **context: object) -> HttpResponse:
    """A page with a form: 422 where it was refused, with what was typed."""
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def need_type(suffix: str) -> None:
    """404 for a kind of table that is not made."""
    if suffix not in TYPES:
        raise Http404("この形式では書き出せません。")


def file_of(
    suffix: str, title: str, headings: Sequence[str], rows: Sequence[Sequence[spreadsheet.Cell]], *, widths: Sequence[int], note: str
) -> bytes:
    """The rows as CSV or XLSX; KeyError for another format."""
    if suffix not in TYPES:
        raise KeyError(suffix)
    if suffix == "csv":
        return spreadsheet.as_csv(headings, rows)
    return spreadsheet.as_xlsx(title, headings, rows, widths=widths, mark="見本" if settings.IS_TRIAL else "", note=note)


def table(
    suffix: str,
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[spreadsheet.Cell]],
    *,
    widths: Sequence[int],
    name: str,
    note: str,
) -> FileResponse:
    """`file_of` as an answer; the caller has recorded who takes it out."""
    content = file_of(suffix, title, headings, rows, widths=widths, note=note)
    return private_download(BytesIO(content), name=f"{name}.{suffix}", media_type=TYPES[suffix])


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
