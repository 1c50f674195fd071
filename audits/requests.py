"""What the audits do with requests: the plan of an audit, found at start."""

from assets.requests.base import KindMatter
from audits.forms import AuditPlanForm
from musashimurayama_isms.approvals.matters import Check, matter
from musashimurayama_isms.approvals.models import Chair, Request
from musashimurayama_isms.approvals.union import Requirement


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

    def narrow(self, request: Request, asked: list[Requirement]) -> list[Requirement]:
        """必要に応じて: the committee is asked only where the plan says that its approval is needed."""
        if request.content.get("needs_committee") == "yes":
            return asked
        return [each for each in asked if set(each.chairs) != {Chair.COMMITTEE.value}]
