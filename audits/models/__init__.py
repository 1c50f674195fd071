"""Audits, self-inspections, training, the policy review, and what follows from what they find (3.13, 3.9.2)."""

from .attendance import Attempt, Attendance
from .audience import Audience
from .campaign import Campaign, InspectionQuestion
from .improvement import Improvement
from .policy_review import PolicyReview
from .review_input import Found, ReviewInput, Source
from .section_result import SectionResult
from .sheet import Answer, Given, Sheet
from .training_course import Course
from .training_session import TrainingSession

__all__ = [
    "Answer",
    "Attempt",
    "Attendance",
    "Audience",
    "Campaign",
    "Course",
    "Found",
    "Given",
    "Improvement",
    "InspectionQuestion",
    "PolicyReview",
    "ReviewInput",
    "SectionResult",
    "Sheet",
    "Source",
    "TrainingSession",
]
