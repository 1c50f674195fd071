"""Documents and their revisions, the clause tree, glossary, the history of the policy, and what its clauses oblige whom to do."""

from .clause import Clause, Correction
from .document import Document, Revision
from .exception import PolicyException
from .exception_parts import CompensatingMeasure, ExceptedClause, ExceptionReview
from .glossary import GlossaryTerm, HistoryEntry
from .obligation import Bearer, Bearing, Exemption, Obligation

__all__ = [
    "Bearer",
    "Bearing",
    "Clause",
    "CompensatingMeasure",
    "Correction",
    "Document",
    "ExceptedClause",
    "ExceptionReview",
    "Exemption",
    "GlossaryTerm",
    "HistoryEntry",
    "Obligation",
    "PolicyException",
    "Revision",
]
