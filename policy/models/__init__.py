"""Documents and their revisions, the clause tree, glossary, history; obligations; what a new text changes and who has read it."""

from .change import ClauseChange
from .clause import Clause, Correction
from .confirmation import Confirmation, ConfirmationRound
from .document import Document, Revision
from .exception import PolicyException
from .exception_parts import CompensatingMeasure, ExceptedClause, ExceptionReview
from .glossary import GlossaryTerm, HistoryEntry
from .obligation import Bearer, Bearing, Exemption, Obligation
from .review import Decision, ObligationReview

__all__ = [
    "Bearer",
    "Bearing",
    "Clause",
    "CompensatingMeasure",
    "ClauseChange",
    "Confirmation",
    "ConfirmationRound",
    "Correction",
    "Decision",
    "Document",
    "ExceptedClause",
    "ExceptionReview",
    "Exemption",
    "GlossaryTerm",
    "HistoryEntry",
    "Obligation",
    "PolicyException",
    "ObligationReview",
    "Revision",
]
