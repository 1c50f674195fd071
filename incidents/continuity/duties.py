"""What comes round for the bad day: the review of the plan, the check of the net, the yearly drill; the terms are the city's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from incidents.continuity.people import plan_owner
from incidents.models import drill, net_record, plan_review
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.reference import Loaded
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.intervals import LAST_DAY, Interval, in_months
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.parameters.values import Values

REVIEW, NET, DRILL = "bcp-review", "contact-list", "drill"


def _review(values: Values, at: datetime) -> dict[str, Any]:
    return {
        "title": "業務継続計画（ICT編）の見直し",
        "instruction": "計画の画面の「見直しを記録する」で、状況や組織の変化とポリシーとの食い違いを確かめます。",
        "clauses": ["3.11.3.3"],
        "mechanism": plan_review.MECHANISM,
        "owner": str(plan_owner()),
        "interval": Interval.MONTHS,
        "every_months": values["duties.bcp_review_every_months"],
        "anchor_on": day_of(at),
        "day": LAST_DAY,
        "lead_days": 60,
    }


def _net(values: Values, at: datetime) -> dict[str, Any]:
    on_change = {"event": "personnel-change", "days_after_event": 7} if values["duties.contact_list_on_personnel_change"] else {}
    return {
        "title": "緊急連絡網の確認",
        "instruction": "緊急連絡網の画面で、空席、番号のない方、確認の古い方、庁外の連絡先を確かめて記録します。",
        "clauses": ["3.4.2.3.8", "3.10.5.1.5"],
        "mechanism": net_record.MECHANISM,
        "owner": RoleCode.CENTRAL_MANAGER,
        "interval": Interval.YEARLY,
        "days": list(values["duties.contact_list_days"]),
        "lead_days": 21,
        **on_change,
    }


def _drill(values: Values, at: datetime) -> dict[str, Any]:
    return {
        "title": "緊急時対応訓練",
        "instruction": "「訓練」の画面で計画し、実施し、評価します。評価を終えると済みになります。",
        "clauses": ["3.9.2.3"],
        "mechanism": drill.MECHANISM,
        "owner": RoleCode.GENERAL_MANAGER,
        "interval": Interval.YEARLY,
        "days": in_months(values["duties.drill_months"]),
        "lead_days": 90,
    }


DUTIES: dict[str, Callable[[Values, datetime], dict[str, Any]]] = {REVIEW: _review, NET: _net, DRILL: _drill}


@transaction.atomic
def load(*, at: datetime | None = None) -> Loaded:
    """Set up the three duties where no duty keeps their mechanism yet; part of `load_reference`. The city changes them on their pages."""
    at, values, created = at or timezone.now(), Values(), 0
    for code, rule in DUTIES.items():
        fields = rule(values, at)
        if not Duty.objects.filter(mechanism=fields["mechanism"]).exists() and not Duty.objects.filter(code=code).exists():
            Duty.ensure(code, at=at, **fields)
            created += 1
    return Loaded("bad-day-duties", created, len(DUTIES) - created)
