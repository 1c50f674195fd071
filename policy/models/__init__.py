"""Documents and their revisions, the clause tree, glossary, and the history of the policy."""

from .clause import Clause, Correction
from .document import Document, Revision
from .glossary import GlossaryTerm, HistoryEntry

__all__ = ["Clause", "Correction", "Document", "GlossaryTerm", "HistoryEntry", "Revision"]
