"""What a person who moves or leaves holds of the registers, for the handover list (3.9.1.9)."""

from collections.abc import Iterator
from datetime import date

from assets.models import AssetPermission, Move
from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import User


def asset_permissions(user: User, on: date) -> Iterator[Holding]:
    """権限 given to the person by name: to be taken back, or given anew."""
    for row in AssetPermission.objects.in_force(on).filter(person=user).select_related("asset"):
        yield Holding(f"情報資産の権限の取りやめ: {row.asset.number}", "3.5.2.3.2")


def carried(user: User, on: date) -> Iterator[Holding]:
    """What is out of the house in the person's name: to be brought back, or handed to another carrier (3.9.1.9)."""
    for move in Move.objects.open().of_person(user).for_list():
        yield Holding(f"持ち出しているものの返却: {move.number} {'、'.join(line.label for line in move.lines.all())}", "3.9.1.9")
