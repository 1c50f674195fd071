"""Every list of the portal as a table: it has one, it holds what the page promises, and it is closed where the page is."""

import csv
import re
from html import unescape
from html.parser import HTMLParser
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from musashimurayama_isms import tables
from musashimurayama_isms.exports import taking
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.tables import Asked

from .cast import Cast
from .table_rows import PLACES
from .world import World

pytestmark = pytest.mark.walk
ROLES = ("clerk", "section_officer", "central_manager", "general_manager", "administrator", "outsider_clerk")
COUNT = re.compile(r"絞り込みのとおり(\d+)件")
CODES = sorted(PLACES)
# Of these there is nothing in the world of the tests; what they hold is tested where their rows are made.
EMPTY = {
    *(
        "accounts.my_handover",
        "accounts.settled_handover",
        "accounts.unused",
        "assets.import_lines",
        "audits.my_training",
        "audits.unordered",
        "incidents.calls",
        "policy.corrections",
    ),
    *(code for code in CODES if code.startswith("ledger.") and code not in ("ledger.media", "ledger.user-id")),
}


# -- every list has its table -----------------------------------------------------------------------------------------
TEMPLATES = Path(settings.BASE_DIR) / "templates"
LINK = re.compile(r"{% export_links (\S+)")
# A component that a list includes, the pictures for developers, the text of one copy, and the hits of a search, which nobody keeps.
NO_LIST = {
    "assets/move/table.html",
    "dashboard/gallery/lists.html",
    "dashboard/search/kind.html",
    "disclosure/detail.html",
    "policy/search.html",
}


def _links(template: Path) -> list[str]:
    return LINK.findall(template.read_text(encoding="utf-8"))


def test_every_list_with_pages_can_be_taken_out_as_a_table():
    paged = [path for path in TEMPLATES.rglob("*.html") if 'include "components/pagination.html"' in path.read_text(encoding="utf-8")]
    without = {str(path.relative_to(TEMPLATES)) for path in paged if not _links(path)}
    assert len(paged) > 50
    assert without == NO_LIST


def test_every_link_names_a_table_and_every_table_is_linked_and_tested():
    named = {code.strip('"') for path in TEMPLATES.rglob("*.html") for code in _links(path) if code.startswith('"')}
    assert named | {code for code in tables.codes() if code.startswith("ledger.")} == set(tables.codes())
    assert set(tables.codes()) == set(CODES)


