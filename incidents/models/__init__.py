"""Incidents, the steps that carry them to the CISO, the response until they end, who outside is told; what the city learns and asks."""

from .alert_series import AlertSeries
from .assessment import Assessment
from .attack import AttackFinding
from .authority import Authority, AuthorityStage, RuleSet, TriggerQuestion
from .authority_report import AuthorityReport
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
from .list_issue import ListIssue
from .net_record import NetRecord
from .network_cut import NetworkCut
from .note import Note
from .oral import OralEntry
from .plan import PlanVersion
from .plan_review import PlanReview
from .prevention import PreventionReport
from .publication import Publication
from .response_task import ResponseTask
from .sending import Sending
from .series import NumberSeries
from .step import Receipt, Step
from .triage import Triage
from .vulnerability import Vulnerability
from .vulnerability_target import VulnerabilityTarget

__all__ = [
    "AlertSeries",
    "Assessment",
    "AttackFinding",
    "Authority",
    "AuthorityReport",
    "AuthorityStage",
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
    "ListIssue",
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
    "Publication",
    "Receipt",
    "ResponseTask",
    "RuleSet",
    "Sending",
    "Step",
    "Triage",
    "TriggerQuestion",
    "Vulnerability",
    "VulnerabilityTarget",
]
