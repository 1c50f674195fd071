"""The yearly duty of having audited (3.13.1.3): done with the last report of the year's plan."""

from datetime import datetime
from typing import TYPE_CHECKING

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.fiscal import fiscal_year_bounds

if TYPE_CHECKING:
    from audits.models import Engagement

DUTY = "audit"
MECHANISM = "duty:audit"


def settle_duty(engagement: "Engagement", *, by: User, at: datetime) -> None:
    """Within the report to the CISO: once every audit of the plan is reported or given up, the round of that 年度 is done."""
    programme = engagement.programme
    if programme is None or programme.targets.filter(engagement__isnull=True).exists():
        return
    others = programme.engagements.exclude(pk=engagement.pk).exclude(phase="cancelled")
    if others.exclude(reports__status="issued", reports__forwarded_at__isnull=False).exists():
        return
    first, last = fiscal_year_bounds(programme.fiscal_year)
    rounds = Occurrence.objects.filter(duty__mechanism=MECHANISM, first_due_on__range=(first, last), event="")
    settle(rounds, by=by, at=at, note=f"監査計画の監査{others.count() + 1}件をCISOに報告しました。")
