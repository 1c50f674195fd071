"""How the mechanisms of chapter 12 stand, counted (policy.mechanisms)."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from assets.models import Contract, Contractor, ContractReport, ExternalService, SocialAccount
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties import figures as duties
from policy.mechanisms import Figures


def services(*, at: datetime) -> Figures:
    """承認済み外部サービス; late are those whose permit is over."""
    approved = Q(status__in=ExternalService.APPROVED_STATES)
    counts = ExternalService.objects.aggregate(
        open=Count("pk", filter=approved), late=Count("pk", filter=approved & Q(ends_on__lt=day_of(at))), total=Count("permit")
    )
    return Figures(**counts, url=reverse("assets:service_list"))


def contractors(*, at: datetime) -> Figures:
    """Companies with a contract in force."""
    is_running = Q(contracts__status=Contract.Status.IN_FORCE)
    counts = Contractor.objects.aggregate(open=Count("pk", filter=is_running, distinct=True), total=Count("pk", distinct=True))
    return Figures(**counts, url=reverse("assets:contractor_list"))


def contracts(*, at: datetime) -> Figures:
    """Contracts whose items were checked; late are those that are over without a confirmed end."""
    is_running = Q(status=Contract.Status.IN_FORCE)
    counts = Contract.objects.aggregate(
        open=Count("pk", filter=is_running), late=Count("pk", filter=is_running & Q(ends_on__lt=day_of(at))), total=Count("pk")
    )
    return Figures(**counts, url=reverse("assets:contract_list"))


def emergencies(*, at: datetime) -> Figures:
    return Figures(total=ContractReport.objects.emergencies().count(), url=reverse("assets:contract_list"))


def hijacks(*, at: datetime) -> Figures:
    """Accounts that are in other hands now."""
    counts = SocialAccount.objects.aggregate(open=Count("pk", filter=Q(status=SocialAccount.Status.HIJACKED)), total=Count("pk"))
    return Figures(**counts, url=reverse("assets:social_list"))


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
