"""Exceptions (3.11.4): permitted by the CISO or reported afterwards, with an end that never moves, looked at again, seen on the map."""

import csv
import json
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Request
from musashimurayama_isms.approvals.reminders import expire_over
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy import exception_figures
from policy.coverage import Coverage
from policy.exception_clauses import exceptions_follow
from policy.exception_days import latest_before, latest_end, months_later
from policy.exception_forms import ExceptionForm
from policy.exception_reminders import remind_exceptions
from policy.exception_waiting import waiting_for
from policy.models import CompensatingMeasure, ExceptionReview, PolicyException
from policy.visits import Operator

from .factory import make_absence
from .policy_rows import make_policy
from .taken import take
from .test_coverage import make_obligation

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
UNTIL = date(2027, 3, 31)
CONTENT = {
    "clauses": ["3.2.2.1.1"],
    "what": "書架に鍵を掛けられない",
    "reason": "鍵の部品が届かないため",
    "risk": "本が持ち出されるおそれ",
    "measures": [{"what": "当番が見回る", "owner": "SECTION_OFFICER"}, {"what": "台数を毎日数える", "owner": "TERMINAL_USER"}],
}


def later(**delta) -> datetime:
    return AT + timedelta(**delta)


@pytest.fixture
def library(cast):
    """The small policy in force with three obligations, and the types of requests; gives the cast."""
    make_policy()
    load_request_types()
    make_obligation("3.2.2.1.1", summary="鍵を掛けます。")
    make_obligation("3.2.2.1.2", summary="パスワードを付けます。")
    make_obligation("3.3", summary="勝手に送りません。")
    return cast


def submit(request: Request, cast, *, at: datetime = AT, starts_on: date | None = None, ends_on: date | None = UNTIL, **content) -> Request:
    """A clerk's draft, handed over and submitted by the 課長."""
    request.edit({**CONTENT, **content}, starts_on=starts_on, ends_on=ends_on, by=cast.clerk, at=at)
    request.prepare(by=cast.clerk, at=at)
    request.submit(by=cast.section_officer, at=at)
    return request


def decide(request: Request, by, outcome: str = "permit", *, at: datetime = AT, **words) -> None:
    Decision.take(request, outcome, by=by, at=at, digest=request.current_version.digest, **words)
    request.refresh_from_db()


def permitted(cast, *, at: datetime = AT, **fields) -> PolicyException:
    request = submit(PolicyException.begin(by=cast.clerk, at=at), cast, at=at, **fields)
    decide(request, cast.ciso, at=at)
    return PolicyException.objects.get(request=request)


def emergency(cast, *, taken_at: datetime = AT - timedelta(hours=3), at: datetime = AT, **fields) -> PolicyException:
    request = Request.draft("emergency-exception", by=cast.clerk, at=at)
    submit(request, cast, at=at, taken_at=taken_at.isoformat(), **fields)
    return PolicyException.objects.get(request=request)


def told(user) -> list[str]:
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


# -- by permit (3.11.4.1) ----------------------------------------------------------------------------------------------
def test_what_a_clerk_drafts_and_the_chief_submits_is_in_force_once_the_ciso_permits_it(library):
    request = submit(PolicyException.begin(by=library.clerk, at=AT, clauses=["3.2.2.1.1"], reason="部品待ち"), library)
    for one_of_its_own in (library.clerk, library.section_officer):
        with pytest.raises(PermissionDenied):
            decide(request, one_of_its_own)
    decide(request, library.ciso, conditions="毎週報告すること")
    exception = PolicyException.objects.get(request=request)
    assert (request.status, exception.status, exception.department) == ("running", "in_force", library.section)
    assert (exception.since, exception.until, exception.state(AT.date())) == (AT.date(), UNTIL, "実施中")
    assert [row.number for row in exception.clauses.all()] == ["3.2.2.1.1"]
    assert [(row.what, row.done_at) for row in exception.measures.all()] == [("当番が見回る", None), ("台数を毎日数える", None)]
    assert Entry.objects.about(exception).get().verb == "policy.exception.granted"


