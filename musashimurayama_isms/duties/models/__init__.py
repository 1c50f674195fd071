"""Duties (定期業務), their occurrences, and the words that went with each act."""

from .duty import Duty
from .occurrence import Occurrence
from .remark import Remark

__all__ = ["Duty", "Occurrence", "Remark"]
