"""What a person who moves or leaves holds of the registers, for the handover list (3.9.1.9)."""

from collections.abc import Iterator
from datetime import date

from assets.models import AssetPermission
from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import User


def asset_permissions(user: User, on: date) -> Iterator[Holding]:
    """権限 given to the person by name: to be taken back, or given anew."""
    for row in AssetPermission.objects.in_force(on).filter(person=user).select_related("asset"):
        yield Holding(f"情報資産の権限の取りやめ: {row.asset.number}", "3.5.2.3.2")
