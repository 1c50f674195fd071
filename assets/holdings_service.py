"""What a person who moves leaves behind of chapter 12: services without a manager, accounts without a responsible person."""

from collections.abc import Iterator
from datetime import date

from assets.models import ServiceManager, SocialAccount
from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import User


def named_persons(user: User, on: date) -> Iterator[Holding]:
    """One line a service and an account, so that somebody else is named."""
    for row in ServiceManager.objects.open().filter(person=user).select_related("service"):
        yield Holding(f"外部サービス管理者の引継ぎ: {row.service.name}", "3.12.3.4.3")
    for account in SocialAccount.objects.open().filter(owner=user):
        yield Holding(f"市公式アカウントの責任者の引継ぎ: {account}", "3.12.5.3")
