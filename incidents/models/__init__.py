"""Incidents and the steps that carry them to the CISO; what the city learns and asks of its sections."""

from .alert_series import AlertSeries
from .bulletin import Bulletin
from .bulletin_read import BulletinRead
from .bulletin_version import BulletinVersion
from .incident import Incident
from .inquiry import Inquiry
from .inquiry_place import InquiryPlace, InquiryReply
from .kind import IncidentKind
from .note import Note
from .oral import OralEntry
from .series import NumberSeries
from .step import Receipt, Step
from .vulnerability import Vulnerability
from .vulnerability_target import VulnerabilityTarget

__all__ = [
    "AlertSeries",
    "Bulletin",
    "BulletinRead",
    "BulletinVersion",
    "Incident",
    "IncidentKind",
    "Inquiry",
    "InquiryPlace",
    "InquiryReply",
    "Note",
    "NumberSeries",
    "OralEntry",
    "Receipt",
    "Step",
    "Vulnerability",
    "VulnerabilityTarget",
]