def test_a_refusal_makes_no_exception(library):
    request = submit(PolicyException.begin(by=library.clerk, at=AT), library)
    decide(request, library.ciso, "refuse", comment="別の方法があります。")
    assert not PolicyException.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_on": None}, "終わりの日を入力"),
        ({"ends_on": date(2027, 4, 1)}, "令和9年3月31日まで"),
        ({"ends_on": date(2026, 11, 25)}, "終わりの日が過ぎて"),
        ({"clauses": []}, "従わない条項"),
        ({"measures": []}, "代わりの方法"),
    ],
)
def test_without_a_clause_other_means_and_a_last_day_within_the_citys_limit_nothing_is_submitted(library, change, words):
    with pytest.raises(InvalidTransition, match=words):
        submit(PolicyException.begin(by=library.clerk, at=AT), library, **change)


def test_the_chief_closes_it_with_a_report_and_the_request_is_complete(library):
    exception = permitted(library)
    with pytest.raises(InvalidTransition, match="完了を報告する"):
        exception.request.complete(by=library.clerk, at=AT)
    with pytest.raises(PermissionDenied):
        exception.close(by=library.colleague, at=AT, report="戻した")
    exception.close(by=library.section_officer, at=later(days=3), report="鍵を付けた")
    exception.request.refresh_from_db()
    assert (exception.status, exception.ending, exception.request.status) == ("ended", "鍵を付けた", "completed")
    with pytest.raises(InvalidTransition):
        exception.close(by=library.clerk, at=later(days=3), report="もう一度")


def test_recalled_by_the_ciso_it_is_revoked_and_from_the_list_as_from_the_request(library):
    first, second = permitted(library), permitted(library)
    first.request.recall(by=library.ciso, at=AT, reason="事故が起きたため")
    with pytest.raises(PermissionDenied):
        second.order_end(by=library.central_manager, at=AT, reason="不要")
    second.order_end(by=library.ciso, at=AT, reason="事故が起きたため")
    first.refresh_from_db()
    second.request.refresh_from_db()
    assert (first.status, second.status, second.request.status) == ("revoked", "revoked", "recalled")
    assert second.ending == "事故が起きたため"


def test_after_its_last_day_it_is_over_by_itself_and_waits_for_its_report(library):
    exception = permitted(library, ends_on=date(2026, 11, 30))
    over = datetime(2026, 12, 1, 0, 30, tzinfo=TOKYO)
    expire_over(at=over)
    exception.refresh_from_db()
    assert (exception.status, exception.state(over.date())) == ("in_force", "期間満了")
    assert list(PolicyException.objects.over(on=over.date())) == [exception]
    assert [(row.act, row.due) for row in waiting_for(library.clerk, at=over)] == [("完了報告", exception.until)]
    exception.close(by=library.clerk, at=over, report="鍵を付けた")
    exception.request.refresh_from_db()
    assert exception.request.status == "completed"


def test_the_other_means_are_ticked_off_by_the_section_alone(library):
    measure = permitted(library).measures.first()
    with pytest.raises(PermissionDenied):
        measure.mark_done(by=library.ciso, at=AT)
    measure.mark_done(by=library.colleague, at=AT)
    measure = CompensatingMeasure.objects.get(pk=measure.pk)
    assert (measure.done_at, measure.done_by) == (AT, library.colleague)
    with pytest.raises(InvalidTransition):
        measure.mark_done(by=library.colleague, at=AT)


# -- extension ---------------------------------------------------------------------------------------------------------
def test_an_extension_is_a_new_request_and_the_old_one_ends_when_it_begins(library):
    old = permitted(library, ends_on=date(2026, 12, 10))
    with pytest.raises(PermissionDenied):
        old.extend(by=library.outsider_clerk, at=AT)
    draft = old.extend(by=library.clerk, at=AT)
    assert old.extend(by=library.clerk, at=AT) == draft
    assert (draft.content["what"], draft.content["starts_on"]) == (CONTENT["what"], "2026-12-11")
    submit(draft, library, starts_on=date(2026, 12, 11))
    with pytest.raises(InvalidTransition):
        old.extend(by=library.colleague, at=AT)
    decide(draft, library.ciso)
    new = PolicyException.objects.get(request=draft)
    assert (new.extends, new.state(AT.date()), old.state(AT.date())) == (old, "開始前", "実施中")
    remind_exceptions(at=datetime(2026, 12, 11, 0, 12, tzinfo=TOKYO))
    old.refresh_from_db()
    old.request.refresh_from_db()
    assert (old.status, old.until, old.request.status) == ("ended", date(2026, 12, 10), "completed")
    assert old.ending == f"{new}に引き継いだため"


