"""One audit from the request to the last piece of evidence: who may do what, and that no phase ends over missing parts."""

import pytest

from audits.models import Engagement

from . import audit_rows as rows

pytestmark = pytest.mark.django_db


def test_the_whole_run(cast):
    row = rows.closed(cast)
    assert row.phase == Engagement.Phase.CLOSED
    assert [each.get_phase_display() for each in row.phase_ends.all()] == ["計画・準備", "通知・予備調査", "実査", "報告", "改善対応"]
    assert row.findings.get().status == "issued"
