"""Incidents and the steps that carry them to the CISO; what the city learns and asks of its sections."""

from .alert_series import AlertSeries
from .bulletin import Bulletin
from .bulletin_read import BulletinRead
from .bulletin_version import BulletinVersion
from .call import Call
from .contact import Contact, OutsideContact
from .drill import Drill
from .drill_run import DrillRun, DrillStep
from .drill_task import DrillTask
from .incident import Incident
from .inquiry import Inquiry
from .inquiry_place import InquiryPlace, InquiryReply
from .kind import IncidentKind
from .net_record import NetRecord
from .note import Note
from .oral import OralEntry
from .plan import PlanVersion
from .plan_review import PlanReview
from .series import NumberSeries
from .step import Receipt, Step
from .vulnerability import Vulnerability
from .vulnerability_target import VulnerabilityTarget

__all__ = [
    "AlertSeries",
    "Bulletin",
    "BulletinRead",
    "BulletinVersion",
    "Call",
    "Contact",
    "Drill",
    "DrillRun",
    "DrillStep",
    "DrillTask",
    "Incident",
    "IncidentKind",
    "Inquiry",
    "InquiryPlace",
    "InquiryReply",
    "NetRecord",
    "Note",
    "NumberSeries",
    "OralEntry",
    "OutsideContact",
    "PlanReview",
    "PlanVersion",
    "Receipt",
    "Step",
    "Vulnerability",
    "VulnerabilityTarget",
]
