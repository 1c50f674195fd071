"""監査実施計画 of an audit or of a year: the request `audit-plan`, begun with what is known already (3.13.1.6.1)."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audits.engagements.words import team_words
from audits.models import AuditProgramme, Engagement
from audits.models.programme import PLAN_DIGEST
from audits.parties import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.transitions import InvalidTransition

CODE = "audit-plan"


@transaction.atomic
def begin_plan(engagement: Engagement, *, by: User, at: datetime) -> Request:
    """Draft the plan of an audit, by one of its auditors. InvalidTransition while another one lives, or once it is acknowledged."""
    engagement = engagement.written_by(by, at=at, phases=(Engagement.Phase.PREPARING,))
    _guard_single(engagement, "この監査")
    content = {
        "kind": "special" if engagement.is_special else "regular",
        "purpose": engagement.purpose,
        "sections": [engagement.department_id],
        "contractors": str(engagement.contractor or ""),
        "my_number": "in" if engagement.my_number else "out",
        "themes": engagement.theme or engagement.purpose[:200],
        "standards": engagement.standards,
        "methods": ["documents", "interview", "questionnaire"],
        "team": team_words(engagement),
        "needs_committee": "no",
        "ground": "年度の監査計画のとおりです。" if engagement.programme_id else "一つの課に限られた監査です。",
    }
    return _draft(engagement, content, engagement.starts_on, engagement.ends_on, by=by, at=at)


@transaction.atomic
def begin_year_plan(programme: AuditProgramme, *, by: User, at: datetime) -> Request:
    """Draft the request about the plan of a year, by who works on it: for the committee's approval where that is needed."""
    programme = programme.lock()
    if not Reach.of(by, at=at).plans:
        raise PermissionDenied("監査計画の申請を始めるのは、監査総括責任者と監査人です。")
    _guard_single(programme, "この監査計画")
    days = {row.work: row for row in programme.work_days.all()}
    targets = programme.targets.with_all()
    content = {
        "kind": "regular",
        "purpose": programme.policy[:1000],
        "sections": sorted({row.department_id for row in targets}),
        "contractors": "、".join(str(row.contractor) for row in targets if row.contractor)[:200],
        "my_number": "in" if programme.my_number else "out",
        "themes": "\n".join(row.title for row in programme.themes.all())[:1000],
        "standards": "情報セキュリティポリシー、実施手順",
        "methods": ["documents", "interview", "visit", "questionnaire"],
        "team": programme.outside_help[:1000],
        "needs_committee": "yes" if programme.needs_committee else "no",
        "ground": programme.committee_reason[:200],
        PLAN_DIGEST: programme.digest(),
    }
    return _draft(programme, content, days["plan"].starts_on, days["report"].ends_on, by=by, at=at)


def _guard_single(subject: Any, words: str) -> None:
    known = Request.objects.about(subject)
    if known.live().exists() or known.filter(status=Request.Status.DRAFT).exists():
        raise InvalidTransition(f"{words}の監査実施計画は、すでに書き始められています。")
    if known.filter(status=Request.Status.COMPLETED).exists() and isinstance(subject, Engagement):
        raise InvalidTransition(f"{words}の監査実施計画は、すでに確認されています。")


def _draft(subject: Any, content: dict[str, Any], starts_on: date, ends_on: date, *, by: User, at: datetime) -> Request:
    content |= {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    request = Request.draft(CODE, by=by, at=at, subjects=[subject], content=content)
    request.edit(content, starts_on=starts_on, ends_on=ends_on, by=by, at=at)
    return request