def test_no_other_place_makes_a_csv_or_hands_out_a_list():
    """One mechanism: what else writes workbooks makes a form, the wrong rows of an import, or the evidence of a duty."""
    makers = {"assets/intake/errors.py", "assets/ledgers/table.py", "audits/review/evidence.py"}
    found = set()
    for app in ("musashimurayama_isms", "policy", "assets", "incidents", "audits"):
        for path in (Path(settings.BASE_DIR) / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            name = str(path.relative_to(settings.BASE_DIR))
            if re.search(r"\b(as_xlsx|write_xlsx|csv_lines)\(", text) and name not in makers:
                found.add(name)
    assert found == {"musashimurayama_isms/spreadsheet.py", "musashimurayama_isms/exports/taking.py"}


# -- a table holds what the list shows --------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One of everything, built once; nothing of it stays in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(Cast())
        transaction.set_rollback(True)


class Nesting(HTMLParser):
    """Whether a form stands inside another: a browser would send the wrong one."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.depth, self.is_nested = 0, False
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.depth += tag == "form"
        self.is_nested |= self.depth > 1

    def handle_endtag(self, tag) -> None:
        self.depth -= tag == "form"


def _offers(page: str, code: str) -> tuple[int, dict[str, str]]:
    """How many rows the page promises for a table, and the address of each format."""
    found = re.search(rf'<form method="post" class="export" action="/exports/{re.escape(code)}\.xlsx.*?</form>', page, re.S)
    if not found:
        return 0, {}
    addresses = map(unescape, re.findall(r'formaction="([^"]+)"', found.group()))
    return int(COUNT.search(found.group()).group(1)), {re.search(r"\.(csv|xlsx)(\?|$)", one).group(1): one for one in addresses}


def _rows_of_csv(answer) -> list[list[str]]:
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def _sheet_of(content: bytes):
    return load_workbook(BytesIO(content)).active


def _taken(client, address: str) -> bytes:
    """The file behind an address: at once, or what the worker makes of it."""
    answer = client.post(address)
    if answer.status_code != 302:
        assert answer.status_code == 200, address
        return answer.getvalue()
    job = Job.objects.get(pk=answer.url.strip("/").split("/")[-1])
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == Job.Status.DONE, job.error
    with JobResult.objects.get(job=job).content.open("rb") as content:
        return content.read()


def _check_sheet(content: bytes, count: int) -> None:
    sheet = _sheet_of(content)
    headings = [cell.value for cell in sheet[1]]
    assert all(headings)
    assert len(set(headings)) == len(headings)
    assert sheet.max_row == count + 1
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet.auto_filter.ref == sheet.print_area.split("!")[1].replace("$", "")
    assert sheet.page_setup.orientation == "landscape"
    assert "見本" in sheet.oddHeader.left.text


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_a_table_holds_as_many_rows_as_its_list_promises_and_is_closed_where_the_list_is(world, code):
    place, table = PLACES[code], tables.find(code)
    guessed = reverse("exports:take", args=[code, "xlsx"]) + f"?{place.query(world)}"
    checked_sheet = False
    for role in ROLES:
        client = world.cast.client(getattr(world.cast, role))
        page = client.get(place.path(world))
        if page.status_code >= 400:
            assert client.post(guessed).status_code in (403, 404), role
            continue
        text = page.content.decode()
        assert not Nesting(text).is_nested, role
        count, addresses = _offers(text, code)
        if not addresses:
            answer = client.post(guessed)
            assert answer.status_code in (200, 302, 403, 404), role
            if answer.status_code == 200:
                _check_sheet(answer.getvalue(), 0)
            continue
        assert set(addresses) == set(table.suffixes)
        if "csv" in addresses:
            rows = _rows_of_csv(client.post(addresses["csv"]))
            assert len(rows) == count + 1, role
        if not checked_sheet:
            count, _ = _offers(client.get(place.path(world)).content.decode(), code)  # taking out is an entry of the trail itself
            _check_sheet(_taken(client, addresses["xlsx"]), count)
            checked_sheet = True
    assert checked_sheet == (code not in EMPTY), "the world has no row of this list"


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code in CODES if code not in EMPTY])
def test_the_number_of_questions_does_not_grow_with_the_rows(world, code):
    place, at = PLACES[code], timezone.now()
    for role in ROLES:
        asked = Asked(getattr(world.cast, role), tables.find(code).narrowed(QueryDict(place.query(world))), at)
        try:
            whole, one = (taking.Taking(tables.find(code), asked, "xlsx") for _ in range(2))
        except Http404:
            continue
        if whole.count < 2:
            continue
        list(whole.lines())  # warms what is asked once a process
        one._keys = one._keys[:1]
        counts = []
        for each in (one, whole):
            with CaptureQueriesContext(connection) as queries:
                list(each.lines())
            counts.append(len(queries))
        assert counts[1] <= counts[0] + 1, (role, [query["sql"][:200] for query in queries])  # one prefetch may have had nothing to do
        return


@pytest.mark.django_db
@pytest.mark.parametrize("code", [code for code in CODES if code not in EMPTY])
def test_the_filter_of_the_list_is_that_of_the_table(world, code):
    """A word that stands nowhere leaves the headings alone."""
    table = tables.find(code)
    if "q" not in table._fields:
        return
    for role in ROLES:
        query = table.narrowed(QueryDict(f"{PLACES[code].query(world)}&q=どこにもない言葉"))
        asked = Asked(getattr(world.cast, role), query, timezone.now())
        try:
            assert taking.Taking(table, asked, "xlsx").count == 0
        except Http404:
            continue


@pytest.mark.django_db
def test_a_section_takes_out_its_own_rows_and_nothing_of_another(world):
    rows = _rows_of_csv(world.cast.client(world.cast.outsider_clerk).post(reverse("exports:take", args=["assets.systems", "csv"])))
    assert len(rows) == 1
    rows = _rows_of_csv(world.cast.client(world.cast.clerk).post(reverse("exports:take", args=["assets.systems", "csv"])))
    assert [row[1] for row in rows[1:]] == ["住民記録"]
