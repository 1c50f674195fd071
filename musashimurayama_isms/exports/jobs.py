"""Large tables, and those that leave under a password, are made by the worker."""

from tempfile import TemporaryFile

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, QueryDict

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.tables import Asked, UnknownTable, find

from .taking import Taking

EXPORT = "exports.table"
NO_LONGER = "この一覧を見る権限がなくなったため、書き出せませんでした。"


@job(EXPORT, title="表の書き出し")
def export(run: Run) -> dict:
    """The table as the asking person sees it now, narrowed as the list was. Its memory does not grow with the rows."""
    taking = _taking(run)
    title, total = taking.table.title, taking.count
    run.progress(0, total, f"「{title}」を書き出しています。")
    with TemporaryFile() as file:
        taking.write(file, lambda done: run.progress(done, total, f"「{title}」を書き出しています。"))
        file.seek(0)
        with transaction.atomic():
            run.keep(taking.name, file, is_personal=taking.table.is_personal)
            taking.note()
    return {"message": f"「{title}」の{total:,}件を書き出しました。"}


def _taking(run: Run) -> Taking:
    try:
        asked = Asked(run.by, QueryDict(run.params["query"]), run.clock())
        return Taking(find(run.params["table"]), asked, run.params["suffix"])
    except (Http404, PermissionDenied, UnknownTable) as error:
        raise JobRefused(NO_LONGER) from error
