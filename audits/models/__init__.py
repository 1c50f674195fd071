"""Audits, self-inspections, training, the policy review, and what follows from what they find (3.13, 3.9.2)."""

from .assignment import Assignment
from .attendance import Attempt, Attendance
from .audience import Audience
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
from .policy_review import PolicyReview
from .programme import AuditProgramme, ProgrammeVersion
from .programme_parts import Removal, Target, TargetKind, Theme, WorkDays
from .questionnaire import Question, Questionnaire
from .report import AuditReport, ReportReceipt
from .review_input import Found, ReviewInput, Source
from .sample import Sample, SamplePick, draw
from .schedule import DateOffer
from .section_result import SectionResult
from .sheet import Answer, Given, Sheet
from .takeaway import Merge, MergeConflict, Takeaway
from .training_course import Course
from .training_session import TrainingSession

__all__ = [
    "Addressee",
    "Answer",
    "Assignment",
    "Attempt",
    "Attendance",
    "Audience",
    "AuditHeadNaming",
    "AuditNotice",
    "AuditProgramme",
    "AuditReport",
    "Campaign",
    "CheckItem",
    "CorrectiveAction",
    "Course",
    "CustodyMove",
    "DateOffer",
    "Engagement",
    "Evidence",
    "ExchangeComment",
    "Finding",
    "FindingRevision",
    "Found",
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
    "PolicyReview",
    "ProgrammeVersion",
    "Question",
    "Questionnaire",
    "Removal",
    "ReportReceipt",
    "Result",
    "ReviewInput",
    "Sample",
    "SamplePick",
    "SectionResult",
    "Sheet",
    "Source",
    "Takeaway",
    "Target",
    "TargetKind",
    "Theme",
    "TrainingSession",
    "WorkDays",
    "WorkingPaper",
    "cancel",
    "draw",
]
