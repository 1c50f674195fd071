"""Attachments: only what they say they are, only to those who may, only as they were attached."""

import io
import re
import socketserver
import struct
import threading
import unicodedata
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.files import antivirus, ooxml, store
from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.files.inspection import inspect
from musashimurayama_isms.files.kinds import ADVICE, BY_EXTENSION
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.names import LENGTH, UNNAMED, extension_of, safe_name
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.trail.models import Entry, Reading

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation.main+xml"),
}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 64 + b"PE\x00\x00"
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
MAIL = "From: shimin@example.jp\r\nDate: Tue, 24 Nov 2026 10:00:00 +0900\r\nSubject: test\r\n\r\n<html>本文</html>\r\n".encode()
OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512
JAPANESE = "日付,氏名\r\n2026-11-24,髙橋 花子\r\n"


def office(extension="docx", *, main_type=None, members=(), types=(), compress=zipfile.ZIP_DEFLATED):
    """A small but real OOXML package; `members` are (name, bytes), `types` further content types."""
    part, kind = MAIN[extension]
    overrides = "".join(f'<Override PartName="/{part}" ContentType="{name}"/>' for name in (main_type or kind, *types))
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compress) as package:
        package.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types xmlns="{namespace}">{overrides}</Types>')
        package.writestr(part, "<document/>")
        for name, data in members:
            package.writestr(name, data)
    return content.getvalue()


def plain_zip(name="evil.exe", data=EXE):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package:
        package.writestr(name, data)
    return content.getvalue()


def upload(name, content):
    return SimpleUploadedFile(name, content)


def reason(name, content):
    """Why an upload is refused."""
    with pytest.raises(ValidationError) as refusal:
        inspect(upload(name, content))
    return refusal.value.messages[0]


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def matter(cast):
    """A record that only clerk (and administrators) may see, with a UUID for its key."""
    return Job.objects.create(kind="test", title="試験", created_by=cast.clerk)


# -- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"),
        ("A.PDF", PDF, "application/pdf"),
        ("画面.png", PNG, "image/png"),
        ("写真.jpeg", JPEG, "image/jpeg"),
        ("a.gif", GIF, "image/gif"),
        ("記録.txt", "失敗したログイン 3件\n".encode(), "text/plain"),
        ("一文字.txt", b"a", "text/plain"),
        ("機器.log", b"Nov 24 10:00:01 host sshd[1]: Failed password\n", "text/plain"),
        ("名簿.csv", JAPANESE.encode("utf-8-sig"), "text/csv"),
        ("古い名簿.csv", JAPANESE.replace("髙", "高").encode("cp932"), "text/csv"),
        ("届いたメール.eml", MAIL, "message/rfc822"),
        ("手順.docx", office("docx"), f"{OFFICE}wordprocessingml.document"),
        ("台帳.xlsx", office("xlsx"), f"{OFFICE}spreadsheetml.sheet"),
        ("説明.pptx", office("pptx"), f"{OFFICE}presentationml.presentation"),
    ],
)
def test_a_file_that_is_what_it_says_is_taken(name, content, media_type):
    finding = inspect(upload(name, content))
    assert (finding.name, finding.size, finding.kind.media_type) == (name, len(content), media_type)


def test_a_text_longer_than_a_chunk_is_read_through_without_tearing_its_characters():
    content = ("あ" + "いろは" * 30_000).encode("cp932")
    assert inspect(upload("長い.txt", content)).size == len(content)
    assert "中身が違います" in reason("長い.txt", content + b"\x00")


