"""External services, contracts and accounts for tests, brought to a stage through their real doors."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assets.classification import AssetClass
from assets.models import Checklist, Contract, Contractor, ContractReport, ExternalService, SocialAccount
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Request, RequestType
from policy.catalogue import load_regulations
from policy.models import Regulation

NAMES = {"name": "相談チャット", "provider": "見本クラウド株式会社", "purpose": "市民の相談", "information": "相談者の氏名と内容"}


def open_types(cast) -> None:
    """The types of requests with their starting routes, and the rules they rest on, which the city keeps elsewhere."""
    load_request_types()
    load_regulations()
    keep_rules(cast)


def keep_rules(cast) -> None:
    """The 中央管理者 says that every rule of chapter 12 lies in the archive."""
    codes = {code for rules in RequestType.objects.values_list("rests_on", flat=True) for code in rules}
    for regulation in Regulation.objects.filter(code__in=codes):
        regulation.keep_elsewhere(where="書庫", since=timezone.localdate(), review_on=None, by=cast.central_manager, at=timezone.now())


def permit(request: Request, by, outcome: str = "permit", **words) -> None:
    """Decide the open step."""
    Decision.take(request, outcome, by=by, at=timezone.now(), digest=request.current_version.digest, **words)
    request.refresh_from_db()


def answer_all(subject, by, answer: str = "met") -> None:
    """Answer every question of the lists that are open."""
    for checklist in Checklist.objects.open().filter(**{subject.CHECKED_AS: subject}):
        for item in checklist.items.all():
            item.respond(answer, evidence="資料を確かめた", reason="要らないため", by=by, at=timezone.now())


def considered(cast, **fields) -> ExternalService:
    return ExternalService.consider(cast.section, by=cast.clerk, at=timezone.now(), **{**NAMES, "asset_class": AssetClass.I, **fields})


def content(cast, **fields) -> dict:
    """What the form of 分類Ⅱ以上 asks."""
    ends_on = timezone.localdate() + timedelta(days=365)
    return {
        **NAMES,
        "asset_class": 1,
        "users": "市民課の職員",
        "ends_on": ends_on.isoformat(),
        "data_location": "日本国内",
        "governing_law": "日本法",
        "certifications": ["ismap"],
        "account_management": "課長が管理",
        "exit_plan": "CSVで取り出す",
        "manager": cast.colleague.pk,
        **fields,
    }


def applied(cast, service: ExternalService) -> Request:
    """A clerk's draft about the service, submitted by the 中央管理者; 総括管理者 has to decide."""
    request = Request.draft("external-service", by=cast.clerk, at=timezone.now(), subjects=[service], content=content(cast))
    request.prepare(by=cast.clerk, at=timezone.now())
    request.submit(by=cast.central_manager, at=timezone.now())
    return request


def approved(cast) -> ExternalService:
    service = considered(cast)
    answer_all(service, cast.clerk)
    permit(applied(cast, service), cast.general_manager)
    service.refresh_from_db()
    return service


def contracted(cast) -> ExternalService:
    service = approved(cast)
    answer_all(service, cast.central_manager)
    service.note_contract(on=timezone.localdate(), reference="契約第1号", by=cast.central_manager, at=timezone.now())
    return service


def in_use(cast) -> ExternalService:
    service = contracted(cast)
    answer_all(service, cast.colleague)
    service.start_use(by=cast.colleague, at=timezone.now())
    return service


def light(cast, **fields) -> Request:
    """An application below 分類Ⅱ, submitted by the clerk."""
    given = {**content(cast, asset_class=3), "terms_read": True, "risk": "低い", **fields}
    request = Request.draft("external-service-light", by=cast.clerk, at=timezone.now(), content=given)
    request.submit(by=cast.clerk, at=timezone.now())
    return request


def entered_contract(cast, **fields) -> Contract:
    contractor, _ = Contractor.objects.get_or_create(
        name="見本システム株式会社", defaults={"entered_by": cast.clerk, "entered_at": timezone.now(), "emergency_contact": "000-0000"}
    )
    today = timezone.localdate()
    facts = {"title": "窓口システムの保守", "work": "保守", "information": "申請者の情報", "asset_class": AssetClass.I}
    facts |= {"starts_on": today, "ends_on": today + timedelta(days=365), **fields}
    return Contract.enter(contractor, cast.section, by=cast.clerk, at=timezone.now(), **facts)


def concluded(cast, **fields) -> Contract:
    contract = entered_contract(cast, **fields)
    answer_all(contract, cast.clerk)
    contract.conclude(on=timezone.localdate(), by=cast.section_officer, at=timezone.now())
    return contract


def report(contract: Contract, cast, kind: str = "periodic") -> ContractReport:
    """A report with a file, taken in by the clerk."""
    proof = SimpleUploadedFile("報告書.txt", "異常なし".encode())
    facts = {"received_on": timezone.localdate(), "summary": "異常なし", "uploads": [proof]}
    return ContractReport.enter(contract, kind, by=cast.clerk, at=timezone.now(), **facts)


def asked_for_account(cast, **fields) -> Request:
    """The clerk's application for an account; the colleague is to be responsible."""
    given = {"service": "X", "account": "@sample_city", "purpose": "お知らせ", "listed_at": "トップページ", "profile": "市民課が運用"}
    given |= {"credentials": "課長が管理", "owner": cast.colleague.pk, "no_important": True, **fields}
    request = Request.draft("social-media", by=cast.clerk, at=timezone.now(), content=given)
    request.submit(by=cast.clerk, at=timezone.now())
    return request


def account(cast, **fields) -> SocialAccount:
    """A permitted account of the section."""
    request = asked_for_account(cast, **fields)
    permit(request, cast.central_manager)
    return SocialAccount.objects.get(permit=request)
