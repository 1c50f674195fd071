"""Incidents and the steps of their chain; the other reports; what the city learns and asks of its sections."""

from .alert_series import AlertSeries
from .bulletin import Bulletin
from .bulletin_read import BulletinRead
from .bulletin_version import BulletinVersion
from .call import Call
from .card_stop import CardStop
from .compliance import ComplianceNote, ComplianceProblem, ComplianceWord
from .consultation import Consultation
from .consultation_message import ConsultationMessage
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
from .violation import Violation
from .violation_record import ViolationRecord
from .violation_word import ViolationWord
from .vulnerability import Vulnerability
from .vulnerability_target import VulnerabilityTarget

__all__ = [
    "AlertSeries",
    "Bulletin",
    "BulletinRead",
    "BulletinVersion",
    "Call",
    "CardStop",
    "ComplianceNote",
    "ComplianceProblem",
    "ComplianceWord",
    "Consultation",
    "ConsultationMessage",
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
    "Violation",
    "ViolationRecord",
    "ViolationWord",
    "Vulnerability",
    "VulnerabilityTarget",
]
