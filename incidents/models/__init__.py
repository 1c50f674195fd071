"""Incidents, the steps that carry them to the CISO, the response until they end; what the city learns and asks of its sections."""

from .alert_series import AlertSeries
from .attack import AttackFinding
from .bulletin import Bulletin
from .bulletin_read import BulletinRead
from .bulletin_version import BulletinVersion
from .call import Call
from .cause import CauseAnalysis, CauseAnswer, CauseCategory
from .contact import Contact, OutsideContact
from .drill import Drill
from .drill_run import DrillRun, DrillStep
from .drill_task import DrillTask
from .emergency_measure import EmergencyMeasure
from .ending import Ending
from .evidence import CustodyMove, Evidence
from .incident import Incident
from .incident_grant import IncidentGrant
from .incident_link import IncidentLink
from .incident_meeting import IncidentMeeting, MeetingMember
from .inquiry import Inquiry
from .inquiry_place import InquiryPlace, InquiryReply
from .kind import IncidentKind
from .net_record import NetRecord
from .network_cut import NetworkCut
from .note import Note
from .oral import OralEntry
from .plan import PlanVersion
from .plan_review import PlanReview
from .prevention import PreventionReport
from .response_task import ResponseTask
from .series import NumberSeries
from .step import Receipt, Step
from .triage import Triage
from .vulnerability import Vulnerability
from .vulnerability_target import VulnerabilityTarget

__all__ = [
    "AlertSeries",
    "AttackFinding",
    "Bulletin",
    "BulletinRead",
    "BulletinVersion",
    "Call",
    "CauseAnalysis",
    "CauseAnswer",
    "CauseCategory",
    "Contact",
    "CustodyMove",
    "Drill",
    "DrillRun",
    "DrillStep",
    "DrillTask",
    "EmergencyMeasure",
    "Ending",
    "Evidence",
    "Incident",
    "IncidentGrant",
    "IncidentKind",
    "IncidentLink",
    "IncidentMeeting",
    "Inquiry",
    "InquiryPlace",
    "InquiryReply",
    "MeetingMember",
    "NetRecord",
    "NetworkCut",
    "Note",
    "NumberSeries",
    "OralEntry",
    "OutsideContact",
    "PlanReview",
    "PlanVersion",
    "PreventionReport",
    "Receipt",
    "ResponseTask",
    "Step",
    "Triage",
    "Vulnerability",
    "VulnerabilityTarget",
]
