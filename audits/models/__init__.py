"""The models of the floor, a file a noun."""

from .attendance import Attempt, Attendance
from .audience import Audience
from .training_course import Course
from .training_session import TrainingSession

__all__ = ["Attempt", "Attendance", "Audience", "Course", "TrainingSession"]
