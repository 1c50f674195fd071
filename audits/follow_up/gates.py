"""What keeps an audit in 改善対応: findings that nobody was ordered to deal with, and measures not yet found to help."""

from collections.abc import Iterator
from datetime import datetime

from audits.gates import Gap, gate
from audits.models import CorrectiveAction, Engagement


@gate("follow_up")
def dealt_with(engagement: Engagement, *, at: datetime) -> Iterator[Gap]:
    """Each issued finding is ordered (3.13.1.10); the audit may end before all have helped, for a reason."""
    issued = engagement.findings.issued()
    settled = CorrectiveAction.objects.exclude(status=CorrectiveAction.Status.INEFFECTIVE)
    if left := issued.exclude(pk__in=settled.values("finding")).count():
        yield Gap(f"対処を指示していない指摘が{left}件あります。", "3.13.1.10", "findings")
    if left := CorrectiveAction.objects.open().filter(finding__engagement=engagement).count():
        yield Gap(f"改善を確かめていない対処が{left}件あります。", "3.13.1.10", "findings", may_be_missing=True)
