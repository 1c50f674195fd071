"""再委託の承認 (3.12.3.2.6, 3.12.2.8): a further company works for a service or under a contract."""

from datetime import datetime

from django.core.exceptions import PermissionDenied

from assets.models import Contract, ExternalService, Subcontract
from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.transitions import InvalidTransition

START = "情報資産の「外部サービス」か「委託先」で、事業者が再委託をするサービス・契約を開き、そこから申請してください。"


@matter("subcontracting")
class Subcontracting(Matter):
    """Entered by the 外部サービス管理者 of the service, or by the officer of the contract's section, for the provider."""

    starts_elsewhere = START
    checks = (
        Check("3.12.3.2.6", "利用の判断基準と事業者の選定基準に当てて、再委託先に任せてよいと判断しましたか"),
        Check("3.12.3.2.6", "事業者に求めた対策が、再委託先でも確保されることを資料で確かめましたか"),
    )

    @property
    def form(self):
        from assets.forms.service_requests import SubcontractForm

        return SubcontractForm

    def title(self, request: Request) -> str:
        subject = "、".join(request.subject_labels)
        return f"{subject}：{request.content.get('name', '')}".rstrip("：") or request.type.name

    def department(self, drafter_section: Department, subjects: list) -> Department:
        return subjects[0].department if subjects else drafter_section

    def guard(self, request: Request, *, at: datetime) -> None:
        subject = subject_of(request)
        if subject is None:
            raise InvalidTransition(START)
        if isinstance(subject, ExternalService) and subject.status not in subject.APPROVED_STATES:
            raise InvalidTransition(f"この外部サービスは「{subject.get_status_display()}」のため、再委託を申請できません。")
        if isinstance(subject, Contract):
            _guard_contract(subject)

    def submitted(self, request: Request, *, by: User, at: datetime) -> None:
        subject = subject_of(request)
        is_theirs = (
            subject.can_manage(by, at=at) if isinstance(subject, ExternalService) else subject.department_id in Reach.of(by, at=at).officer
        )
        if not is_theirs:
            raise PermissionDenied("再委託を申請できるのは、そのサービスの外部サービス管理者か、委託する課の情報セキュリティ担当者です。")

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        facts = {name: request.content[name] for name in ("name", "work", "measures")}
        Subcontract.approve(request, subject_of(request), at=at, **facts)


def _guard_contract(contract: Contract) -> None:
    if not contract.is_open:
        raise InvalidTransition(f"この契約は「{contract.get_status_display()}」のため、再委託を申請できません。")
    if contract.subcontracting == contract.Subcontracting.FORBIDDEN:
        raise InvalidTransition("この契約は、再委託を認めていません。")


def subject_of(request: Request) -> ExternalService | Contract | None:
    """The service or the contract that the request is about."""
    return next((row.object for row in request.subjects.all() if isinstance(row.object, ExternalService | Contract)), None)