def test_one_that_has_ended_meanwhile_is_not_extended(library):
    old = permitted(library)
    draft = submit(old.extend(by=library.clerk, at=AT), library, starts_on=date(2026, 12, 1))
    old.close(by=library.clerk, at=AT, report="鍵を付けた")
    with pytest.raises(InvalidTransition, match="すでに「終了」"):
        decide(draft, library.ciso)


# -- in an emergency (3.11.4.2) ----------------------------------------------------------------------------------------
def test_an_emergency_exists_since_it_was_taken_and_the_ciso_is_told_at_once(library):
    exception = emergency(library)
    assert (exception.is_emergency, exception.request.status, exception.since) == (True, "completed", AT.date())
    assert exception.awaits_acknowledgement
    notice = Notification.objects.get(recipient=library.ciso)
    assert notice.urgent
    with pytest.raises(PermissionDenied):
        exception.acknowledge(by=library.central_manager, at=AT)
    exception.acknowledge(by=library.ciso, at=AT)
    assert exception.acknowledged_by == library.ciso
    assert exception.is_open
    with pytest.raises(InvalidTransition):
        exception.acknowledge(by=library.ciso, at=AT)


def test_the_ciso_orders_an_emergency_ended_and_the_section_hears_why(library):
    exception = emergency(library)
    exception.order_end(by=library.ciso, at=AT, reason="すぐに戻してください")
    assert (exception.status, exception.ending) == ("revoked", "すぐに戻してください")
    assert not exception.awaits_acknowledgement
    assert any("取り消されました" in title for title in told(library.clerk))


def test_for_an_absent_ciso_the_general_manager_answers(library):
    exception = emergency(library)
    make_absence(library.ciso, starts_at=AT)
    exception.acknowledge(by=library.general_manager, at=later(hours=1))
    assert "代理" in exception.acknowledged_as


def test_a_silent_ciso_is_reminded_after_the_citys_term_once_a_day(library):
    exception = emergency(library)
    due = exception.acknowledge_by(3)
    remind_exceptions(at=due - timedelta(minutes=1))
    assert not [title for title in told(library.ciso) if "期限超過" in title]
    for moment in (due, due + timedelta(hours=1), due + timedelta(days=1)):
        remind_exceptions(at=moment)
    assert len([title for title in told(library.ciso) if "期限超過" in title]) == 2


def test_an_emergency_is_turned_into_an_ordinary_one_by_a_request(library):
    exception = emergency(library, ends_on=date(2026, 12, 10))
    draft = submit(exception.extend(by=library.clerk, at=AT), library)
    decide(draft, library.ciso)
    exception.refresh_from_db()
    assert exception.status == "ended"
    assert PolicyException.objects.get(request=draft).extends == exception


def test_what_was_taken_lies_in_the_past(library):
    with pytest.raises(InvalidTransition, match="未来"):
        emergency(library, taken_at=later(hours=1))


# -- reviews (3.11.4.3) ------------------------------------------------------------------------------------------------
def test_the_ciso_looks_at_it_again_at_the_citys_interval(library):
    start = datetime(2026, 5, 20, 10, 0, tzinfo=TOKYO)
    exception = permitted(library, at=start)
    due = date(2026, 11, 20)
    assert not PolicyException.objects.due_for_review(on=due - timedelta(days=1)).exists()
    assert list(PolicyException.objects.due_for_review(on=due)) == [exception]
    figures = exception_figures.reviews(at=AT)
    assert (figures.open, figures.late, figures.total) == (1, 1, 1)
    remind_exceptions(at=AT)
    assert "見直しが必要な例外措置が1件あります" in told(library.ciso)
    with pytest.raises(PermissionDenied):
        ExceptionReview.write(exception, "go_on", by=library.central_manager, at=AT)
    assert [row.act for row in waiting_for(library.ciso, at=AT)] == ["見直し"]
    ExceptionReview.write(exception, "ask_end", note="部品は届いたはずです", by=library.ciso, at=AT)
    assert not PolicyException.objects.due_for_review(on=AT.date()).exists()
    assert any("終了を求められました" in title for title in told(library.section_officer))
    assert exception_figures.reviews(at=AT).late == 0


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 12))
def test_what_is_due_in_the_database_is_due_in_the_row(day, on, months):
    assert (day <= latest_before(on, months)) == (months_later(day, months) <= on)


def test_the_longest_run_is_the_citys(library):
    assert latest_end(date(2026, 11, 26)) == date(2027, 3, 31)


