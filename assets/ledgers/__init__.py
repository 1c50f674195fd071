"""Ledgers: one mechanism, declared per ledger. `write` is the door for other floors; declarations stand in `declared/`.

from assets.ledgers import write
write("disposal", department=section, data={"done_at": now, …}, by=user, at=now, subjects=[asset])
"""

from .writing import write

__all__ = ["write"]
