"""How obligations stand: states from live figures, counts that add up, the map, the pages by role, the files, the command."""

import csv
import json
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from incidents.models import Incident, IncidentKind, Step
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import HandoverItem, User
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.spreadsheet import as_xlsx
from musashimurayama_isms.trail.models import Entry
from policy import mechanisms
from policy.coverage import Coverage, Tally, lines_of
from policy.guide import Guide
from policy.handbook import Handbook
from policy.mechanisms import Figures, State
from policy.models import Bearer, Exemption, Obligation
from policy.visits import Operator, Visit

from .policy_rows import make_obligation, make_policy
from .taken import as_csv, take

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def nobody_keeps_these(monkeypatch):
    """The mechanisms that these tests take for ones that no app keeps."""
    for code in ("request:viewing", "inspection"):
        monkeypatch.delitem(mechanisms._keepers, code, raising=False)


@pytest.fixture
def library():
    """The small policy of tests/policy_rows.py with four obligations and one excused clause."""
    revision = make_policy()
    make_obligation("3.2.2.1.1", summary="鍵を掛けます。", mechanism="outside", kind="measure")
    make_obligation("3.2.2.1.2", names=["複写する者"], summary="パスワードを付けます。")
    make_obligation("3.2.2.1.2", Bearer.CISO, Bearer.TERMINAL_USER, ordinal=2, summary="許可を取ります。", mechanism="request:viewing")
    make_obligation("3.3", summary="勝手に送りません。", is_prohibition=True, names_nobody=True, mechanism="portal:roles")
    Exemption.objects.create(key="2.1", clause="2.1", reason="目的の定め")
    return revision


@pytest.fixture
def clerk(cast):
    return cast.client(cast.clerk)


def coverage(**wanted) -> Coverage:
    return Coverage(Operator(at=timezone.now()), wanted)


def numbers(page: Coverage) -> list[str]:
    return [line.obligation.clause for line in page.lines]


# -- states ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "state"),
    [
        (Figures(), State.KEPT),
        (Figures(total=9), State.KEPT),
        (Figures(open=2, total=9), State.ACTIVE),
        (Figures(open=2, late=1, total=9), State.LATE),
    ],
)
def test_the_state_follows_the_figures_of_the_mechanism(monkeypatch, figures, state):
    monkeypatch.setitem(mechanisms._keepers, "request:viewing", lambda *, at: figures)
    found = mechanisms.keeping("request:viewing", at=NOW)
    assert (found.state, found.figures) == (state, figures)


def test_what_no_app_keeps_has_no_mechanism_and_what_is_outside_says_so_until_it_is_confirmed():
    make_obligation("3.2.3", mechanism="outside")
    assert mechanisms.keeping("request:viewing", at=NOW).state == State.MISSING
    assert mechanisms.keeping("inspection", at=NOW).state == State.MISSING
    assert mechanisms.keeping("outside", at=NOW).state == State.OUTSIDE


def test_mechanisms_registered_together_are_asked_one_question(monkeypatch):
    asked = []
    figures = {"request:viewing": Figures(open=1), "request:byod": Figures(late=1)}
    monkeypatch.setattr(mechanisms, "_keepers", {})
    mechanisms.register_together(figures, lambda *, at: asked.append(at) or figures)
    found = mechanisms.keepings(figures, at=NOW)
    assert [found[code].state for code in figures] == [State.ACTIVE, State.LATE]
    assert asked == [NOW]


def test_a_mechanism_is_asked_once_however_many_obligations_hang_on_it(monkeypatch):
    asked = []
    monkeypatch.setitem(mechanisms._keepers, "request:viewing", lambda *, at: asked.append(at) or Figures(open=1))
    for place in range(1, 6):
        make_obligation("3.2.3", ordinal=place, mechanism="request:viewing")
    lines = lines_of(Obligation.objects.all(), at=NOW)
    assert [line.state for line in lines] == [State.ACTIVE] * 5
    assert asked == [NOW]


def test_an_incident_that_waits_shows_as_under_way_and_then_as_late(cast):
    reference.load()
    incident = Incident.objects.create(
        kind=IncidentKind.objects.get(code="other"),
        reporter=cast.clerk,
        department=cast.section,
        noticed_at=NOW,
        personal_information="no",
        summary="試験",
        place="窓口",
    )
    assert mechanisms.keeping("report:incident", at=NOW).state == State.KEPT
    incident.report(by=cast.clerk, at=NOW)
    assert mechanisms.keeping("report:incident", at=NOW).state == State.ACTIVE
    due = max(Step.objects.pending().values_list("due_at", flat=True))
    assert mechanisms.keeping("report:incident", at=due).state == State.LATE


