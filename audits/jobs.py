"""The jobs of this app, collected from its rooms."""

from .engagements import jobs as engagements  # noqa: F401
from .inspections import jobs as inspections  # noqa: F401
