"""The jobs of the roof."""

from .calendar import jobs as calendar  # noqa: F401