def test_a_thing_to_be_returned_shows_as_under_way_until_the_person_has_left(cast):
    HandoverItem.objects.create(
        person=cast.clerk, department=cast.section, label="鍵", clause="3.9.1.9", leaves_on=timezone.localdate(), position=1
    )
    assert mechanisms.keeping("portal:handover", at=timezone.now()).state == State.ACTIVE
    assert mechanisms.keeping("portal:handover", at=timezone.now() + timedelta(days=1)).state == State.LATE


def test_a_section_without_promoter_shows_as_under_way(cast):
    figures = mechanisms.keeping("portal:naming", at=timezone.now()).figures
    assert 0 < figures.open < figures.total
    assert figures.late == 0


# -- the map -----------------------------------------------------------------------------------------------------------


def test_the_counts_add_up(library):
    page = coverage()
    assert page.tally.total == len(page.lines) == 4
    assert sum(share.count for share in page.tally.shares) == 4
    assert sum(section.tally.total for section in page.sections) == 4
    assert {state: page.tally.count(state) for state in State} == {
        State.LATE: 0,
        State.MISSING: 2,
        State.OUTSIDE: 1,
        State.ACTIVE: 0,
        State.KEPT: 1,
    }
    assert {bearer: tally.total for bearer, tally in page.roles} == {Bearer.TERMINAL_USER: 4, Bearer.CISO: 1}


def test_the_bar_is_filled_by_its_shares(library):
    shares = coverage().tally.shares
    assert sum(share.width for share in shares) == pytest.approx(100)
    assert [share.start for share in shares] == [0, 0, 50, 75, 75]
    assert Tally([]).total == 0
    assert {share.width for share in Tally([]).shares} == {0}


def test_a_leaf_that_nobody_has_sorted_is_shown_as_such(library, clerk):
    page = coverage()
    assert [place.clause.number for place in page.untidy] == ["3.1", "3.2.1", "3.2.2.1.2.1", "3.2.2.2", "3.2.3"]
    assert [place.clause.number for place in page.exempt] == ["2.1"]
    answer = clerk.get(reverse("policy:coverage"))
    assertContains(answer, "義務なし（目的の定め）")
    assertContains(answer, "未整理 4条")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"role": "CISO"}, ["3.2.2.1.2"]),
        ({"kind": "measure"}, ["3.2.2.1.1"]),
        ({"section": "3.2"}, ["3.2.2.1.1", "3.2.2.1.2", "3.2.2.1.2"]),
        ({"section": "2"}, []),
        ({"state": "kept"}, ["3.3"]),
        ({"state": "missing", "role": "TERMINAL_USER"}, ["3.2.2.1.2", "3.2.2.1.2"]),
        ({"state": "untidy"}, []),
    ],
)
def test_the_map_is_narrowed(library, wanted, expected):
    page = coverage(**wanted)
    assert numbers(page) == expected
    drawn = [line.obligation.clause for section in page.sections for place in section.places for line in place.lines]
    assert drawn == expected


def test_a_narrowed_map_takes_no_covered_clause_for_untidy(library):
    for wanted in ({"role": "CISO"}, {"state": "late"}, {"kind": "report"}, {"state": "untidy"}):
        assert len(coverage(**wanted).untidy) == 5
    assert [place.clause.number for section in coverage(state="untidy").sections for place in section.places if place.is_untidy] == [
        *("3.1", "3.2.1", "3.2.2.1.2.1", "3.2.2.2", "3.2.3")
    ]


def test_the_cards_lead_from_one_state_to_another(library, clerk):
    answer = clerk.get(reverse("policy:coverage"), {"state": "kept", "role": "TERMINAL_USER"})
    page = answer.context["page"]
    assert page.tally.total == 1
    assert page.by_state.total == 4
    assertContains(answer, "条件に合う義務 1件")
    assertContains(answer, "?state=missing&amp;role=TERMINAL_USER")


def test_what_does_not_fit_the_filter_counts_as_not_asked(library, clerk):
    answer = clerk.get(reverse("policy:coverage"), {"role": "KING", "state": "kept", "section": "9.9"})
    assert answer.context["page"].wanted == {"state": "kept"}


def test_an_obligation_whose_clause_has_gone_is_still_shown(library, clerk):
    make_obligation("3.99", summary="消えた条項の義務です。")
    assertContains(clerk.get(reverse("policy:coverage")), "消えた条項の義務です。")


def test_without_a_policy_in_force_the_map_says_so(clerk):
    assertContains(clerk.get(reverse("policy:coverage")), "施行中のポリシーがありません")
    assert take(clerk, "policy.coverage").status_code == 404


# -- the page of a clause ----------------------------------------------------------------------------------------------


def test_a_clause_shows_who_does_what_and_how_it_stands(library, clerk):
    page = clerk.get(reverse("policy:clause", args=["3.2.2.1"]))
    for words in (
        "だれが何をするか",
        "複写する者",
        "（端末装置利用者）",
        "許可を取ります。",
        "仕組みなし",
        "申請：書類・画面の閲覧の許可",
        "ポータル外",
    ):
        assertContains(page, words)
    assertNotContains(page, "勝手に送りません")


