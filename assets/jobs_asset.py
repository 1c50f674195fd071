"""Long work of the register of information assets: tables in, wrong rows and labels out."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from assets.intake import columns
from assets.intake.errors import wrong_rows
from assets.intake.file import read
from assets.intake.plan import plan
from assets.labels import labels, note_labels
from assets.models import Asset, AssetImport
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.transitions import InvalidTransition

CHECK, APPLY, ERRORS = "assets.import_check", "assets.import_apply", "assets.import_errors"
LABELS = "assets.labels"
NO_LONGER = "この取込みを見る権限がなくなったため、続けられませんでした。"


def _import(run: Run) -> AssetImport:
    """The import of a job, as far as the asking person may still see it."""
    found = AssetImport.objects.visible_to(run.by, at=run.clock()).select_related("department").filter(pk=run.params["imported"]).first()
    if found is None:
        raise JobRefused(NO_LONGER)
    return found


@job(CHECK, title="情報資産の一覧の確認", repeats=False)
def check(run: Run) -> dict:
    """Look at every row of the uploaded table; nothing is entered yet."""
    found, at = _import(run), run.clock()
    with found.file.content.open("rb") as content:
        try:
            _, rows = read(content.read(), found.file_name)
        except ValidationError as error:
            raise JobRefused(" ".join(error.messages)) from error
    run.progress(1, 3, f"{len(rows)}行を確かめています")
    drafts = plan([(row.number, columns.by_field(row.cells, found.mapping)) for row in rows], found, by=run.by, at=at)
    run.progress(2, 3, "結果を書き込んでいます")
    try:
        found.note_checked(drafts, by=run.by, at=at)
    except (InvalidTransition, PermissionDenied) as error:
        raise JobRefused(str(error)) from error
    return {"message": f"{found.row_count}行を確かめました。誤りのある行は{found.wrong_count}行です。", "url": found.get_absolute_url()}


@job(APPLY, title="情報資産の一覧の登録", atomic=True, repeats=False)
def apply(run: Run) -> dict:
    """Enter the rows of a checked table, once even when the worker is killed."""
    found = _import(run)
    try:
        count = found.apply(only_good=run.params["only_good"], by=run.by, at=run.clock())
    except (InvalidTransition, PermissionDenied) as error:
        raise JobRefused(str(error)) from error
    return {"message": f"{count}件の情報資産を登録しました。", "url": found.get_absolute_url()}


@job(ERRORS, title="誤りのある行の書き出し")
def errors(run: Run) -> dict:
    """The wrong rows as a workbook to be corrected and taken in again."""
    found = _import(run)
    run.keep(*wrong_rows(found))
    return {"message": "誤りの列を直して、もう一度取り込めます。", "url": found.get_absolute_url()}


@job(LABELS, title="分類のラベル（A4）")
def label_sheet(run: Run) -> dict:
    """Labels of the chosen assets, as many sheets as they need."""
    at = run.clock()
    rows = Asset.objects.visible_to(run.by, at=at).kept().filter(pk__in=run.params["assets"]).for_list()
    if not rows:
        raise JobRefused("ラベルを作る情報資産がありません。")
    paper = labels(rows, at=at)
    with transaction.atomic():
        run.keep(paper.name, paper.content)
        note_labels(paper, by=run.by, at=at)
    return {"message": f"{paper.count}件のラベルができました。用紙はA4の3列8段です。", "url": reverse("assets:asset_list")}
