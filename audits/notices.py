"""The notices of this app, collected from its rooms."""

from .findings import notices as findings  # noqa: F401
from .inspections import notices as inspections  # noqa: F401