def test_a_clause_that_names_nobody_says_so_and_one_that_obliges_nobody_says_why(library, clerk):
    assertContains(clerk.get(reverse("policy:clause", args=["3.3"])), "条項に主体の定めなし")
    assertContains(clerk.get(reverse("policy:clause", args=["2.1"])), "この条項に義務はありません（目的の定め）")


def test_an_earlier_revision_shows_no_obligations_of_today(library, clerk):
    from datetime import date

    from .policy_rows import make_clause, make_revision

    old = make_revision(library.document, on=date(2020, 4, 1), name="前の版")
    make_clause(old, "3", "章")
    make_clause(old, "3.3", "別の条項")
    assertNotContains(clerk.get(reverse("policy:revision_clause", args=[old.pk, "3.3"])), "勝手に送りません")


# -- by role -----------------------------------------------------------------------------------------------------------


def test_ones_own_roles_come_first(library, cast):
    page = cast.client(cast.ciso).get(reverse("policy:roles"))
    mine = [card.bearer for card in page.context["cards"] if card.is_mine]
    assert mine == [card.bearer for card in page.context["cards"]][: len(mine)]
    assert set(mine) == {Bearer.TERMINAL_USER, Bearer.CISO}


def test_a_member_of_the_committee_finds_its_page_among_the_own_ones(library, cast):
    page = cast.client(cast.member).get(reverse("policy:roles"))
    assert Bearer.COMMITTEE in {card.bearer for card in page.context["cards"] if card.is_mine}


def test_what_must_not_be_done_stands_before_what_must(library, clerk):
    page = clerk.get(reverse("policy:role", args=["TERMINAL_USER"])).content.decode()
    assert page.index("してはいけないこと") < page.index("勝手に送りません。") < page.index("すること<") < page.index("鍵を掛けます。")


@pytest.mark.parametrize(("query", "expected"), [("ﾊﾟｽﾜｰﾄﾞ", 1), ("許可 取り", 1), ("3-3", 1), ("ない言葉", 0), ("", 4)])
def test_the_page_of_a_role_is_searched_by_words(library, clerk, query, expected):
    page = clerk.get(reverse("policy:role", args=["TERMINAL_USER"]), {"q": query})
    assert len(page.context["book"].lines) == expected


def test_the_page_of_a_role_is_narrowed_by_kind(library, clerk):
    book = clerk.get(reverse("policy:role", args=["TERMINAL_USER"]), {"kind": "measure"}).context["book"]
    assert [line.obligation.summary for line in book.lines] == ["鍵を掛けます。"]


def test_a_role_of_the_portal_alone_has_no_page(clerk):
    assert clerk.get(reverse("policy:role", args=["ADMINISTRATOR"])).status_code == 404
    assert clerk.post(reverse("policy:guide", args=["ADMINISTRATOR"])).status_code == 404


# -- the guide on paper ------------------------------------------------------------------------------------------------


def test_the_guide_is_made_by_the_worker(library, cast, clerk):
    answer = clerk.post(reverse("policy:guide", args=["TERMINAL_USER"]))
    job = Job.objects.get(kind="policy.guide")
    assertRedirects(answer, job.get_absolute_url())
    assert run_job(job.pk).status == "done"
    (result,) = job.results.all()
    assert result.name == "手引-端末装置利用者.pdf"
    assert result.content.read().startswith(b"%PDF")


def test_the_guide_of_every_role_fits_on_one_page(cast):
    from django.template.loader import render_to_string
    from weasyprint import HTML

    reference.load()
    visit = Visit(cast.clerk, at=timezone.now())
    for bearer in Bearer:
        book = Handbook(visit, bearer)
        guide = Guide(book)
        html = render_to_string("pdf/guide.html", {"book": book, "guide": guide, "at": visit.at, "is_trial": True, "city_name": "市"})
        assert len(HTML(string=html).render().pages) == 1, bearer.label
        assert sum(len(group.lines) for group in guide.groups) + guide.left_out == len(book.all_lines)


def test_the_guide_begins_with_what_is_forbidden_and_what_must_be_told(cast):
    reference.load()
    guide = Guide(Handbook(Visit(cast.clerk, at=timezone.now()), Bearer.TERMINAL_USER))
    assert [group.heading for group in guide.groups][:3] == ["してはいけないこと", "知らせること", "先に許可や承認がいること"]
    assert [group.left_out for group in guide.groups][:2] == [0, 0]


# -- files -------------------------------------------------------------------------------------------------------------


