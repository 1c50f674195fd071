"""Audits: the plan of a year, one audit with all its papers, and what it finds."""

from .assignment import Assignment
from .check_item import CheckItem, Method, Overtaken, Result
from .engagement import Engagement
from .evidence import CustodyMove, Evidence
from .exchange import ExchangeComment
from .finding import Finding, FindingRevision, Grade
from .head_naming import AuditHeadNaming
from .medium_term import MediumTermPlan, MediumTermRow
from .notice import AuditNotice
from .paper import InterviewNote, WorkingPaper
from .phase import PhaseEnd, cancel
from .place import Place
from .programme import AuditProgramme, ProgrammeVersion
from .programme_parts import Removal, Target, TargetKind, Theme, WorkDays
from .questionnaire import Question, Questionnaire
from .report import AuditReport, ReportReceipt
from .sample import Sample, SamplePick, draw
from .schedule import DateOffer
from .takeaway import Merge, MergeConflict, Takeaway

__all__ = [
    "Assignment",
    "AuditHeadNaming",
    "AuditNotice",
    "AuditProgramme",
    "AuditReport",
    "CheckItem",
    "CustodyMove",
    "DateOffer",
    "Engagement",
    "Evidence",
    "ExchangeComment",
    "Finding",
    "FindingRevision",
    "Grade",
    "InterviewNote",
    "MediumTermPlan",
    "MediumTermRow",
    "Merge",
    "MergeConflict",
    "Method",
    "Overtaken",
    "PhaseEnd",
    "Place",
    "ProgrammeVersion",
    "Question",
    "Questionnaire",
    "Removal",
    "ReportReceipt",
    "Result",
    "Sample",
    "SamplePick",
    "Takeaway",
    "Target",
    "TargetKind",
    "Theme",
    "WorkDays",
    "WorkingPaper",
    "cancel",
    "draw",
]
