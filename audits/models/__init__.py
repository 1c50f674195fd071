"""Audits, self-inspections, and what follows from what they find (3.13)."""

from .assignment import Assignment
from .campaign import Campaign, InspectionQuestion
from .check_item import CheckItem, Method, Overtaken, Result
from .corrective_action import Addressee, CorrectiveAction
from .engagement import Engagement
from .evidence import CustodyMove, Evidence
from .exchange import ExchangeComment
from .finding import Finding, FindingRevision, Grade
from .head_naming import AuditHeadNaming
from .improvement import Improvement
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
from .section_result import SectionResult
from .sheet import Answer, Given, Sheet
from .takeaway import Merge, MergeConflict, Takeaway

__all__ = [
    "Addressee",
    "Answer",
    "Assignment",
    "AuditHeadNaming",
    "AuditNotice",
    "AuditProgramme",
    "AuditReport",
    "Campaign",
    "CheckItem",
    "CorrectiveAction",
    "CustodyMove",
    "DateOffer",
    "Engagement",
    "Evidence",
    "ExchangeComment",
    "Finding",
    "FindingRevision",
    "Given",
    "Grade",
    "Improvement",
    "InspectionQuestion",
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
    "SectionResult",
    "Sheet",
    "Takeaway",
    "Target",
    "TargetKind",
    "Theme",
    "WorkDays",
    "WorkingPaper",
    "cancel",
    "draw",
]
