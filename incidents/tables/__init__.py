"""The lists of this floor as tables; a module for each part of it."""

from . import alerts, incidents, preparedness, reports, response

__all__ = ["alerts", "incidents", "preparedness", "reports", "response"]
