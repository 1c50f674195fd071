"""Self-inspections, audits and what follows from them (3.13)."""

from .campaign import Campaign, InspectionQuestion
from .improvement import Improvement
from .section_result import SectionResult
from .sheet import Answer, Given, Sheet

__all__ = ["Answer", "Campaign", "Given", "Improvement", "InspectionQuestion", "SectionResult", "Sheet"]
