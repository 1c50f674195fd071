"""Audits, self-inspections, training, and what follows from what they find (3.13, 3.9.2)."""

from .attendance import Attempt, Attendance
from .audience import Audience
from .campaign import Campaign, InspectionQuestion
from .improvement import Improvement
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
    "Given",
    "Improvement",
    "InspectionQuestion",
    "SectionResult",
    "Sheet",
    "TrainingSession",
]
