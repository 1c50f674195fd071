"""The one address by which a list leaves the portal."""

from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.download import private_download, private_stream
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.spreadsheet import CSV_TYPE, XLSX_TYPE
from musashimurayama_isms.tables import Asked, Table, UnknownTable, find

from .jobs import EXPORT
from .taking import Taking

AT_ONCE = 2_000  # rows; more are made by the worker


@require_POST
def take(request: HttpRequest, code: str, suffix: str) -> HttpResponse:
    """The table of a list as the address narrows it; 404 for who may not open the list, and for a format it has not."""
    table = _table(code, suffix)
    asked = Asked(request.user, table.narrowed(request.GET), timezone.now())
    taking = Taking(table, asked, suffix)
    if table.is_personal or taking.count > AT_ONCE:
        given = {"table": code, "suffix": suffix, "query": asked.query.urlencode()}
        return redirect(enqueue(EXPORT, by=request.user, subject=taking.sheet.subject, **given))
    taking.note()
    if suffix == "csv":
        return private_stream(taking.csv(), name=taking.name, media_type=CSV_TYPE)
    content = BytesIO()
    taking.write(content)
    content.seek(0)
    return private_download(content, name=taking.name, media_type=XLSX_TYPE)


def _table(code: str, suffix: str) -> Table:
    try:
        table = find(code)
    except UnknownTable as error:
        raise Http404("この一覧はありません。") from error
    if suffix not in table.suffixes:
        raise Http404("この形式では書き出せません。")
    return table