def test_the_csv_opens_in_excel_and_holds_what_the_filter_asks_for(library, clerk):
    answer = take(clerk, "policy.coverage", section="3.2")
    content = answer.getvalue()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 4
    rows = list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))
    assert [row["条項番号"] for row in rows] == ["3.2.2.1.1", "3.2.2.1.2", "3.2.2.1.2"]
    assert rows[1]["条項の見出し"] == "書架の鍵"
    assert rows[1]["主体（ポリシーの呼び名）"] == "複写する者"
    assert rows[2]["状態"] == "仕組みなし"
    assert "attachment" in answer["Content-Disposition"]


def test_the_workbook_is_typed_and_ready_for_paper(library, clerk):
    sheet = load_workbook(BytesIO(take(clerk, "policy.coverage", "xlsx").getvalue())).active
    headings = [cell.value for cell in sheet[1]]
    assert sheet.max_row == 5
    figures = sheet.cell(row=2, column=headings.index("実施中（件）") + 1)
    assert (figures.value, figures.data_type) == (1, "n")  # the measure outside the portal that nobody has confirmed this year
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "見本" in sheet.oddHeader.left.text


@pytest.mark.parametrize("text", ["=1+1", "+81", "-cmd", "@SUM(A1)", "\tx", "\rx", "＝1+1"])
def test_no_text_becomes_a_formula(text):
    assert as_csv(["見出し"], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1].lstrip('"').startswith("'")
    cell = load_workbook(BytesIO(as_xlsx("表", ["見出し"], [[text]]))).active["A2"]
    assert cell.data_type == "s"


def test_numbers_and_days_stay_what_they_are():
    day = timezone.localdate()
    assert as_csv(["数", "日"], [[-5, day]]).decode("utf-8-sig").endswith(f"-5,{day.isoformat()}\r\n")
    sheet = load_workbook(BytesIO(as_xlsx("表", ["数", "日", "空"], [[-5, day, None]]))).active
    assert (sheet["A2"].value, sheet["B2"].value.date(), sheet["C2"].value) == (-5, day, None)


def test_who_took_the_map_out_is_recorded_with_the_filter(library, cast, clerk):
    take(clerk, "policy.coverage", role="CISO")
    entry = Entry.objects.get(verb="exports.table.taken")
    assert entry.actor == cast.clerk
    assert entry.changes == {"table": "遵守状況", "format": "csv", "count": 1, "filter": {"role": "CISO"}}


# -- the command -------------------------------------------------------------------------------------------------------


def told(*options: str) -> str:
    out = StringIO()
    call_command("coverage", *options, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_obligations_as_json(library):
    rows = json.loads(told("--json"))
    assert rows[1] == {
        "clause": "3.2.2.1.2",
        "roles": ["複写する者"],
        "kind": "conduct",
        "summary": "パスワードを付けます。",
        "mechanism": "inspection",
        "state": "仕組みなし",
        "exceptions": 0,
    }
    assert rows[2]["roles"] == ["端末装置利用者", "最高情報セキュリティ責任者"]
    assert [row["state"] for row in rows] == ["ポータル外", "仕組みなし", "仕組みなし", "仕組みあり"]


def test_the_command_prints_counts_and_the_codes_that_nobody_keeps(library):
    assert told().splitlines()[:3] == ["義務 4件（第2・3章）", "  期限超過 0件", "  仕組みなし 2件"]
    assert told().splitlines()[-1] == "義務のない条項 1条、未整理 5条"
    assert told("--missing").splitlines() == [
        "inspection\t自己点検で確認",
        "request:viewing\t書類・画面の閲覧の許可",
    ]


# -- cost --------------------------------------------------------------------------------------------------------------

PAGES = [
    ("policy:coverage", []),
    ("policy:roles", []),
    ("policy:role", ["TERMINAL_USER"]),
    ("policy:clause", ["3.2.2.1"]),
]


@pytest.mark.parametrize(("name", "args"), PAGES)
def test_twice_the_obligations_cost_no_more_queries(library, clerk, name, args):
    url = reverse(name, args=args)
    clerk.get(url)
    with CaptureQueriesContext(connection) as before:
        assert clerk.get(url).status_code == 200
    for place in range(3, 23):
        make_obligation("3.2.2.1.2", Bearer.CISO, Bearer.TERMINAL_USER, ordinal=place, mechanism="request:viewing")
    with CaptureQueriesContext(connection) as after:
        assert clerk.get(url).status_code == 200
    assert len(after) == len(before)
    assert len(before) < 45


def test_the_whole_catalogue_is_drawn_with_few_queries(cast):
    reference.load()
    client = cast.client(User.objects.get(pk=cast.section_officer.pk))
    url = reverse("policy:coverage")
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(url)
    assertNotContains(page, 'data-tone="error"')
    assert len(queries) < 25 + 3 * len(mechanisms.registered())  # nearly 600 obligations, and each mechanism is asked once
