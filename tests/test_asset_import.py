"""Taking in the tables that sections keep today: read, matched, looked at row by row, entered, taken out again; and the way out."""

import hashlib
import time
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assets.intake.columns import guess
from assets.intake.file import read, read_headings
from assets.jobs_asset import APPLY, CHECK, ERRORS, LABELS
from assets.models import Asset, AssetImport
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_asset
from .taken import as_csv, take

pytestmark = pytest.mark.django_db
HEADINGS = ["管理番号", "資産名", "種類", "重要性の分類", "保管場所", "個人情報", "特定個人情報", "件数", "保存年限", "廃棄予定日", "備考"]
GOOD = ["A-1", "住民異動届", "紙", "Ⅰ", "書庫1", "有", "無", "1,200件", "5年", "令和9年3月31日", "-"]


def upload(cast, *rows, name="台帳.csv", by=None, headings=HEADINGS) -> AssetImport:
    content = as_csv(headings, rows) if name.endswith("csv") else spreadsheet.as_xlsx("台帳", headings, rows)
    return AssetImport.upload(
        SimpleUploadedFile(name, content),
        headings=read_headings(content, name),
        digest=hashlib.sha256(content).hexdigest(),
        department=cast.section,
        by=by or cast.clerk,
        at=timezone.now(),
    )


def do(kind: str, imported: AssetImport, by, **params) -> Job:
    job = enqueue(kind, by=by, subject=imported, imported=imported.pk, **params)
    if kind == CHECK:
        imported.begin_check(guess(imported.headings), job=job, by=by, at=timezone.now())
    done = run_job(job.pk)
    imported.refresh_from_db()
    return Job.objects.get(pk=done.pk)


def problems(imported) -> dict[int, list[str]]:
    return {line.number: line.problems for line in imported.lines.all() if line.problems}


@pytest.mark.parametrize("name", ["台帳.csv", "台帳.xlsx"])
def test_a_table_of_the_section_is_read_as_it_is_kept_today(cast, name):
    imported = upload(cast, GOOD, name=name)
    assert do(CHECK, imported, cast.clerk).status == Job.Status.DONE
    assert (imported.row_count, imported.wrong_count, problems(imported)) == (1, 0, {})
    do(APPLY, imported, cast.clerk, only_good=False)
    (asset,) = imported.assets.all()
    assert (asset.number, asset.former_number, asset.name, asset.kind, asset.asset_class) == (
        "市民課-0001",
        "A-1",
        "住民異動届",
        "paper",
        1,
    )
    assert (asset.has_personal, asset.people_count, asset.retention, asset.keep_until) == (True, 1200, "5年", date(2027, 3, 31))
    assert list(Asset.objects.search("住民")) == [asset]


def test_every_fault_of_every_row_is_told_with_its_line(cast):
    make_asset(cast.section, by=cast.clerk, former_number="A-2")
    rows = [
        ["A-1", "", "粘土板", "Ⅴ", "書庫", "", "", "多数", "", "2027-02-30", ""],
        ["A-2", "前からあるもの", "紙", "Ⅱ", "書庫", "", "", "", "", "", ""],
        ["A-3", "同じもの", "紙", "Ⅱ", "書庫", "", "", "", "", "", ""],
        ["A-3", "同じもの", "紙", "Ⅱ", "書庫", "無", "有", "", "", "", ""],
    ]
    imported = upload(cast, *rows)
    do(CHECK, imported, cast.clerk)
    found = problems(imported)
    assert (imported.wrong_count, sorted(found)) == (4, [2, 3, 4, 5])
    assert [text.split("。")[0].split(":")[0] for text in found[2]] == ["名称がありません", "種別", "分類", "人数", "廃棄の予定日"]
    assert "すでに登録" in found[3][0]
    assert all("二つ以上" in text for text in found[4])
    assert len(found[5]) == 4  # my number below Ⅰ, personal data denied, twice the number, twice the same thing


def test_nothing_is_entered_while_a_row_is_wrong_unless_only_the_good_ones_are_asked_for(cast):
    imported = upload(cast, GOOD, ["", "", "", "", "x", "", "", "", "", "", ""])
    do(CHECK, imported, cast.clerk)
    refused = do(APPLY, imported, cast.clerk, only_good=False)
    assert refused.status == Job.Status.FAILED
    assert "3行目" in refused.error
    assert not Asset.objects.exists()
    do(APPLY, imported, cast.clerk, only_good=True)
    assert (imported.status, imported.entered_count, Asset.objects.count()) == ("applied", 1, 1)
    assert Entry.objects.filter(verb="assets.import.applied").get().changes["count"] == 1


