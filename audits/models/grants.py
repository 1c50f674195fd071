"""What the samples of an audit let its auditors read: the drawn requests, and only as long as they audit (3.13.1.8.1)."""

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from guardian.shortcuts import assign_perm, remove_perm

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request

if TYPE_CHECKING:
    from .engagement import Engagement

VIEW = "approvals.view_request"


def open_samples(engagement: "Engagement") -> None:
    """Every auditor who has accepted may read every request that was drawn; the picks say why, the audit says until when."""
    picks = _drawn(engagement)
    for row in engagement.assignments.accepted().select_related("person"):
        assign_perm(VIEW, row.person, picks)


def withdraw_samples(engagement: "Engagement", person: User | None = None) -> None:
    """Take that away again: from one who audits no more, or from all with the end of the audit. What another audit drew stays."""
    people = [person] if person else [row.person for row in engagement.assignments.select_related("person")]
    for each in people:
        elsewhere = type(engagement).objects.open().exclude(pk=engagement.pk)
        others = elsewhere.filter(assignments__person=each, assignments__status="accepted").values("pk")
        kept = Request.objects.filter(audit_picks__sample__engagement__in=others)
        remove_perm(VIEW, each, _drawn(engagement).exclude(pk__in=kept.values("pk")))


def _drawn(engagement: "Engagement") -> QuerySet[Request]:
    return Request.objects.filter(pk__in=Request.objects.filter(audit_picks__sample__engagement=engagement).values("pk"))
