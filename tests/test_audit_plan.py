"""The plan of an audit: by an auditor of another line, acknowledged by the audit head, by the committee where it is needed."""

from datetime import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.datastructures import MultiValueDict

from audits.forms import AuditPlanForm
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Chair, Decision, Request
from musashimurayama_isms.fiscal import TOKYO

AT = datetime(2026, 5, 14, 10, 0, tzinfo=TOKYO)


def answers(cast, **words) -> MultiValueDict:
    """The form as a browser sends it, with everything answered but what `words` say otherwise."""
    given = {"kind": "regular", "purpose": "媒体の管理を確かめる", "themes": "持ち出しと保管", "standards": "第3章", "team": "監査人1人"}
    given |= {"methods": ["documents", "interview"], "sections": [cast.section.pk], "starts_on": "2026-06-15", "ends_on": "2026-07-31"}
    return AuditPlanForm.data_of(given | {"my_number": "out", "needs_committee": "no", "ground": "一つの課だけの監査です。"} | words)


def plan(cast, **words) -> Request:
    """A submitted plan, filled in through its form."""
    load_request_types()
    request = Request.draft("audit-plan", by=cast.auditor, at=AT)
    form = AuditPlanForm(answers(cast, **words), request=request, at=AT, user=cast.auditor)
    assert form.is_valid(), form.errors
    request.edit(form.content_so_far(), **form.period(), by=cast.auditor, at=AT)
    request.submit(by=cast.auditor, at=AT)
    return request


def decide(request, by) -> Decision:
    return Decision.take(request, "permit", by=by, at=AT, digest=request.current_version.digest)


def test_the_audit_head_alone_acknowledges_a_plan_that_needs_no_committee(cast):
    request = plan(cast)
    for person in cast.everyone():
        if person != cast.audit_head:
            with pytest.raises(PermissionDenied):
                decide(request, person)
    decide(request, cast.audit_head)
    request.refresh_from_db()
    assert request.status == Request.Status.COMPLETED


def test_where_the_committee_is_needed_its_resolution_follows(cast):
    request = plan(cast, needs_committee="yes")
    decide(request, cast.audit_head)
    request.refresh_from_db()
    assert [seat.chair for seat in request.open_step.seats.all()] == [Chair.COMMITTEE]


def test_only_an_auditor_submits(cast):
    load_request_types()
    request = Request.draft("audit-plan", by=cast.clerk, at=AT)
    with pytest.raises(PermissionDenied):
        request.submit(by=cast.clerk, at=AT)


def test_nobody_plans_to_audit_the_own_line(cast):
    load_request_types()
    request = Request.draft("audit-plan", by=cast.clerk, at=AT)
    form = AuditPlanForm({"sections": [cast.section.pk]}, request=request, at=AT, user=cast.clerk)
    assert not form.is_valid()
    assert "同じ部の課" in str(form.errors["sections"])
    other = AuditPlanForm({"sections": [cast.other_section.pk]}, request=request, at=AT, user=cast.clerk)
    assert "sections" not in other.errors
