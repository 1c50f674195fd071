"""Incidents, the steps that carry them to the CISO, and the response until they end."""

from .attack import AttackFinding
from .cause import CauseAnalysis, CauseAnswer, CauseCategory
from .emergency_measure import EmergencyMeasure
from .ending import Ending
from .evidence import CustodyMove, Evidence
from .incident import Incident
from .incident_grant import IncidentGrant
from .incident_link import IncidentLink
from .incident_meeting import IncidentMeeting, MeetingMember
from .kind import IncidentKind
from .network_cut import NetworkCut
from .note import Note
from .oral import OralEntry
from .prevention import PreventionReport
from .response_task import ResponseTask
from .series import NumberSeries
from .step import Receipt, Step
from .triage import Triage

__all__ = [
    "AttackFinding",
    "CauseAnalysis",
    "CauseAnswer",
    "CauseCategory",
    "CustodyMove",
    "EmergencyMeasure",
    "Ending",
    "Evidence",
    "Incident",
    "IncidentGrant",
    "IncidentKind",
    "IncidentLink",
    "IncidentMeeting",
    "MeetingMember",
    "NetworkCut",
    "Note",
    "NumberSeries",
    "OralEntry",
    "PreventionReport",
    "Receipt",
    "ResponseTask",
    "Step",
    "Triage",
]