def test_its_people_are_reminded_before_the_end_and_after(library):
    exception = permitted(library, ends_on=date(2026, 12, 31))
    for day in (date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 2)):
        remind_exceptions(at=datetime(day.year, day.month, day.day, 9, tzinfo=TOKYO))
    titles = [title for title in told(library.clerk) if title.startswith("例外措置")]
    assert all(str(exception) in title for title in titles)
    assert [title[:12] for title in titles] == [*["例外措置がまもなく終わり"] * 2, "例外措置の期間が終わりま"]


# -- who sees it -------------------------------------------------------------------------------------------------------
def test_its_section_those_above_it_and_the_audit_see_it_and_nobody_else(library):
    exception = permitted(library)
    seen = {name for name in vars(library) if hasattr(getattr(library, name), "staff_number")}
    seen = {name for name in seen if exception in PolicyException.objects.visible_to(getattr(library, name), at=AT)}
    section = {"clerk", "colleague", "section_officer", "promoter", "division_officer"}
    assert seen == section | {"ciso", "general_manager", "central_manager", "audit_head", "auditor"}


# -- the map -----------------------------------------------------------------------------------------------------------
def marks() -> dict[str, int]:
    return {line.obligation.clause: line.exceptions for line in Coverage(Operator(at=timezone.now())).lines}


def now_permitted(cast, **fields) -> PolicyException:
    """One that runs today, whatever day the tests run on."""
    at = timezone.now()
    day = timezone.localdate(at)
    return permitted(cast, at=at, ends_on=min(latest_end(day), day + timedelta(days=100)), **fields)


def test_the_map_shows_the_clauses_under_exception_and_what_is_below_them(library):
    now_permitted(library, clauses=["3.2.2"])
    one = now_permitted(library, clauses=["3.2.2.1.1", "3.2.2"])
    assert marks() == {"3.2.2.1.1": 2, "3.2.2.1.2": 2, "3.3": 0}
    answer = library.client(library.outsider_clerk).get(reverse("policy:coverage"))
    assertContains(answer, "例外措置中 2件")
    out = StringIO()
    call_command("coverage", "--json", stdout=out)
    assert [row["exceptions"] for row in json.loads(out.getvalue())] == [2, 2, 0]
    one.close(by=library.clerk, at=timezone.now(), report="済み")
    assert marks()["3.2.2.1.1"] == 1


def test_a_running_exception_follows_its_clauses_into_a_new_text_and_an_ended_one_keeps_its_numbers(library):
    ended, running = (permitted(library, clauses=["3.2.2.1.1", "3.2.2.1.2"]) for _ in range(2))
    ended.close(by=library.clerk, at=AT, report="戻した")
    exceptions_follow({"3.2.2.1.1": "3.2.2.1.2", "3.2.2.1.2": "3.2.2.1.1"})
    assert [row.number for row in ended.clauses.all()] == ["3.2.2.1.1", "3.2.2.1.2"]
    assert [row.number for row in running.clauses.all()] == ["3.2.2.1.2", "3.2.2.1.1"]


def test_the_page_of_a_clause_names_those_that_the_person_sees(library):
    now_permitted(library)
    address = reverse("policy:clause", args=["3.2.2.1"])
    assertContains(library.client(library.clerk).get(address), CONTENT["what"])
    assertNotContains(library.client(library.outsider_clerk).get(address), CONTENT["what"])


