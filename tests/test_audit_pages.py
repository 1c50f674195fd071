"""The pages of an audit: what each person meets, bad input, what is saved as it is typed, the table that is taken along."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from audits.models import AuditProgramme, AuditReport, CheckItem, DateOffer, Engagement, Finding, MergeConflict
from musashimurayama_isms.accounts.memory import remembering
from musashimurayama_isms.dashboard import desk

from . import audit_rows as rows
from .taken import take, text_of

pytestmark = pytest.mark.django_db
TABS = ("engagement", "schedule", "survey", "checklist", "papers", "evidence", "findings", "report")
OUTSIDE = ("engagement", "schedule", "survey", "evidence", "findings", "report")


@pytest.fixture
def now():
    return timezone.now()


def get(cast, person, name: str, *args):
    return cast.client(person).get(reverse(f"audits:{name}", args=args))


def post(cast, person, name: str, *args, **data):
    return cast.client(person).post(reverse(f"audits:{name}", args=args), data)


def test_every_tab_opens_for_whom_it_is_there_at_every_stage(cast, now):
    def look(row) -> None:
        for tab in TABS:
            for person in (cast.auditor, cast.audit_head, cast.ciso):
                assert get(cast, person, tab, row.pk).status_code == 200, (tab, row.phase)
            inside = 200 if tab in OUTSIDE and row.is_told else 404
            for person in (cast.clerk, cast.section_officer):
                assert get(cast, person, tab, row.pk).status_code == inside, (tab, row.phase)
            assert get(cast, cast.outsider_clerk, tab, row.pk).status_code == 404

    row = rows.engagement(cast, at=now)
    look(row)
    row = rows.fieldwork(cast, at=now, row=row)
    rows.lend(row, cast, at=now)
    look(row)
    rows.examine(row, cast, at=now)
    row = rows.end(row, cast, at=now)
    AuditReport.begin(row, by=cast.auditor, at=now)
    look(row)


def test_who_is_only_asked_sees_the_summary_and_answers_it(cast, now):
    row = rows.engagement(cast, at=now, accepted=False)
    page = get(cast, cast.auditor, "engagement", row.pk).content.decode()
    assert "この監査の依頼に答えてください" in page
    assert get(cast, cast.auditor, "checklist", row.pk).status_code == 404
    assert get(cast, cast.auditor, "papers", row.pk).status_code == 404
    asked = row.assignments.get()
    assert post(cast, cast.auditor, "engagement_row", row.pk, "assignment", asked.pk, "accept").status_code == 302
    assert get(cast, cast.auditor, "checklist", row.pk).status_code == 200


def test_the_forms_keep_what_was_typed_when_something_is_refused(cast, now):
    row = rows.reporting(cast, at=now)
    data = {"grade": "major", "title": "件名", "fact": "書いた事実", "clauses": "3-5(2)キ(イ)", "risk": ""}
    answer = post(cast, cast.auditor, "engagement_do", row.pk, "raise-finding", **data)
    assert answer.status_code == 422
    assert "書いた事実" in answer.content.decode()
    assert "放置したときのリスク" in answer.content.decode()
    assert row.findings.count() == 1
    answer = post(cast, cast.auditor, "engagement_do", row.pk, "end-phase", phase="reporting", reason="急ぐ")
    assert answer.status_code == 422
    assert "意見交換に出していない指摘が1件" in answer.content.decode()
    row.refresh_from_db()
    assert row.phase == "reporting"


def test_a_form_stands_in_the_frame_of_every_page(cast, now):
    row = rows.engagement(cast, at=now)
    for name, args in (("engagement_do", (row.pk, "ask")), ("engagement_begin", ()), ("programme_do", (row.programme_id, "reopen"))):
        page = get(cast, cast.audit_head, name, *args).content.decode()
        assert "企画財政部 部長" in page
        assert f'href="{reverse("audits:engagements")}"' in page.split("<main")[0]
        way = page.split("現在位置")[1].split("</nav>")[0]
        assert f'href="{reverse("audits:engagements")}"' in way
        if name == "programme_do":
            assert str(row.programme) in way


def test_acts_of_others_are_refused_and_unknown_ones_are_not_there(cast, now):
    row = rows.fieldwork(cast, at=now)
    assert post(cast, cast.clerk, "engagement_do", row.pk, "end-phase", phase="fieldwork").status_code == 403
    assert post(cast, cast.section_officer, "engagement_do", row.pk, "raise-finding").status_code == 403
    assert post(cast, cast.auditor, "engagement_do", row.pk, "nonsense").status_code == 404
    assert post(cast, cast.outsider_clerk, "engagement_do", row.pk, "end-phase").status_code == 404
    paper = rows.paper(row, cast, at=now)
    assert post(cast, cast.section_officer, "engagement_row", row.pk, "paper", paper.pk, "review").status_code == 404
    other = rows.special(cast, at=now)
    assert post(cast, cast.auditor, "engagement_row", other.pk, "paper", paper.pk, "review").status_code == 404


# -- the checklist on site -------------------------------------------------------------------------------------------------


def test_a_result_is_saved_without_a_page_and_the_count_goes_along(cast, now):
    row = rows.fieldwork(cast, at=now)
    item = row.items.first()
    answer = post(cast, cast.auditor, "item_save", item.pk, seen=0, result="conform", reason="", observation="見た")
    words = answer.content.decode()
    assert answer.status_code == 200
    assert "保存しました" in words
    assert "まだ書き終えていない項目があと2件" in words
    assert f'id="seen-{item.pk}" value="1"' in words
    item.refresh_from_db()
    assert (item.result, item.observation, item.changed_by) == ("conform", "見た", cast.auditor)


def test_what_another_auditor_wrote_meanwhile_is_shown_beside_and_nothing_is_overwritten(cast, now):
    row = rows.fieldwork(cast, at=now)
    item = row.items.first()
    item.respond(seen=0, result="conform", observation="先に書いた", by=cast.auditor, at=now)
    words = post(cast, cast.auditor, "item_save", item.pk, seen=0, result="major", observation="後から書いた").content.decode()
    assert "先に書いた" in words
    assert "ほかの監査人が書き換えています" in words
    item.refresh_from_db()
    assert item.observation == "先に書いた"
    post(cast, cast.auditor, "item_save", item.pk, seen=1, result="major", observation="後から書いた")
    item.refresh_from_db()
    assert item.observation == "後から書いた"


@pytest.mark.parametrize("data", [{"seen": "x"}, {"seen": "0", "result": "splendid"}, {}])
def test_bad_input_in_an_item_is_told_in_its_line_and_changes_nothing(cast, now, data):
    row = rows.fieldwork(cast, at=now)
    item = row.items.first()
    answer = post(cast, cast.auditor, "item_save", item.pk, **data)
    assert "保存できませんでした" in answer.content.decode()
    assert CheckItem.objects.get(pk=item.pk).version == 0


def test_a_finding_is_raised_in_place_from_the_item(cast, now):
    row = rows.fieldwork(cast, at=now)
    item = row.items.first()
    item.respond(seen=0, result="minor", observation="記録がない", by=cast.auditor, at=now)
    client = cast.client(cast.auditor)
    url = reverse("audits:engagement_row", args=[row.pk, "item", item.pk, "finding"])
    form = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "記録がない" in form
    assert "<html" not in form
    data = {"grade": "minor", "title": "記録の不足", "fact": "記録がない", "clauses": "3-5(2)キ(イ)", "risk": "紛失に気づかない"}
    done = client.post(url, data, headers={"HX-Request": "true"}).content.decode()
    assert "監R8-001-指1" in done.replace(row.number, "監R8-001")
    assert Finding.objects.get().item == item
    refused = client.post(url, {**data, "title": ""}, headers={"HX-Request": "true"}).content.decode()
    assert "記録がない" in refused
    assert Finding.objects.count() == 1


def test_sixty_items_cost_no_more_queries_than_three(cast, now):
    row = rows.fieldwork(cast, at=now)
    client, url = cast.client(cast.auditor), reverse("audits:checklist", args=[row.pk])

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(url).status_code == 200
        return len(seen)

    queries()  # the process remembers kinds of content
    few = queries()
    CheckItem.objects.bulk_create(
        CheckItem(
            engagement=row,
            position=place,
            clause="3.5.2.7.2",
            question=f"問い{place}",
            result="conform",
            changed_by=cast.auditor,
            changed_at=now,
        )
        for place in range(4, 64)
    )
    assert queries() == few
    assert client.get(url).content.decode().count("data-item-form") == 63


def test_the_list_and_the_desk_cost_the_same_for_many_audits(cast, now):
    client, url = cast.client(cast.audit_head), reverse("audits:engagements")

    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200
        with CaptureQueriesContext(connection) as waited, remembering():  # as the page is served
            desk.waiting(cast.audit_head, at=now)
        return len(seen), len(waited)

    for _ in range(2):
        rows.special(cast, at=now)
    queries()  # the process remembers kinds of content
    few = queries()
    for _ in range(4):
        rows.special(cast, at=now)
    assert queries() == few


# -- taken along -----------------------------------------------------------------------------------------------------------


def book_of(cast, row) -> tuple[object, io.BytesIO]:
    answer = post(cast, cast.auditor, "takeaway", row.pk)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def bring(cast, row, book):
    content = io.BytesIO()
    book.save(content)
    return post(cast, cast.auditor, "merge", row.pk, file=SimpleUploadedFile("監査項目.xlsx", content.getvalue()))


def test_what_was_written_in_the_table_comes_back_and_conflicts_are_decided_by_hand(cast, now):
    row = rows.fieldwork(cast, at=now)
    book = book_of(cast, row)
    sheet = book.active
    assert [cell.value for cell in sheet[2]][:3] == ["番号", "条項", "監査項目"]
    assert sheet["G3"].value == "はい"
    sheet["I3"], sheet["K3"] = "軽微な不適合", "表の所見"
    sheet["I4"] = "適合"
    first, second, third = row.items.all()
    first.respond(seen=0, observation="ポータルの所見", by=cast.auditor, at=now)
    third.respond(seen=0, result="conform", by=cast.auditor, at=now)
    assert bring(cast, row, book).status_code == 302
    first, second, third = row.items.all()
    assert (first.result, first.observation, second.result, third.result) == ("minor", "ポータルの所見", "conform", "conform")
    conflict = MergeConflict.objects.get()
    assert (conflict.base, conflict.file, conflict.portal) == ("", "表の所見", "ポータルの所見")
    page = get(cast, cast.auditor, "merge", row.pk).content.decode()
    assert "表の所見" in page
    assert "ポータルの所見" in page
    post(cast, cast.auditor, "engagement_row", row.pk, "conflict", conflict.pk, "both")
    first.refresh_from_db()
    assert first.observation == "ポータルの所見\n表の所見"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sheet: sheet.__setitem__("I3", "まあまあ"), "どれでもありません"),
        (lambda sheet: sheet.__setitem__("A3", "七"), "読み取れません"),
        (lambda sheet: sheet.__setitem__("A4", 1), "2回あります"),
        (lambda sheet: sheet.__setitem__("A3", 99), "持ち出していない項目"),
        (lambda sheet: sheet.delete_rows(1), "持ち出しの番号"),
        (lambda sheet: sheet.__setitem__("I1", "999"), "持ち出した表ではありません"),
    ],
)
def test_a_spoilt_table_is_refused_in_words_and_nothing_is_written(cast, now, spoil, words):
    row = rows.fieldwork(cast, at=now)
    book = book_of(cast, row)
    book.active["K3"] = "書いた"
    spoil(book.active)
    answer = bring(cast, row, book)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not row.items.exclude(version=0).exists()


def test_what_is_no_workbook_is_refused(cast, now):
    row = rows.fieldwork(cast, at=now)
    answer = post(cast, cast.auditor, "merge", row.pk, file=SimpleUploadedFile("a.xlsx", b"not a book"))
    assert answer.status_code == 422
    assert "読み取れません" in answer.content.decode()


# -- the section -----------------------------------------------------------------------------------------------------------


def test_an_answer_of_the_survey_is_kept_as_it_is_typed(cast, now):
    row = rows.surveyed(cast, at=now)
    question = row.questionnaire.questions.first()
    words = post(cast, cast.clerk, "question_save", question.pk, answer="yes", words="台帳あり").content.decode()
    assert "保存しました" in words
    assert "あと2問" in words
    assert "保存できません" in post(cast, cast.clerk, "question_save", question.pk, answer="perhaps").content.decode()
    assert "保存できません" in post(cast, cast.clerk, "question_save", question.pk, answer="yes", words="台帳\x00").content.decode()
    assert post(cast, cast.auditor, "question_save", question.pk, answer="no").status_code == 403
    assert post(cast, cast.outsider_clerk, "question_save", question.pk, answer="no").status_code == 404
    question.refresh_from_db()
    assert (question.answer, question.words) == ("yes", "台帳あり")


def test_a_file_of_the_survey_is_sent_once_and_kept_in_the_form_while_it_is_refused(cast, now):
    row = rows.surveyed(cast, at=now)
    question = row.questionnaire.questions.first()
    html = get(cast, cast.clerk, "survey", row.pk).content.decode()
    assert "js/checklist" in html  # which empties the box of files after an answer that refuses nothing
    assert html.count("data-item-form") == row.questionnaire.questions.count()
    address = reverse("audits:question_save", args=[question.pk])
    bad = SimpleUploadedFile("a.exe", b"MZ")
    refused = cast.client(cast.clerk).post(address, {"answer": "yes", "words": "", "uploads": bad}).content.decode()
    assert 'class="refused"' in refused
    good = SimpleUploadedFile("様式.txt", "様式".encode())
    kept = cast.client(cast.clerk).post(address, {"answer": "yes", "words": "", "uploads": good}).content.decode()
    assert 'class="refused"' not in kept
    assert "ファイル1件" in kept


def test_the_history_of_the_section_names_no_paper(cast, now):
    row = rows.fieldwork(cast, at=now)
    rows.paper(row, cast, at=now)
    assert "調書を書いた" in get(cast, cast.auditor, "engagement", row.pk).content.decode()
    assert "調書を書いた" not in get(cast, cast.clerk, "engagement", row.pk).content.decode()


def test_the_desk_says_to_each_what_is_to_be_done(cast, now):
    def words(person) -> list[str]:
        return [item.title for item in desk.waiting(person, at=now) if item.kind == "監査"]

    row = rows.engagement(cast, at=now, accepted=False)
    assert words(cast.auditor) == ["監査を引き受けるか、答えてください"]
    row.assignments.get().accept(by=cast.auditor, at=now)
    assert words(cast.auditor) == []
    row = rows.end(rows.prepared(cast, at=now, row=row), cast, at=now)
    DateOffer.offer(row, starts_at=now + timedelta(days=9), hours=2, place="会議室", by=cast.auditor, at=now)
    assert words(cast.section_officer) == ["実査の日を選んでください"]
    assert words(cast.clerk) == []
    row.date_offers.get().choose(by=cast.section_officer, at=now)
    assert words(cast.auditor) == ["課が選んだ日で実査を確定してください"]


def test_the_list_leaves_the_portal_as_a_table_of_what_one_sees(cast, now):
    row = rows.engagement(cast, at=now)
    assert row.number in text_of(take(cast.client(cast.auditor), "audits.engagements"))
    assert row.number not in text_of(take(cast.client(cast.clerk), "audits.engagements"))


def test_a_special_audit_is_begun_by_the_head_on_its_page(cast, now):
    ends = (now + timedelta(days=90)).date()
    data = {"kind": "section", "department": cast.section.pk, "purpose": "再発防止", "special_reason": "事故", "clauses": "3-5"}
    data |= {"ends_on_year": ends.year, "ends_on_month": ends.month, "ends_on_day": ends.day, "my_number": "on"}
    assert get(cast, cast.audit_head, "engagement_begin").status_code == 200
    assert post(cast, cast.audit_head, "engagement_begin", **{**data, "kind": "contractor"}).status_code == 422
    assert post(cast, cast.audit_head, "engagement_begin", **data).status_code == 302
    row = Engagement.objects.get()
    assert (row.is_special, row.clauses, row.programme) == (True, ["3.5"], None)
    assert post(cast, cast.auditor, "engagement_begin", **data).status_code == 403


def test_no_page_has_inline_script_or_style(cast, now):
    row = rows.fieldwork(cast, at=now)
    for tab in TABS:
        page = get(cast, cast.auditor, tab, row.pk).content.decode()
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son[a-z]+=", page), tab


def test_a_report_is_begun_at_once_and_bettered_only_with_its_reason(cast, now):
    row = rows.reporting(cast, at=now)
    assert "報告書を改める" not in get(cast, cast.auditor, "report", row.pk).content.decode()
    post(cast, cast.auditor, "engagement_do", row.pk, "begin-report")
    Finding.exchange(row, by=cast.auditor, at=now)
    report = AuditReport.objects.get()
    report.edit(summary="おおむね良好", by=cast.auditor, at=now)
    report.issue(by=cast.auditor, at=now)
    page = get(cast, cast.auditor, "report", row.pk).content.decode()
    assert "報告書を書き始める" not in page
    assert "報告書を改める" in page
    assert post(cast, cast.auditor, "engagement_do", row.pk, "better-report", change_reason="").status_code == 422
    post(cast, cast.auditor, "engagement_do", row.pk, "better-report", change_reason="数の誤り")
    assert AuditReport.objects.get(version=2).change_reason == "数の誤り"


def test_a_plan_that_lacks_something_says_what_and_is_not_offered_for_approval(cast, now):
    plan = AuditProgramme.begin(2026, by=cast.audit_head, at=rows.MAY)
    page = get(cast, cast.audit_head, "programme", plan.pk).content.decode()
    assert "監査のテーマがありません" in page
    assert "監査計画を承認する" not in page
