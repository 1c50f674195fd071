"""The pages of 規程・手順: who meets what, what a form refuses, and that rows cost no queries."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.models import Reading
from policy.catalogue import load_laws
from policy.models import DocumentVersion, Law, ReadingGrant, Regulation, SectionDocument

from .document_rows import approve, make_document, make_regulation, write
from .policy_rows import make_policy

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate(NOW)
UNTIL = TODAY + timedelta(days=30)


@pytest.fixture
def types():
    load_request_types()


@pytest.fixture
def in_force(cast, types):
    document = make_document(cast.section, by=cast.clerk, at=NOW, clauses=["3.2.2.1"])
    return approve(
        write(document.versions.get(), by=cast.clerk, at=NOW), asked_by=cast.section_officer, decided_by=cast.central_manager, at=NOW
    )


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def days(name, day) -> dict:
    return {f"{name}_year": day.year, f"{name}_month": day.month, f"{name}_day": day.day}


def test_from_the_register_to_a_document_in_force(cast, types):
    """A clerk begins it, the chief asks, the central manager permits: the register says so."""
    make_regulation("byod")
    clerk, chief = cast.client(cast.clerk), cast.client(cast.section_officer)
    assertContains(clerk.get(reverse("policy:regulations")), "なし")
    begin = f"{reverse('policy:new_document')}?regulation=byod"
    assertContains(clerk.get(begin), "checked")
    facts = {
        "title": "端末の規程",
        "kind": "rule",
        "confidentiality": "internal",
        "clauses": "３－２（２）ア",
        "regulations": Regulation.objects.get().pk,
    }
    clerk.post(begin, facts)
    draft = DocumentVersion.objects.get()
    assert draft.document.clauses == ["3.2.2.1"]
    write_url = reverse("policy:write_version", args=[draft.pk])
    kept = {"text": "申し出ます。", "uploads": SimpleUploadedFile("様式.txt", "様式".encode()), "keep": "1"}
    assertRedirects(clerk.post(write_url, kept), write_url)
    sent = {"text": "申し出ます。", **days("effective_on", TODAY), **days("review_on", TODAY + timedelta(days=365)), "ask": "1"}
    assertRedirects(chief.post(write_url, sent), draft.document.get_absolute_url())
    request = Request.objects.get()
    assert request.is_in_review
    draft.refresh_from_db()
    draft.approve(by=cast.central_manager, at=NOW)
    page = cast.client(cast.outsider_clerk).get(draft.document.get_absolute_url())
    assertContains(page, "申し出ます。")
    assertContains(page, "様式.txt")
    assertContains(clerk.get(reverse("policy:regulations")), "整備済み")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"clauses": "九条"}, "条項の番号として読めません"),
        ({"kind": "procedure", "confidentiality": "public"}, "実施手順は公開できません"),
        ({"title": ""}, "入力してください"),
    ],
)
def test_a_bad_document_is_told_beside_the_field_and_what_was_typed_stays(cast, changed, message):
    facts = {"title": "残る文書名", "kind": "rule", "confidentiality": "internal", "clauses": ""} | changed
    answer = cast.client(cast.clerk).post(reverse("policy:new_document"), facts)
    assertContains(answer, message, status_code=422)
    assert "title" in changed or "残る文書名" in answer.content.decode()
    assert not SectionDocument.objects.exists()


def test_asking_for_an_empty_draft_or_a_day_of_the_past_is_refused_beside_the_field(cast, types):
    document = make_document(cast.section, by=cast.clerk, at=NOW)
    url = reverse("policy:write_version", args=[document.versions.get().pk])
    past = {"ask": "1", **days("effective_on", TODAY - timedelta(days=1)), **days("review_on", TODAY)}
    answer = cast.client(cast.clerk).post(url, past)
    for message in ("本文を書くか、ファイルを選んでください。", "施行日が過ぎています", "施行日より後の日"):
        assertContains(answer, message, status_code=422)
    assert not Request.objects.exists()


def test_reading_a_restricted_document_is_recorded_and_a_stranger_meets_nothing(cast, in_force):
    url = in_force.document.get_absolute_url()
    assert cast.client(cast.outsider_clerk).get(url).status_code == 404
    assert cast.client(cast.administrator).get(reverse("policy:document_version", args=[in_force.pk])).status_code == 404
    assert not Reading.objects.exists()
    assertContains(cast.client(cast.ciso).get(url), "鍵を掛けます。")
    assert Reading.objects.about(in_force.document).get().person == cast.ciso


def test_a_reader_named_on_the_page_reads_and_the_page_says_why(cast, in_force):
    url = reverse("policy:document_readers", args=[in_force.document_id])
    chief = cast.client(cast.section_officer)
    both = {"department": cast.other_section.pk, "person": cast.auditor.pk, "reason": "監査", **days("until", UNTIL)}
    assertContains(chief.post(url, both), "どちらか一つ", status_code=422)
    assertRedirects(chief.post(url, both | {"department": ""}), url)
    assertContains(chief.get(url), "閲覧の許可：監査")
    assertContains(cast.client(cast.auditor).get(in_force.document.get_absolute_url()), "鍵を掛けます。")
    assertContains(chief.post(url, both | {"department": ""}), "すでに閲覧を許可しています", status_code=422)


def test_the_titles_of_restricted_documents_stay_off_the_pages_of_strangers(cast, in_force):
    make_policy()
    regulation = make_regulation("procedure", clauses=["3.2.2.1"], per="section")
    in_force.document.describe(by=cast.section_officer, at=NOW, clauses=["3.2.2.1"], regulations=[regulation])
    pages = (regulation.get_absolute_url(), reverse("policy:clause", args=["3.2.2.1"]), reverse("policy:documents"))
    for url in pages:
        assertNotContains(cast.client(cast.outsider_clerk).get(url), in_force.document.title)
        assertContains(cast.client(cast.clerk).get(url), in_force.document.title)


def test_where_a_document_lies_is_stated_and_taken_back_on_the_page(cast):
    regulation = make_regulation("byod")
    manager, url = cast.client(cast.central_manager), reverse("policy:keep_elsewhere", args=["byod"])
    ahead = {"where": "書庫", **days("since", TODAY + timedelta(days=1))}
    assertContains(manager.post(url, ahead), "未来", status_code=422)
    assertRedirects(manager.post(url, ahead | days("since", TODAY)), regulation.get_absolute_url())
    assertContains(manager.get(regulation.get_absolute_url()), "別途保管：書庫")
    manager.post(reverse("policy:bring_back", args=["byod"]))
    assertContains(manager.get(regulation.get_absolute_url()), "なし")


def test_a_review_is_recorded_on_the_page(cast, in_force):
    url = reverse("policy:review_document", args=[in_force.document_id])
    chief = cast.client(cast.section_officer)
    assertContains(chief.post(url, days("review_on", TODAY)), "今日より後の日", status_code=422)
    assertRedirects(chief.post(url, days("review_on", UNTIL)), in_force.document.get_absolute_url())
    assert SectionDocument.objects.get().review_on == UNTIL


def test_a_law_is_checked_off_on_its_page(cast):
    load_laws()
    law = Law.objects.get(code="copyright-act")
    manager = cast.client(cast.central_manager)
    marked = {"mark": "check", "mark_reason": "", **days("next_check_on", UNTIL)}
    assertContains(manager.post(law.get_absolute_url(), marked), "理由を入力してください", status_code=422)
    assertRedirects(manager.post(law.get_absolute_url(), marked | {"mark_reason": "改正があった"}), law.get_absolute_url())
    assertContains(manager.get(f"{reverse('policy:laws')}?mark=check"), "著作権法")


def test_the_desk_asks_for_reviews_that_have_no_duty_of_their_own(cast):
    load_laws()
    regulation = make_regulation("byod", title="端末の規程")
    regulation.keep_elsewhere(where="書庫", since=TODAY, review_on=TODAY - timedelta(days=1), by=cast.central_manager, at=NOW)
    Law.objects.filter(code="copyright-act").update(next_check_on=TODAY - timedelta(days=1))
    for person, expected in ((cast.central_manager, True), (cast.section_officer, False)):
        desk = cast.client(person).get(reverse("desk")).content.decode()
        assert ("端末の規程" in desk, "著作権法" in desk) == (expected, expected)


def test_rows_cost_no_queries(cast, in_force):
    """Register, lists, a document with its readers, a clause's panel: few or many, the same."""
    load_laws()
    make_policy()
    regulation = make_regulation("procedure", clauses=["3.2.2.1"], per="section")
    in_force.document.describe(by=cast.section_officer, at=NOW, clauses=["3.2.2.1"], regulations=[regulation])
    ReadingGrant.give(in_force.document, person=cast.auditor, reason="監査", until=UNTIL, by=cast.section_officer, at=NOW)
    client = cast.client(cast.section_officer)
    urls = [reverse(f"policy:{name}") for name in ("regulations", "documents", "laws")]
    urls += [regulation.get_absolute_url(), in_force.document.get_absolute_url(), reverse("policy:clause", args=["3.2.2.1"])]
    urls += [reverse("policy:document_readers", args=[in_force.document_id]), reverse("desk")]
    few = [queries_of(client, url) for url in urls]
    for place in range(4):
        make_regulation(f"more-{place}", clauses=["3.2.2.1"])
        document = make_document(cast.section, by=cast.clerk, at=NOW, title=f"文書{place}", regulations=[regulation], clauses=["3.2.2.1"])
        version = write(document.versions.get(), by=cast.clerk, at=NOW)
        DocumentVersion.objects.filter(pk=version.pk).update(
            status="approved", approved_at=NOW, approved_by=cast.central_manager, announced_at=NOW
        )
        number = in_force.document.versions.count() + 1
        DocumentVersion.objects.create(document=in_force.document, number=number, status="discarded", drafted_by=cast.clerk, drafted_at=NOW)
        ReadingGrant.give(
            in_force.document, person=cast.everyone()[-place - 1], reason="支援", until=UNTIL, by=cast.section_officer, at=NOW
        )
    assert Department.objects.count() > 4
    assert [queries_of(client, url) for url in urls] == few
