"""Incidents and the steps that carry them to the CISO; the reports that go another way beside them."""

from .card_stop import CardStop
from .compliance import ComplianceNote, ComplianceProblem, ComplianceWord
from .consultation import Consultation
from .consultation_message import ConsultationMessage
from .incident import Incident
from .kind import IncidentKind
from .note import Note
from .oral import OralEntry
from .series import NumberSeries
from .step import Receipt, Step
from .violation import Violation
from .violation_record import ViolationRecord
from .violation_word import ViolationWord

__all__ = [
    "CardStop",
    "ComplianceNote",
    "ComplianceProblem",
    "ComplianceWord",
    "Consultation",
    "ConsultationMessage",
    "Incident",
    "IncidentKind",
    "Note",
    "NumberSeries",
    "OralEntry",
    "Receipt",
    "Step",
    "Violation",
    "ViolationRecord",
    "ViolationWord",
]
