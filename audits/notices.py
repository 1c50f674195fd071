"""The notices of this app, collected from its rooms."""

from .inspections import notices as inspections  # noqa: F401
from .review import notices as review  # noqa: F401
