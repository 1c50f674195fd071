"""The sources of a review's inputs, a file a matter; each registers itself. A later floor of the audits adds its line here."""

from . import drills, exceptions, findings, gaps, incidents, inspections, laws, opinions, risks  # noqa: F401
from .base import Window, gather, gathers

__all__ = ["Window", "gather", "gathers"]
