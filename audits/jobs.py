"""The jobs of this app, collected from its rooms."""

from .inspections import jobs as inspections  # noqa: F401
from .review import jobs as review  # noqa: F401