def test_a_table_is_entered_once_and_by_those_of_the_section_only(cast):
    with pytest.raises(PermissionDenied):
        upload(cast, GOOD, by=cast.outsider_clerk)
    imported = upload(cast, GOOD)
    do(CHECK, imported, cast.clerk)
    do(APPLY, imported, cast.clerk, only_good=False)
    assert do(APPLY, imported, cast.clerk, only_good=False).status == Job.Status.FAILED
    with pytest.raises(InvalidTransition):
        upload(cast, GOOD)
    assert Asset.objects.count() == 1


def test_rows_of_another_section_are_for_the_central_manager(cast):
    rows = [[*GOOD[:-1], "文書法制課"]]
    for by, wrong in ((cast.clerk, 1), (cast.central_manager, 0)):
        imported = upload(cast, *rows, by=by, headings=[*HEADINGS[:-1], "所管課"])
        do(CHECK, imported, by)
        assert imported.wrong_count == wrong


def test_an_entry_is_undone_on_its_day_while_nobody_has_built_on_it(cast):
    imported = upload(cast, GOOD)
    do(CHECK, imported, cast.clerk)
    do(APPLY, imported, cast.clerk, only_good=False)
    asset, now = imported.assets.get(), timezone.now()
    with pytest.raises(InvalidTransition):
        imported.undo(by=cast.clerk, at=now + timedelta(days=1))
    asset.edit({"place": "書庫2"}, by=cast.clerk, at=now + timedelta(seconds=1))
    with pytest.raises(InvalidTransition):
        imported.undo(by=cast.clerk, at=now)
    Asset.objects.update(changed_at=asset.registered_at)
    imported.undo(by=cast.clerk, at=now)
    assert (imported.status, Asset.objects.count()) == ("undone", 0)
    assert make_asset(cast.section, by=cast.clerk).number == "市民課-0002"  # a number may stand on a label already


def test_ten_thousand_rows_with_five_hundred_bad_ones_and_each_is_told(cast):
    bad = set(range(7, 10_000, 20))
    rows = [
        [f"N-{n}", f"台帳{n}" if n not in bad else "", "データ", "Ⅱ" if n % 3 else "ⅴ" if n in bad else "Ⅰ", f"棚{n}", *[""] * 6]
        for n in range(10_000)
    ]
    imported = upload(cast, *rows)
    begun = time.monotonic()
    do(CHECK, imported, cast.clerk)
    do(APPLY, imported, cast.clerk, only_good=True)
    assert time.monotonic() - begun < 60
    assert set(problems(imported)) == {n + 2 for n in bad}
    assert (imported.row_count, imported.wrong_count, imported.entered_count) == (10_000, 500, 9_500)
    assert Asset.objects.filter(department=cast.section).count() == 9_500
    do(ERRORS, imported, cast.clerk)
    result = JobResult.objects.visible_to(cast.clerk).get()
    sheet = load_workbook(result.content.open("rb")).active
    assert (result.name[:5], sheet.max_row, sheet["A2"].value) == ("【分類Ⅰ】", 501, "名称がありません。")
    assert "分類Ⅰ" in sheet.oddHeader.left.text


def test_the_register_leaves_with_the_class_of_its_highest_row_and_comes_in_again(cast):
    make_asset(cast.section, by=cast.clerk, asset_class=2, name="=1+1", has_personal=True, retention_years=999)
    make_asset(cast.section, by=cast.clerk, asset_class=4)
    make_asset(cast.other_section, by=cast.outsider_clerk, asset_class=1)
    for suffix, wanted, label in (("xlsx", {}, "【分類Ⅱ】"), ("csv", {"asset_class": "4"}, "【分類Ⅳ】")):
        answer = take(cast.client(cast.clerk), "assets.assets", suffix, **wanted)
        assert quote(f"{label}情報資産台帳-{timezone.localdate().isoformat()}.{suffix}") in answer["Content-Disposition"]
        content = answer.getvalue()
        headings, rows = read(content, f"台帳.{suffix}")
        assert len(rows) == (1 if wanted else 2)
        assert {"name", "kind", "asset_class", "place", "department", "retention_years"} <= set(guess(headings))
        if suffix == "xlsx":
            assert label in load_workbook(BytesIO(content)).active.oddHeader.left.text
    changes = Entry.objects.filter(verb="exports.table.taken").first().changes
    assert (changes["count"], changes["filter"]) == (1, {"asset_class": "4"})


