"""What the audits do with requests: the plan of an audit, found at start."""

from datetime import datetime
from typing import Any

from assets.requests.base import KindMatter
from audits.forms import AuditPlanForm
from audits.models import Engagement
from audits.models.programme import PLAN_DIGEST
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Chair, Request
from musashimurayama_isms.approvals.union import Requirement
from musashimurayama_isms.transitions import InvalidTransition


@matter("audit-plan")
class AuditPlan(KindMatter):
    """監査実施計画 (3.13.1.6.1): acknowledged by the audit head, and put to the committee where that is needed."""

    form = AuditPlanForm
    headline = ("kind", "purpose")
    is_running = False
    checks = (
        Check("3.13.1.1", "監査する人は、監査を受ける課と別の組織に属していますか"),
        Check("3.13.1.2", "マイナンバーの取扱いを範囲に含めるかを確かめましたか"),
        Check("3.13.1.5", "時期は、年度の監査の流れに合っていますか"),
        Check("3.13.1.7", "委託事業者を監査する必要があるかを確かめましたか"),
    )

    def facts(self, request: Request, content: dict[str, Any]) -> list[tuple[str, Any]]:
        """As the form asks it; the digest of the plan of a year is for the portal, the plan itself is linked."""
        return super().facts(request, {name: given for name, given in content.items() if name != PLAN_DIGEST})

    def guard(self, request: Request, *, at: datetime) -> None:
        """Whole; and where it is the plan of an audit, every auditor of it is independent when it is sent and when it is decided."""
        super().guard(request, at=at)
        for row in request.subjects.all():
            if isinstance(row.object, Engagement):
                for assignment in row.object.assignments.accepted().select_related("person", "engagement"):
                    if found := assignment.conflicts(at=at):
                        raise InvalidTransition(
                            f"{assignment.person.name}さんは監査できません。{found[0].words}監査人を交代させてください。"
                        )

    def parties(self, request: Request) -> set[int]:
        """The auditors of the audit do not decide on its plan."""
        found = [row.object for row in request.subjects.all() if isinstance(row.object, Engagement)]
        return {pk for each in found for pk in each.assignments.standing().values_list("person", flat=True)}

    def narrow(self, request: Request, asked: list[Requirement]) -> list[Requirement]:
        """必要に応じて: the committee is asked only where the plan says that its approval is needed."""
        if request.content.get("needs_committee") == "yes":
            return asked
        return [each for each in asked if set(each.chairs) != {Chair.COMMITTEE.value}]
