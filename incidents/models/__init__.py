"""Incidents and the steps that carry them to the CISO."""

from .call import Call
from .contact import Contact, OutsideContact
from .drill import Drill
from .drill_run import DrillRun, DrillStep
from .drill_task import DrillTask
from .incident import Incident
from .kind import IncidentKind
from .net_record import NetRecord
from .note import Note
from .oral import OralEntry
from .plan import PlanVersion
from .plan_review import PlanReview
from .series import NumberSeries
from .step import Receipt, Step

__all__ = [
    "Call",
    "Contact",
    "Drill",
    "DrillRun",
    "DrillStep",
    "DrillTask",
    "Incident",
    "IncidentKind",
    "NetRecord",
    "Note",
    "NumberSeries",
    "OralEntry",
    "OutsideContact",
    "PlanReview",
    "PlanVersion",
    "Receipt",
    "Step",
]
