"""The lists of this floor as tables; a module for each part of it."""

from . import engagements, inspections, review, training

__all__ = ["engagements", "inspections", "review", "training"]
