"""What a person who moves or leaves still holds by the ledgers: it goes onto the handover list (3.9.1.9, 3.10.2.2.1)."""

from collections.abc import Iterator
from datetime import date

from assets.models import LedgerEntry
from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import User

WORDS = {
    "media": ("媒体の返却", "3.9.1.9"),
    "ic-card": ("ICカードの返却", "3.9.4.1.3"),
    "user-id": ("利用者IDの変更・停止・抹消", "3.10.2.2.1"),
    "privileged-id": ("特権IDの停止・抹消", "3.10.2.3.1"),
    "shared-id": ("共用IDの利用者からの削除とパスワードの変更", "3.9.4.2.2"),
}


def held(user: User, on: date) -> Iterator[Holding]:
    """A line for each open row of these ledgers that names the person."""
    for entry in LedgerEntry.objects.of(*WORDS).about(user).open().order_by("ledger", "pk"):
        words, clause = WORDS[entry.ledger]
        yield Holding(f"{words}: {entry.number} {entry.title}", clause)
