"""How the mechanisms of chapter 12 stand, counted (policy.mechanisms)."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse

from assets.models import Contract, Contractor, ContractReport, ExternalService, SocialAccount
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties import figures as duties
from policy.mechanisms import Figures


def services(*, at: datetime) -> Figures:
    """承認済み外部サービス; late are those whose permit is over."""
    rows = ExternalService.objects.approved()
    late = rows.filter(ends_on__lt=day_of(at)).count()
    return Figures(rows.count(), late, ExternalService.objects.exclude(permit=None).count(), reverse("assets:service_list"))


def contractors(*, at: datetime) -> Figures:
    """Companies with a contract in force."""
    running = Contractor.objects.filter(contracts__status=Contract.Status.IN_FORCE).distinct().count()
    return Figures(running, 0, Contractor.objects.count(), reverse("assets:contractor_list"))


def contracts(*, at: datetime) -> Figures:
    """Contracts whose items were checked; late are those that are over without a confirmed end."""
    rows = Contract.objects.in_force()
    return Figures(rows.count(), rows.overrun(on=day_of(at)).count(), Contract.objects.count(), reverse("assets:contract_list"))


def emergencies(*, at: datetime) -> Figures:
    return Figures(total=ContractReport.objects.emergencies().count(), url=reverse("assets:contract_list"))


def hijacks(*, at: datetime) -> Figures:
    """Accounts that are in other hands now."""
    rows = SocialAccount.objects.filter(status=SocialAccount.Status.HIJACKED)
    return Figures(open=rows.count(), total=SocialAccount.objects.count(), url=reverse("assets:social_list"))


def _duty(code: str) -> Callable[..., Figures]:
    def figures(*, at: datetime) -> Figures:
        found = duties.figures(code, at=at)
        return Figures(found.open, found.late, found.total, found.url)

    return figures


KEEPERS = {
    "ledger:external-service": services,
    "ledger:contractor": contractors,
    "ledger:contract": contracts,
    "report:contractor-emergency": emergencies,
    "report:sns-hijack": hijacks,
    "duty:external-service-review": _duty("duty:external-service-review"),
    "duty:contractor-report": _duty("duty:contractor-report"),
}
