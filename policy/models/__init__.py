"""The policy's texts, clause tree, glossary, history; obligations; what a new text changes; what the policy orders to be written."""

from .change import ClauseChange
from .clause import Clause, Correction
from .confirmation import Confirmation, ConfirmationRound
from .document import Document, Revision
from .document_version import DocumentVersion
from .exception import PolicyException
from .exception_parts import CompensatingMeasure, ExceptedClause, ExceptionReview
from .glossary import GlossaryTerm, HistoryEntry
from .law import Law
from .measure_confirmation import MeasureConfirmation
from .obligation import Bearer, Bearing, Exemption, Obligation
from .reading_grant import ReadingGrant
from .regulation import Custody, Regulation
from .review import Decision, ObligationReview
from .section_document import DocumentClause, SectionDocument

__all__ = [
    "Bearer",
    "Bearing",
    "Clause",
    "CompensatingMeasure",
    "ClauseChange",
    "Confirmation",
    "ConfirmationRound",
    "Correction",
    "Custody",
    "Decision",
    "Document",
    "DocumentClause",
    "DocumentVersion",
    "ExceptedClause",
    "ExceptionReview",
    "Exemption",
    "GlossaryTerm",
    "HistoryEntry",
    "Law",
    "MeasureConfirmation",
    "Obligation",
    "PolicyException",
    "ObligationReview",
    "ReadingGrant",
    "Regulation",
    "Revision",
    "SectionDocument",
]
