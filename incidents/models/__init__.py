"""Incidents, the steps that carry them to the CISO, and who outside the city is told."""

from .assessment import Assessment
from .authority import Authority, AuthorityStage, RuleSet, TriggerQuestion
from .authority_report import AuthorityReport
from .incident import Incident
from .kind import IncidentKind
from .list_issue import ListIssue
from .note import Note
from .oral import OralEntry
from .publication import Publication
from .sending import Sending
from .series import NumberSeries
from .step import Receipt, Step

__all__ = [
    "Assessment",
    "Authority",
    "AuthorityReport",
    "AuthorityStage",
    "Incident",
    "IncidentKind",
    "ListIssue",
    "Note",
    "NumberSeries",
    "OralEntry",
    "Publication",
    "Receipt",
    "RuleSet",
    "Sending",
    "Step",
    "TriggerQuestion",
]
