"""Incidents and the steps that carry them to the CISO."""

from .incident import Incident
from .kind import IncidentKind
from .note import Note
from .oral import OralEntry
from .series import NumberSeries
from .step import Receipt, Step

__all__ = ["Incident", "IncidentKind", "Note", "NumberSeries", "OralEntry", "Receipt", "Step"]
