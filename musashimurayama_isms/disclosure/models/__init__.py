"""Masked copies of records for 情報公開請求: the copy, its places, the grounds."""

from .disclosure import Disclosure
from .ground import Ground
from .span import Span

__all__ = ["Disclosure", "Ground", "Span"]
