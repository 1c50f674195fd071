"""What leaves the portal – tables, files, mails, papers – carries no attack along; what comes in sets nothing that was not asked."""

import csv
import importlib
import io
import pkgutil
import re
import socket
import threading

import pytest
from django import forms
from django.conf import settings as portal
from django.core.exceptions import FieldDoesNotExist
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.download import private_download
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.pdf import render_pdf
from musashimurayama_isms.spreadsheet import BEGINS_A_FORMULA, as_xlsx
from tests.taken import as_csv

SOURCES = ("musashimurayama_isms", "policy", "assets", "incidents", "audits")
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠A",
    "\t=1",
    "\r=1",
    "\n=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example")',
]
at_work = st.sampled_from(BEGINS_A_FORMULA).flatmap(lambda first: st.text(max_size=20).map(lambda rest: first + rest))


# -- formulas -------------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(at_work, st.sampled_from(FORMULAS), st.text(max_size=20)), min_size=1, max_size=5))
def test_no_cell_of_a_csv_begins_like_a_formula(cells):
    content = as_csv(["見出し"] * len(cells), [cells]).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(content, newline="")):
        assert not [cell for cell in row if cell.startswith(BEGINS_A_FORMULA)]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_workbook_is_a_formula(text):
    sheet = load_workbook(io.BytesIO(as_xlsx("表", [text], [[text]]))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s"}


def test_every_part_that_writes_tables_knows_of_formulas():
    """Tables leave through musashimurayama_isms.spreadsheet; who writes one alone says that text is text.

    The sample that takes the place of a workbook in a masked copy holds no cell of anybody.
    """
    writers = re.compile(r"csv\.(writer|DictWriter)|[^_]Workbook\(")
    found = [
        str(path.relative_to(portal.BASE_DIR))
        for source in SOURCES
        for path in (portal.BASE_DIR / source).rglob("*.py")
        if writers.search(text := path.read_text(encoding="utf-8")) and 'data_type = "s"' not in text
    ]
    assert found == ["musashimurayama_isms/disclosure/trial_copy/uploads.py"]


# -- headers --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a\r\nSet-Cookie: x=y.txt", "a\nb.txt", 'a"; filename="b.exe', "\x00.txt", "長い\u2028名前.txt", "a\\..\\b.txt"]
)
def test_the_name_of_a_file_forges_no_header(name):
    answer = private_download(io.BytesIO(b"x"), name=name)
    head = answer.serialize_headers()
    assert head.count(b"\r\n") == len(answer.items()) - 1
    assert b"Set-Cookie" not in head.split(b"filename*=")[0] or b"\r\nSet-Cookie" not in head
    assert b'filename="b.exe"' not in head


def test_a_file_with_a_forged_name_comes_out_under_a_harmless_one(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stored = attach(_draft(cast), SimpleUploadedFile("a\r\nX-Evil: y.txt", b"abc"), by=cast.clerk)
    answer = cast.client(cast.clerk).get(f"/files/{stored.pk}/")
    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers


# -- papers ---------------------------------------------------------------------------------------------------------------


def _draft(cast) -> Incident:
    kind = IncidentKind.objects.create(code="attack", name="試験", position=99, route="incident")
    facts = {"kind": kind, "noticed_at": timezone.now(), "personal_information": "no", "department": cast.section}
    return Incident.objects.create(reporter=cast.clerk, **facts, summary="試験", place="窓口")


def test_a_paper_full_of_addresses_calls_nobody():
    """SSRF: what people write stays text, and even markup that slipped in would fetch nothing."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def wait() -> None:
            try:
                calls.append(server.accept())
            except TimeoutError:
                return

        port = server.getsockname()[1]
        words = f'<img src="http://127.0.0.1:{port}/"><link rel=stylesheet href="http://127.0.0.1:{port}/a.css"><a rel=attachment href="file:///etc/passwd">'
        listener = threading.Thread(target=wait)
        listener.start()
        paper = render_pdf("pdf/base.html", {"title": words, "city_name": words})
        listener.join()
    assert calls == []
    assert paper.startswith(b"%PDF")
    assert b"/EmbeddedFile" not in paper


# -- mass assignment ------------------------------------------------------------------------------------------------------


def every_form() -> list[type[forms.BaseForm]]:
    """All forms of the portal's own packages."""
    for source in SOURCES:
        package = importlib.import_module(source)
        for found in pkgutil.walk_packages(package.__path__, f"{source}."):
            if "forms" in found.name or "filters" in found.name:
                importlib.import_module(found.name)

    def below(kind: type) -> list[type]:
        return [kind, *(one for child in kind.__subclasses__() for one in below(child))]

    return [form for form in below(forms.BaseForm) if form.__module__.split(".")[0] in SOURCES]


def test_no_form_takes_every_column_of_its_model():
    found = [form for form in every_form() if issubclass(form, forms.ModelForm) and form._meta.model]
    assert found
    for form in found:
        assert form._meta.fields not in (None, "__all__"), form
        assert not form._meta.exclude, form


SET_BY_TRANSITIONS = {"status", "number", "is_superuser", "is_staff", "created_by", "reported_at", "decided_at", "digest", "claim"}


def test_no_form_of_a_model_offers_what_only_a_transition_sets():
    for form in every_form():
        if not issubclass(form, forms.ModelForm) or not form._meta.model:
            continue
        for name in form.base_fields:
            try:
                form._meta.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            assert name not in SET_BY_TRANSITIONS, (form, name)


def test_a_draft_takes_from_a_post_only_what_its_form_asks(cast):
    """Mass assignment: reporter, number, state and time of a report are not for the sender to say."""
    draft = _draft(cast)
    forged = {
        "summary": "書いた",
        "place": "廊下",
        "reporter": str(cast.colleague.pk),
        "reporter_id": str(cast.colleague.pk),
        "status": "closed",
    }
    forged |= {"number": "R8-999", "reported_at": "2020-01-01", "is_drill": "on", "gravity": "serious", "keep": "1", "pk": "x", "id": "x"}
    before = Incident.objects.values().get(pk=draft.pk)
    assert cast.client(cast.clerk).post(f"/incidents/{draft.pk}/draft/", forged).status_code == 302
    after = Incident.objects.values().get(pk=draft.pk)
    assert after["summary"] == "書いた"
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"summary", "place", "saved_at"}


def test_the_change_of_ones_password_makes_nobody_an_administrator(cast):
    cast.clerk.set_password("kawa-no-nagare-2026")
    cast.clerk.save()
    client = Client()
    client.post("/login/", {"login": "clerk", "password": "kawa-no-nagare-2026"})
    fields = {"oldpassword": "kawa-no-nagare-2026", "password1": "atarashii-kagi-2026", "password2": "atarashii-kagi-2026"}
    answer = client.post(
        "/password/", {**fields, "is_superuser": "on", "must_change_password": "on", "name": "別人", "user": str(cast.ciso.pk)}
    )
    assert answer.status_code == 302
    person = User.objects.get(pk=cast.clerk.pk)
    assert person.check_password("atarashii-kagi-2026")
    assert (person.is_superuser, person.must_change_password, person.name) == (False, False, cast.clerk.name)
