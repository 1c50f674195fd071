"""The rows of backups and of the proofs that they can be restored."""

from .backup import Backup
from .proof import Proof

__all__ = ["Backup", "Proof"]