def test_labels_carry_the_class_and_the_number_but_not_the_name(cast, monkeypatch):
    asset = make_asset(cast.section, by=cast.clerk, asset_class=1, name="滞納者名簿", handling_limits="複製禁止")
    drawn = {}
    monkeypatch.setattr(
        "musashimurayama_isms.pdf.render_to_string", lambda name, context: drawn.update(html=_render(name, context)) or drawn["html"]
    )
    run_job(enqueue(LABELS, by=cast.clerk, assets=[str(asset.pk)]).pk)
    result = JobResult.objects.get()
    assert result.name.startswith("【分類Ⅰ】")
    assert result.content.open("rb").read(5) == b"%PDF-"
    assert asset.number in drawn["html"]
    assert "複製禁止" in drawn["html"]
    assert asset.name not in drawn["html"]


def _render(name, context):
    from django.template.loader import render_to_string

    return render_to_string(name, context)


def test_the_pages_lead_from_the_file_to_the_faults(cast):
    client, content = cast.client(cast.clerk), as_csv(HEADINGS, [GOOD, [*GOOD[:3], "Ⅴ", *GOOD[4:]]])
    start = reverse("assets:import_start")
    for name, broken in (("台帳.xlsx", b"PK\x03\x04 no book"), ("台帳.txt", content), ("台帳.csv", b"one\r\ntwo\r\n")):
        refused = client.post(start, {"department": cast.section.pk, "file": SimpleUploadedFile(name, broken)})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["file"])
    answer = client.post(start, {"department": cast.section.pk, "file": SimpleUploadedFile("台帳.csv", content)}, follow=True)
    imported, form = AssetImport.objects.get(), answer.context["form"]
    assert (form["name"].value(), form["asset_class"].value(), form["backup"].value()) == (1, 3, None)
    twice = client.post(reverse("assets:import_map", args=[imported.pk]), {**guess(HEADINGS), "kind": 1})
    assert (twice.status_code, set(twice.context["form"].errors)) == (422, {"name", "kind"})
    client.post(reverse("assets:import_map", args=[imported.pk]), guess(HEADINGS))
    run_job(AssetImport.objects.get().job_id)
    page = client.get(imported.get_absolute_url()).content.decode()
    assert "「V」は使えません" in page
    assert "この表に二つ以上" in page


def test_copies_and_media_are_found_by_their_numbers_in_the_register_and_in_the_table(cast):
    kept = make_asset(cast.section, by=cast.clerk, asset_class=1)
    headings = ["旧台帳の番号", "名称", "種別", "分類", "保管場所", "複製の元", "入っている媒体"]
    rows = [
        ["M-1", "媒体", "媒体", "Ⅳ", "引出し", "", ""],
        ["C-1", "控え", "データ", "Ⅰ", "引出し", kept.number, "M-1"],
        ["C-2", "控えの控え", "データ", "Ⅰ", "共有", "C-1", ""],
        ["C-3", "低い控え", "データ", "Ⅱ", "共有", "C-2", ""],
        ["C-4", "その控え", "データ", "Ⅱ", "共有", "C-3", ""],
        ["C-5", "回る", "データ", "Ⅱ", "共有", "C-6", ""],
        ["C-6", "輪", "データ", "Ⅱ", "共有", "C-5", ""],
        ["C-7", "行方知れず", "データ", "Ⅱ", "共有", "X-9", "C-1"],
    ]
    imported = upload(cast, *rows, headings=headings)
    do(CHECK, imported, cast.clerk)
    assert {number: len(texts) for number, texts in problems(imported).items()} == {5: 1, 6: 1, 7: 1, 8: 1, 9: 2}
    do(APPLY, imported, cast.clerk, only_good=True)
    medium, copy, second = imported.assets.order_by("sequence")
    assert (copy.copy_of, copy.contained_in, second.copy_of) == (kept, medium, copy)
    assert medium.effective_class == 1
    imported.undo(by=cast.clerk, at=timezone.now())
    assert list(Asset.objects.all()) == [kept]