# -- pages -------------------------------------------------------------------------------------------------------------
def queries(client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_list_and_the_map_ask_the_same_number_of_questions_however_many_there_are(library):
    now_permitted(library)
    client = library.client(library.ciso)
    addresses = [reverse("policy:exceptions"), reverse("policy:coverage")]
    before = [queries(client, address) for address in addresses]
    for clauses in (["3.2.2"], ["3.3", "3.2.2.1"], ["3.2.2.1.2"]):
        now_permitted(library, clauses=clauses)
    assert [queries(client, address) for address in addresses] == before


def test_the_list_is_narrowed_by_clause_state_and_year_and_taken_out_as_it_stands(library):
    first, second = now_permitted(library), now_permitted(library, clauses=["3.3"], what="送ってしまう")
    second.close(by=library.clerk, at=timezone.now(), report="やめた")
    client, address = library.client(library.auditor), reverse("policy:exceptions")
    assert [row.pk for row in client.get(address).context["page_obj"]] == [first.pk]
    assert [row.pk for row in client.get(address, {"state": "all", "clause": "3-3"}).context["page_obj"]] == [second.pk]
    assert [row.pk for row in client.get(address, {"state": "closed", "section": "3.2"}).context["page_obj"]] == []
    answer = take(client, "policy.exceptions", state="all")
    assert "%E3%80%90%E5%88%86%E9%A1%9E%E2%85%A1%E3%80%91" in answer["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert {(row["番号"], row["状態"]) for row in rows} == {(second.request.number, "終了"), (first.request.number, "実施中")}
    assert Entry.objects.filter(verb="exports.table.taken").get().changes["count"] == 2


def test_the_list_comes_on_paper_with_its_class(library):
    now_permitted(library)
    library.client(library.ciso).post(reverse("policy:exceptions_paper"))
    job = Job.objects.get()
    run_job(job.pk)
    assert JobResult.objects.get(job=job).name.startswith("【分類Ⅱ】例外措置一覧-")


def test_the_ciso_answers_an_emergency_in_the_browser_and_records_a_review(library):
    at = timezone.now()
    exception = emergency(library, taken_at=at - timedelta(hours=1), at=at, ends_on=timezone.localdate(at))
    client, address = library.client(library.ciso), exception.get_absolute_url()
    assertContains(client.get(reverse("policy:exceptions")), "あなたの対応を待っているもの")
    assertContains(client.get(address), "確認した")
    assertRedirects(client.post(reverse("policy:exception_acknowledge", args=[exception.pk])), address)
    refused = client.post(reverse("policy:exception_review", args=[exception.pk]), {"review-result": "ask_end", "review-note": " "})
    assertContains(refused, "終了を求める理由", status_code=422)
    client.post(reverse("policy:exception_review", args=[exception.pk]), {"review-result": "go_on"})
    assertContains(client.get(address), "継続してよい")
    client.post(reverse("policy:exception_order_end", args=[exception.pk]), {"reason": "戻してください"})
    exception.refresh_from_db()
    assert exception.status == "revoked"


def test_a_section_extends_and_closes_in_the_browser(library):
    exception = now_permitted(library)
    client = library.client(library.clerk)
    answer = client.post(reverse("policy:exception_extend", args=[exception.pk]))
    draft = Request.objects.get(drafter=library.clerk, status="draft")
    assertRedirects(answer, draft.get_absolute_url(), fetch_redirect_response=False)
    assertContains(client.get(reverse("approvals:draft", args=[draft.pk])), "当番が見回る")
    assert client.post(reverse("policy:exception_close", args=[exception.pk]), {"report": ""}).status_code == 422
    client.post(reverse("policy:exception_close", args=[exception.pk]), {"report": "鍵を付けた"})
    exception.refresh_from_db()
    assert exception.ending == "鍵を付けた"


# -- the form ----------------------------------------------------------------------------------------------------------
def form(cast, **data) -> ExceptionForm:
    days = {"starts_on_year": "2026", "starts_on_month": "12", "starts_on_day": "1", "ends_on_year": "R9", "ends_on_month": "3"}
    words = {"what": "鍵", "reason": "部品", "risk": "紛失", "measures_what_1": "見回り", "measures_owner_1": "PROMOTER"}
    request = PolicyException.begin(by=cast.clerk, at=AT)
    return ExceptionForm({**days, "ends_on_day": "31", **words, **data}, request=request, user=cast.clerk, at=AT)


def test_clauses_are_ticked_or_typed_as_people_write_them_and_come_in_the_order_of_the_document(library):
    filled = form(library, clauses=["3.3"], numbers="3-2(2)ア(イ)、３－２（２）ア（ア）")
    assert filled.is_valid(), filled.errors
    assert filled.content()["clauses"] == ["3.2.2.1.1", "3.2.2.1.2", "3.3"]
    assert filled.content()["measures"] == [{"what": "見回り", "owner": "PROMOTER"}]
    again = ExceptionForm(ExceptionForm.data_of(filled.content()), request=filled.request, user=library.clerk, at=AT)
    assert again.is_valid()
    assert again.content() == filled.content()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "clauses"),
        ({"numbers": "3-9(9)"}, "numbers"),
        ({"numbers": "鍵のところ"}, "numbers"),
        ({"numbers": "3-3", "measures_what_1": ""}, "measures"),
        ({"numbers": "3-3", "ends_on_month": "4", "ends_on_day": "1"}, "ends_on"),
        ({"numbers": "3-3", "ends_on_day": ""}, "ends_on"),
    ],
)
def test_what_is_missing_or_unknown_is_said_beside_the_field(library, data, field):
    assert list(form(library, **data).errors) == [field]
