"""The yearly duty of having audited (3.13.1.3): done with the last report of the year's plan."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year_bounds

if TYPE_CHECKING:
    from audits.models import AuditProgramme, Engagement

DUTY = "audit-report"
MECHANISM = "duty:audit"


def hold_rounds(engagement: "Engagement") -> None:
    """Lock what `settle_duty` may complete, before anything is recorded."""
    if engagement.programme is not None:
        list(_rounds(engagement.programme).select_for_update(of=("self",)))


def _rounds(programme: "AuditProgramme") -> "QuerySet[Occurrence]":
    """The open rounds of its 年度; one that asks for evidence and has none waits for who holds it."""
    first, last = fiscal_year_bounds(programme.fiscal_year)
    rows = Occurrence.objects.filter(duty__code=DUTY, first_due_on__range=(first, last), event="")
    return rows.open().ready().select_related("duty").order_by("pk")


def settle_duty(engagement: "Engagement", *, by: User, at: datetime) -> None:
    """Within the report to the CISO: once every audit of the plan is reported or given up, the round of that 年度 is done.

    The other duties of the year's audits – plan, notice, fieldwork – are recorded by who holds them.
    """
    programme = engagement.programme
    if programme is None or programme.targets.filter(engagement__isnull=True).exists():
        return
    others = programme.engagements.exclude(pk=engagement.pk).exclude(phase="cancelled")
    if others.exclude(reports__status="issued", reports__forwarded_at__isnull=False).exists():
        return
    for occurrence in _rounds(programme):
        if occurrence.holder(by, at=at):
            occurrence.complete(by=by, at=at, note=f"監査計画の監査{others.count() + 1}件をCISOに報告しました。")
