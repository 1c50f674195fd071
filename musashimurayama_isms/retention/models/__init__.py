"""Disposals of records whose time is over, the records in them, and what is held back."""

from .disposal import Disposal
from .disposal_row import DisposalRow
from .hold import Hold

__all__ = ["Disposal", "DisposalRow", "Hold"]
