"""The two ways to use an external service: with information of 分類Ⅱ以上 (3.12.3.4), and below (3.12.4.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assets.classification import AssetClass
from assets.models import Checklist, ExternalService
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.approvals.matters import Check, Matter, matter
from musashimurayama_isms.approvals.models import Request, Subject
from musashimurayama_isms.transitions import InvalidTransition
from policy.numbers import printed

COPIED = (
    *("name", "provider", "purpose", "information", "asset_class", "users", "data_location", "governing_law"),
    *("certifications", "account_management", "exit_plan", "ends_on"),
)
START = (
    "情報資産の「外部サービス」で、使いたいサービスの検討を始めてください。選定の確認がすべて済むと、そのサービスの画面から申請できます。"
)
RECALLED = "許可が取り消されたため"


class ServiceMatter(Matter):
    """What both ways share: the permit runs as long as the service does, and a new one about the same service renews it."""

    is_running = True

    def title(self, request: Request) -> str:
        return request.content.get("name") or request.type.name

    def classification(self, request: Request) -> str:
        chosen = request.content.get("asset_class")
        return AssetClass(chosen).label if chosen else ""

    def department(self, drafter_section: Department, subjects: list) -> Department:
        return subjects[0].department if subjects else drafter_section

    def facts_for_service(self, request: Request) -> dict[str, Any]:
        """What is copied from the permit into the register."""
        typed = self.form.initial_of(request.content)
        return {name: typed[name] for name in COPIED if name in typed}

    def ended(self, request: Request, *, by: User | None, at: datetime) -> None:
        if request.status == Request.Status.RECALLED and (service := service_of(request)) and service.permit_id == request.pk:
            service.lose_permit(RECALLED, by=by, at=at)

    def completed(self, request: Request, *, by: User, at: datetime) -> None:
        service = service_of(request)
        if service is not None and not service.is_over:
            raise InvalidTransition("利用を終える手続は、外部サービスの画面で行ってください。利用を終えると、この申請も完了になります。")


@matter("external-service")
class ServiceUse(ServiceMatter):
    """分類Ⅱ以上: the list of the selection stands before the application, the register entry and the manager after it."""

    starts_elsewhere = START
    checks = (
        Check("3.12.3.2.1", "扱う情報の分類と取扱いの制限から、このサービスに載せてよいと判断しましたか"),
        Check("3.12.3.2.9", "監査の報告書や認証の状況などから、事業者を十分に信頼できると判断しましたか"),
        Check("3.12.3.4.2", "選定の確認の結果を読み、満たさない項目の理由を受け入れられると判断しましたか"),
        Check("3.12.3.4.3", "外部サービス管理者に指名する人は、利用の状況を管理できる人ですか"),
    )

    @property
    def form(self):
        from assets.forms.service_requests import ServiceUseForm

        return ServiceUseForm

    def facts(self, request: Request, content: Mapping[str, Any]) -> list[tuple[str, Any]]:
        service = service_of(request)
        return super().facts(request, content) + (selection_facts(service) if service else [])

    def guard(self, request: Request, *, at: datetime) -> None:
        service = service_of(request)
        if service is None:
            raise InvalidTransition(START)
        guard_alone(service, request)
        if service.status == service.Status.CONSIDERED:
            service.checklists.open().at_stage("selection").get().guard_complete()
        elif service.status not in service.APPROVED_STATES:
            raise InvalidTransition(f"この外部サービスは「{service.get_status_display()}」のため、申請できません。")

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        service, manager = service_of(request), manager_of(request)
        act = service.approve if service.status == service.Status.CONSIDERED else service.renew
        act(request, self.facts_for_service(request), manager, by=by, at=at)


@matter("external-service-light")
class LightServiceUse(ServiceMatter):
    """分類Ⅱ未満: the applicant has read the terms; the permit enters the service and its manager at once."""

    checks = (
        Check("3.12.4.2.2", "業務に必要で、利用できる業務の範囲に入ると判断しましたか"),
        Check("3.12.4.2.1", "約款などの危険が受け入れられ、分類Ⅱ以上の情報を載せない使い方ですか"),
    )

    @property
    def form(self):
        from assets.forms.service_requests import LightServiceUseForm

        return LightServiceUseForm

    def guard(self, request: Request, *, at: datetime) -> None:
        service = service_of(request)
        if service is None:
            return
        guard_alone(service, request)
        if service.status not in service.APPROVED_STATES or not service.is_light:
            raise InvalidTransition(f"この外部サービスは「{service.get_status_display()}」のため、更新できません。")

    def permitted(self, request: Request, *, by: User, at: datetime) -> None:
        service, manager, facts = service_of(request), manager_of(request), self.facts_for_service(request)
        if service is not None:
            service.renew(request, facts, manager, by=by, at=at)
            return
        service = ExternalService.admit(request, facts, manager, by=by, at=at)
        Subject.of(request, service, 1).save()


def service_of(request: Request) -> ExternalService | None:
    """The service that a request is about; None where it is not in the register yet."""
    return next((row.object for row in request.subjects.all() if isinstance(row.object, ExternalService)), None)


def guard_alone(service: ExternalService, request: Request) -> None:
    """InvalidTransition where another application about the service is undecided; the service's row stays locked.

    A permit that runs is no hindrance: the new one follows it.
    """
    service.lock()
    others = Request.objects.about(service).filter(type=request.type, status__in=Request.UNDECIDED).exclude(pk=request.pk)
    if other := others.first():
        raise InvalidTransition(f"「{service}」については、進行中の申請（{other}、{other.get_status_display()}）があります。")


def manager_of(request: Request) -> User:
    """The proposed 外部サービス管理者."""
    return User.objects.get(pk=request.content["manager"])


def selection_facts(service: ExternalService) -> list[tuple[str, str]]:
    """How the selection came out, for the decider: the counts, and each item that is not met with the reason."""
    found = Checklist.objects.at_stage("selection").filter(service=service).with_tally().last()
    if found is None:
        return []
    words = f"{found.total}項目のうち{found.answered}項目に回答、満たさない項目は{found.unmet or 'なし'}"
    rows = [("選定の確認", words)]
    return rows + [(f"満たさない項目 {printed(item.clause)}", f"{item.question}\n理由：{item.reason}") for item in found.items.unmet()]
