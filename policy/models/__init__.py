"""Documents and their revisions, the clause tree, glossary, history; obligations; what a new text changes and who has read it."""

from .change import ClauseChange
from .clause import Clause, Correction
from .confirmation import Confirmation, ConfirmationRound
from .document import Document, Revision
from .glossary import GlossaryTerm, HistoryEntry
from .obligation import Bearer, Bearing, Exemption, Obligation
from .review import Decision, ObligationReview

__all__ = [
    "Bearer",
    "Bearing",
    "Clause",
    "ClauseChange",
    "Confirmation",
    "ConfirmationRound",
    "Correction",
    "Decision",
    "Document",
    "Exemption",
    "GlossaryTerm",
    "HistoryEntry",
    "Obligation",
    "ObligationReview",
    "Revision",
]
