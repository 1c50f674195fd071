"""The yearly duty of having audited (3.13.1.3): set up where there is none, done with the last report of the year's plan."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.reference import Loaded
from musashimurayama_isms.duties.intervals import Interval
from musashimurayama_isms.duties.models import Duty, Occurrence
from musashimurayama_isms.fiscal import fiscal_year_bounds

if TYPE_CHECKING:
    from audits.models import Engagement

DUTY = "audit"
MECHANISM = "duty:audit"


@transaction.atomic
def load_duty(*, at: datetime | None = None) -> Loaded:
    """Set up the duty where none keeps this mechanism; part of `load_reference`. The city changes it on its own page."""
    if Duty.objects.filter(mechanism=MECHANISM).exists():
        return Loaded(DUTY, 0, 1)
    Duty.ensure(
        DUTY,
        at=at or timezone.now(),
        title="情報セキュリティ監査",
        instruction="年度の監査計画にあるすべての監査について、報告書をCISOに報告します。「監査・点検」の画面で報告すると済みになります。",
        clauses=["3.13.1.3", "3.13.1.5"],
        mechanism=MECHANISM,
        owner=RoleCode.AUDIT_HEAD,
        interval=Interval.YEARLY,
        days=["03-31"],
        lead_days=90,
    )
    return Loaded(DUTY, 1, 0)


def settle_duty(engagement: "Engagement", *, by: User, at: datetime) -> None:
    """Within the report to the CISO: once every audit of the plan is reported or given up, the round of that 年度 is done."""
    programme = engagement.programme
    if programme is None or programme.targets.filter(engagement__isnull=True).exists():
        return
    others = programme.engagements.exclude(pk=engagement.pk).exclude(phase="cancelled")
    if others.exclude(reports__status="issued", reports__forwarded_at__isnull=False).exists():
        return
    first, last = fiscal_year_bounds(programme.fiscal_year)
    rows = Occurrence.objects.filter(duty__mechanism=MECHANISM, first_due_on__range=(first, last), event="").open().select_related("duty")
    for occurrence in rows:
        if occurrence.holder(by, at=at):
            occurrence.complete(by=by, at=at, note=f"監査計画の監査{others.count() + 1}件をCISOに報告しました。")
