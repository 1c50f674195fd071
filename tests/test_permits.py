"""The permit on paper and its code, which the portal resolves for any member of staff."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.permits import Permit, Verification, printed_code
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job

from .test_approvals import AT, SECTION, SOON, decide, errand


@pytest.fixture
def permitted(cast) -> Request:
    request = errand(cast.clerk, ("any", SECTION))
    request.edit(request.content, starts_on=date(2026, 11, 26), ends_on=date(2026, 11, 30), by=cast.clerk, at=AT)
    request.submit(by=cast.clerk, at=AT)
    decide(request, cast.section_officer, conditions="ケースに鍵をかけること")
    return request


def test_a_code_as_it_is_typed_says_whether_the_permit_counts_today(cast, permitted):
    typed = printed_code(permitted.permit_code).lower().replace("-", " ")
    found = Verification.of(typed, user=cast.outsider_clerk, at=SOON)
    assert found.is_valid
    assert not found.may_open
    assert not Verification.of(typed, user=cast.outsider_clerk, at=AT + timedelta(days=5)).is_valid
    permitted.recall(by=cast.section_officer, at=SOON, reason="媒体の故障")
    assert "取消" in Verification.of(typed, user=cast.clerk, at=SOON).words
    assert Verification.of("ABCD-EFGH-JKLM", user=cast.clerk, at=SOON) is None


def test_the_page_tells_a_stranger_no_more_than_whether_it_counts(cast, permitted):
    page = cast.client(cast.outsider_clerk).get(reverse("approvals:verify"), {"code": permitted.permit_code}).content.decode()
    assert permitted.number in page
    assert permitted.title not in page
    assert permitted.get_absolute_url() not in page


def test_the_paper_has_the_decision_its_conditions_and_the_code(cast, permitted):
    job = enqueue("approvals.permit", by=cast.clerk, subject=permitted, request=str(permitted.pk))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.results.get().name == f"許可証-{permitted.type.name}-R8-001.pdf"
    permit = Permit.of(permitted)
    assert permit.conditions == ["ケースに鍵をかけること"]
    assert [row.person for row in permit.decisions] == [cast.section_officer]


def test_who_may_not_see_the_request_gets_no_paper(cast, permitted):
    job = enqueue("approvals.permit", by=cast.outsider_clerk, request=str(permitted.pk))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert not job.results.exists()
