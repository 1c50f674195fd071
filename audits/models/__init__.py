"""Self-inspections, audits and what follows from them (3.13)."""

from .campaign import Campaign, InspectionQuestion
from .improvement import Improvement
from .policy_review import PolicyReview
from .review_input import Found, ReviewInput, Source
from .section_result import SectionResult
from .sheet import Answer, Given, Sheet

__all__ = [
    "Answer",
    "Campaign",
    "Found",
    "Given",
    "Improvement",
    "PolicyReview",
    "InspectionQuestion",
    "ReviewInput",
    "SectionResult",
    "Sheet",
    "Source",
]
