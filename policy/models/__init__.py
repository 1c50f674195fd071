"""Documents and their revisions, the clause tree, glossary, the history of the policy, and what its clauses oblige whom to do."""

from .clause import Clause, Correction
from .document import Document, Revision
from .glossary import GlossaryTerm, HistoryEntry
from .obligation import Bearer, Bearing, Exemption, Obligation

__all__ = [
    "Bearer",
    "Bearing",
    "Clause",
    "Correction",
    "Document",
    "Exemption",
    "GlossaryTerm",
    "HistoryEntry",
    "Obligation",
    "Revision",
]