# -- what is refused, and how it is said ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", HTML), ("a.htm", HTML), ("a.svg", SVG), ("a.xml", SVG), ("a.exe", EXE), ("a.scr", EXE), ("a.js", b"alert(1)"),
        ("a.vbs", b"x"), ("a.ps1", b"x"), ("a.bat", b"@echo off"), ("a.sh", b"#!/bin/sh\n"), ("a.lnk", b"L\x00\x00\x00"), ("a.iso", b"x"),
        ("a.docm", office()), ("a.xlsm", office("xlsx")), ("a.pptm", office("pptx")), ("a.dotm", office()), ("a.xlsb", office("xlsx")),
        ("a.zip", plain_zip()), ("a.7z", b"7z\xbc\xaf"), ("a.doc", OLD_WORD), ("a.xls", OLD_WORD), ("a.msg", OLD_WORD),
        ("a.rtf", b"{\\rtf1}"),
        ("a.tif", b"II*\x00"), ("a.heic", b"x"), ("a", PDF), ("a.pdf.exe", EXE), ("a.ｐｄｆ", PDF),
    ],
)  # fmt: skip
def test_an_extension_outside_the_list_is_refused_with_what_to_do(name, content):
    said = reason(name, content)
    assert said.startswith(f"「{safe_name(name)}」は添付できません。")
    assert "してください" in said


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("請求書.pdf", EXE), ("請求書.exe.pdf", EXE), ("a.pdf", HTML), ("a.pdf", b"<html>" + PDF), ("a.pdf", plain_zip()),
        ("a.pdf", b"\n" + PDF),
        ("a.png", SVG), ("a.png", JPEG), ("a.png", HTML), ("a.jpg", PNG), ("a.jpg", b"\xff\xd8"), ("a.gif", b"GIF99a"), ("a.gif", HTML),
        ("a.txt", HTML), ("a.txt", SVG), ("a.txt", EXE), ("a.txt", b"#!/bin/sh\nrm -rf /\n"), ("a.txt", b"<?php system('id'); ?>"),
        ("a.txt", b"@echo off\r\ndel *.*\r\n"), ("a.txt", b"text\x00more"), ("a.txt", b"abc\x81"), ("a.csv", office("xlsx")),
        ("a.csv", PDF), ("a.log", b"\x7fELF\x02\x01\x01"),
        ("a.eml", HTML), ("a.eml", EXE), ("a.eml", b"hello\r\n"), ("a.eml", b"Note: no sender\r\nDate: x\r\n\r\n"), ("a.eml", plain_zip()),
        ("a.docx", PDF), ("a.docx", EXE),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_extension_says_is_refused(name, content):
    assert "中身が違います" in reason(name, content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (plain_zip(), ooxml.DAMAGED),
        (b"PK\x03\x04 and nothing more", ooxml.DAMAGED),
        (office()[:-30], ooxml.DAMAGED),
        (office("xlsx"), ooxml.DAMAGED),
        (office(main_type="application/xml"), ooxml.DAMAGED),
        (office(compress=zipfile.ZIP_BZIP2), ooxml.DAMAGED),
        (office(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"), ooxml.MACRO),
        (office(types=("application/vnd.ms-office.vbaProject",)), ooxml.MACRO),
        (office(members=[("word/vbaProject.bin", b"x")]), ooxml.MACRO),
        (office(members=[("word/activeX/activeX1.bin", b"x")]), ooxml.MACRO),
        (office(members=[("word/embeddings/oleObject1.bin", b"x")]), ooxml.MACRO),
    ],
)
def test_an_office_file_is_looked_into(content, sentence):
    assert reason("a.docx", content).endswith(sentence)


def test_an_office_file_under_a_password_is_refused_because_nobody_can_look_into_it():
    assert "パスワードを外し" in reason("a.xlsx", OLD_WORD)
    content = bytearray(office())
    for place in [m.start() for m in re.finditer(b"PK\x01\x02", bytes(content))]:
        content[place + 8] |= 1  # the flag of an encrypted member
    assert reason("a.docx", bytes(content)).endswith(ooxml.LOCKED)


def test_a_bomb_is_refused_before_it_goes_off(monkeypatch):
    monkeypatch.setattr(ooxml, "UNPACKED_BYTES", 1_000_000)
    bomb = office(members=[(f"word/{n}.xml", b"0" * 300_000) for n in range(5)])
    assert len(bomb) < 20_000
    assert reason("a.docx", bomb).endswith(ooxml.BOMB)


def test_a_bomb_that_lies_about_its_size_is_refused(monkeypatch):
    monkeypatch.setattr(ooxml, "UNPACKED_BYTES", 1_000_000)
    content = bytearray(office(members=[("word/a.xml", b"0" * 3_000_000)]))
    true_size, told = struct.pack("<L", 3_000_000), struct.pack("<L", 10)
    assert content.count(true_size) == 2
    assert reason("a.docx", bytes(content.replace(true_size, told))).endswith(ooxml.DAMAGED)


def test_ten_thousand_members_are_a_bomb_too(monkeypatch):
    monkeypatch.setattr(ooxml, "MEMBERS", 10)
    assert reason("a.docx", office(members=[(f"word/{n}", b"") for n in range(10)])).endswith(ooxml.BOMB)


def test_content_types_with_a_dtd_are_not_parsed():
    text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Types>&b;</Types>'
    for content in (text, text.decode().encode("utf-16")):
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as file:
            file.writestr("[Content_Types].xml", content)
        assert reason("a.docx", package.getvalue()).endswith(ooxml.DAMAGED)


def judgement(name, content):
    """What is said of an upload; nothing when it is taken. Any error but a refusal passes through and fails the test."""
    try:
        inspect(upload(name, content))
    except ValidationError as refusal:
        return refusal.messages[0]
    return ""


@hypothesis(deadline=None)
@given(st.data())
def test_a_damaged_office_file_is_refused_or_taken_but_never_breaks_the_portal(data):
    content = bytearray(office("xlsx", members=[("xl/worksheets/sheet1.xml", b"<worksheet/>")]))
    for place in data.draw(st.lists(st.integers(4, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    assert re.fullmatch("(「a.xlsx」は添付できません。.+してください。)?", judgement("a.xlsx", bytes(content)))


@hypothesis(deadline=None)
@given(st.sampled_from(sorted(BY_EXTENSION)), st.binary(max_size=400))
def test_garbage_under_any_extension_never_breaks_the_portal(extension, content):
    assert re.fullmatch(rf"(「a\.{extension}」は添付できません。.+してください。)?", judgement(f"a.{extension}", content))


def test_an_empty_file_is_refused():
    assert "中身が空です" in reason("空.pdf", b"")


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_taken(settings):
    settings.ATTACHMENT_MEGABYTES = 1
    exact = PDF + b" " * (1024 * 1024 - len(PDF))
    assert inspect(upload("ちょうど.pdf", exact)).size == 1024 * 1024
    assert "1つのファイルは1MBまでです" in reason("超過.pdf", exact + b" ")


def test_advice_is_given_for_refused_kinds_only():
    assert not set(ADVICE) & set(BY_EXTENSION)


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\system32\\a.txt", "a.txt"),
        ("C:\\Users\\花子\\報告.pdf", "報告.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("line\r\nSet-Cookie: x.pdf", "lineSet-Cookie_ x.pdf"),
        ("report\u202efdp.exe", "reportfdp.exe"),
        ('"><script>.pdf', "___script_.pdf"),
        ("が\u3099.pdf", "が\u3099.pdf"),
        ("か\u3099.pdf", "が.pdf"),
        ("辻\U000e0100さん.pdf", "辻\U000e0100さん.pdf"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        (".pdf", f"{UNNAMED}.pdf"),
        ("   ", UNNAMED),
        ("", UNNAMED),
        ("...", UNNAMED),
        ("a.pdf. . ", "a.pdf"),
    ],
)
def test_a_name_is_made_harmless_and_stays_readable(raw, kept):
    assert safe_name(raw) == kept


@hypothesis(deadline=None)
@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_system_takes(raw):
    name = safe_name(raw)
    assert 0 < len(name) <= LENGTH
    assert not re.search(r'[/\\<>:"|?*]', name)
    assert not [char for char in name if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert name == name.strip()
    assert not name.endswith(".")
    assert safe_name(name) == name


@hypothesis(deadline=None)
@given(st.text(max_size=300), st.sampled_from(sorted(BY_EXTENSION)))
def test_however_long_a_name_is_it_keeps_its_extension(stem, extension):
    assert extension_of(safe_name(f"{stem}.{extension}")) == extension


# -- keeping ----------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_under_a_name_that_says_nothing_and_recorded_without_its_own(cast, matter, media):
    stored = store.attach(matter, upload("../市民 花子の件.pdf", PDF), by=cast.clerk)
    path = media / stored.content.name
    assert path.read_bytes() == PDF
    assert re.fullmatch(rf"files/{stored.at.year}/[0-9a-f]{{32}}", stored.content.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert (stored.name, stored.size, stored.media_type) == ("市民 花子の件.pdf", len(PDF), "application/pdf")
    entry = Entry.objects.about(matter).get()
    assert (entry.verb, entry.actor, entry.changes["size"], entry.changes["sha256"]) == (
        "files.file.attached",
        cast.clerk,
        len(PDF),
        stored.sha256,
    )
    assert "花子の件" not in str(entry.changes) + entry.subject_label + str(stored)
    assert list(StoredFile.objects.about(matter)) == [stored]


def test_a_big_upload_from_disk_is_kept_as_well(cast, matter, media):
    big = TemporaryUploadedFile("大きい.csv", "text/csv", 0, None)
    big.write(b"a,b\r\n" * 700_000)
    big.seek(0)
    stored = store.attach(matter, big, by=cast.clerk)
    assert (media / stored.content.name).stat().st_size == stored.size == 3_500_000
    big.close()


def test_a_refused_file_leaves_nothing(cast, matter, media):
    with pytest.raises(ValidationError):
        store.attach(matter, upload("a.pdf", EXE), by=cast.clerk)
    assert not StoredFile.objects.exists()
    assert not list(media.rglob("*"))
    assert not Entry.objects.about(matter).exists()


def test_a_record_holds_no_more_than_its_limit(cast, matter, settings):
    settings.RECORD_MEGABYTES = 1
    half = PDF + b" " * 600_000
    store.attach(matter, upload("一つ目.pdf", half), by=cast.clerk)
    with pytest.raises(ValidationError, match="「二つ目.pdf」は添付できません。1件に添付できるのは合わせて1MBまで"):
        store.attach(matter, upload("二つ目.pdf", half), by=cast.clerk)
    other = Job.objects.create(kind="test", title="別件", created_by=cast.clerk)
    store.attach(other, upload("二つ目.pdf", half), by=cast.clerk)


def test_a_failure_while_keeping_takes_the_content_back(cast, matter, media, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(StoredFile, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        store.attach(matter, upload("a.pdf", PDF), by=cast.clerk)
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_an_act_rolled_back_leaves_no_row_and_the_sweep_takes_the_content(cast, matter, media):
    kept = store.attach(matter, upload("残る.pdf", PDF), by=cast.clerk)
    with transaction.atomic():
        lost = store.attach(matter, upload("消える.pdf", PDF), by=cast.clerk)
        transaction.set_rollback(True)
    assert list(StoredFile.objects.all()) == [kept]
    now = datetime.now(UTC)
    assert store.sweep(at=now) == 0, "it may belong to a transaction that is still open"
    assert store.sweep(at=now + store.ORPHAN_AFTER + timedelta(minutes=1)) == 1
    assert not (media / lost.content.name).exists()
    assert (media / kept.content.name).exists()


def test_sweeping_before_the_first_upload_finds_nothing(db):
    assert store.sweep(at=datetime.now(UTC)) == 0


# -- handing out ------------------------------------------------------------------------------------------------------


def body(response):
    return b"".join(response.streaming_content)


def test_a_file_is_as_visible_as_its_record_and_a_stranger_meets_404(cast, matter):
    stored = store.attach(matter, upload("報告.pdf", PDF), by=cast.clerk)
    for person, status in ((cast.clerk, 200), (cast.administrator, 200), (cast.colleague, 404), (cast.section_officer, 404)):
        assert cast.client(person).get(stored.get_absolute_url()).status_code == status
        assert StoredFile.objects.visible_to(person).filter(pk=stored.pk).exists() == (status == 200)
    assert cast.client().get(stored.get_absolute_url()).status_code == 302
    assert Reading.objects.get(person=cast.clerk).object_id == str(stored.pk)
    assert not Reading.objects.filter(person=cast.colleague).exists()


def test_a_file_of_a_record_that_knows_no_readers_is_shown_to_nobody(cast):
    assert not hasattr(Department.objects, "visible_to")
    stored = store.attach(cast.section, upload("報告.pdf", PDF), by=cast.clerk)
    assert cast.client(cast.administrator).get(stored.get_absolute_url()).status_code == 404


def test_a_file_whose_record_is_gone_is_shown_to_nobody(cast, matter):
    stored = store.attach(matter, upload("報告.pdf", PDF), by=cast.clerk)
    Job.objects.filter(pk=matter.pk).delete()
    assert cast.client(cast.administrator).get(stored.get_absolute_url()).status_code == 404


def test_visibility_costs_the_same_for_many_files(cast, matter):
    def look(count):
        with CaptureQueriesContext(connection) as queries:
            assert len(StoredFile.objects.visible_to(cast.clerk)) == count
        return len(queries)

    store.attach(matter, upload("1.pdf", PDF), by=cast.clerk)
    one = look(1)
    for n in range(5):
        store.attach(matter, upload(f"{n}.pdf", PDF), by=cast.clerk)
    assert look(6) == one


def test_a_file_leaves_as_a_download_that_no_browser_runs_or_keeps(cast, matter):
    stored = store.attach(matter, upload('報告 "最終" ;x=1.txt', "本文".encode()), by=cast.clerk)
    response = cast.client(cast.clerk).get(reverse("files:download", args=[stored.pk]))
    assert body(response) == "本文".encode()
    assert re.fullmatch(r"attachment; filename\*=utf-8''%E5%A0%B1[A-Za-z0-9%._~!#$&+^`|-]+", response["Content-Disposition"])
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"
    assert cast.client(cast.clerk).post(reverse("files:download", args=[stored.pk])).status_code == 405


@pytest.mark.parametrize("harm", ["altered", "same length", "gone"])
def test_an_altered_file_is_refused_and_recorded_once_and_given_again_when_restored(cast, matter, media, harm):
    stored = store.attach(matter, upload("証拠.pdf", PDF), by=cast.clerk)
    path = Path(media / stored.content.name)
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(PDF + b"x" if harm == "altered" else PDF[:-2] + b"X\n")
    browser = cast.client(cast.clerk)
    for _ in range(2):
        response = browser.get(stored.get_absolute_url())
        assert response.status_code == 409
        assert "添付されたときと違います" in response.content.decode()
    words = [entry.verb for entry in Entry.objects.about(matter)]
    assert words == ["files.file.attached", "files.file.found_altered"]
    assert not Reading.objects.exists()

    path.write_bytes(PDF)
    assert body(browser.get(stored.get_absolute_url())) == PDF
    assert Entry.objects.about(matter).last().verb == "files.file.restored"


def test_the_list_of_files_names_each_with_size_and_by_whom(cast, matter, django_assert_num_queries):
    from django.template.loader import render_to_string

    for n in range(3):
        store.attach(matter, upload(f"資料{n}<b>.pdf", PDF), by=cast.clerk)
    with django_assert_num_queries(1):
        page = render_to_string("components/files.html", {"files": StoredFile.objects.about(matter)})
    assert page.count(cast.clerk.name) == 3
    assert "資料0_b_.pdf" in page
    assert page.count(">PDF<") == 3


def test_the_key_of_a_record_is_the_same_text_in_every_database(cast, matter):
    assert key_of(matter) == matter.pk.hex
    assert key_of(cast.section) == str(cast.section.pk)


# -- the form field ---------------------------------------------------------------------------------------------------


class AttachForm(forms.Form):
    uploads = UploadsField(label="添付ファイル", required=False)


def form_with(*uploads, subject=None):
    form = AttachForm({}, MultiValueDict({"uploads": list(uploads)}))
    form.fields["uploads"].subject = subject
    return form


def test_the_field_takes_several_files_and_none():
    form = form_with(upload("a.pdf", PDF), upload("b.png", PNG))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["uploads"]] == ["a.pdf", "b.png"]
    empty = form_with()
    assert empty.is_valid()
    assert empty.cleaned_data["uploads"] == []


def test_the_field_names_every_file_it_refuses():
    form = form_with(upload("a.pdf", EXE), upload("b.png", PNG), upload("c.exe", EXE), upload("d.txt", b""))
    assert not form.is_valid()
    assert [re.match("「(.+?)」", message)[1] for message in form.errors["uploads"]] == ["a.pdf", "c.exe", "d.txt"]


def test_the_field_adds_up_what_a_record_would_hold(matter, cast, settings):
    settings.RECORD_MEGABYTES = 1
    half = PDF + b" " * 600_000
    assert form_with(upload("a.pdf", half), subject=matter).is_valid()
    assert "合わせて1MBまで" in str(form_with(upload("a.pdf", half), upload("b.pdf", half), subject=matter).errors)


def test_the_field_asks_for_a_file_where_one_is_needed():
    with pytest.raises(ValidationError):
        UploadsField(required=True).clean([])


def test_a_page_that_comes_back_names_the_files_that_have_to_be_chosen_again():
    drawn = str(form_with(upload("届出<控>.pdf", PDF), upload("b.png", PNG))["uploads"])
    assert "（届出&lt;控&gt;.pdf、b.png）は、まだ保存されていません。もう一度選んでください。" in drawn
    assert "もう一度" not in str(AttachForm()["uploads"]) + str(form_with()["uploads"])


def test_the_browser_offers_only_what_is_taken():
    drawn = str(AttachForm()["uploads"])
    assert "multiple" in drawn
    assert ".docx" in drawn
    assert ".zip" not in drawn


# -- the virus scanner ------------------------------------------------------------------------------------------------


@contextmanager
def scanner(answer):
    """A clamd that understands INSTREAM and gives one answer; gives (address, what it was sent)."""
    received = []

    class Clamd(socketserver.StreamRequestHandler):
        def handle(self):
            assert self.rfile.read(10) == b"zINSTREAM\0"
            while length := struct.unpack("!L", self.rfile.read(4))[0]:
                received.append(self.rfile.read(length))
            self.wfile.write(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", received
        server.shutdown()


def test_a_clean_file_passes_the_scanner_whole(settings):
    with scanner(b"stream: OK\0") as (settings.CLAMD_SOCKET, received):
        antivirus.check(upload("a.pdf", PDF * 5_000), "a.pdf")
    assert b"".join(received) == PDF * 5_000


def test_a_virus_is_refused_and_not_kept(cast, matter, settings, media):
    with (
        scanner(b"stream: Eicar-Signature FOUND\0") as (settings.CLAMD_SOCKET, _),
        pytest.raises(ValidationError, match="ウイルスが見つかりました"),
    ):
        store.attach(matter, upload("a.pdf", PDF), by=cast.clerk)
    assert not list(media.rglob("*"))


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_a_scanner_that_cannot_tell_refuses(settings, answer):
    with scanner(answer) as (settings.CLAMD_SOCKET, _), pytest.raises(ValidationError, match="いまウイルス検査ができません"):
        antivirus.check(upload("a.pdf", PDF), "a.pdf")


@pytest.mark.parametrize("address", ["127.0.0.1:1", "/nonexistent/clamd.ctl"])
def test_a_scanner_that_is_away_refuses(settings, address):
    settings.CLAMD_SOCKET = address
    with pytest.raises(ValidationError, match="いまウイルス検査ができません"):
        antivirus.check(upload("a.pdf", PDF), "a.pdf")


def test_the_scanner_is_off_unless_one_is_named(settings):
    assert settings.CLAMD_SOCKET == ""
    antivirus.check(upload("a.pdf", PDF), "a.pdf")
