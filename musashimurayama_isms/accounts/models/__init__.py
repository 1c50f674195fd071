"""People and the organisation in time: nothing asks "is this user CISO?" but "who holds CISO on this day?"."""

from .absence import Absence, Deputyship
from .appointment import Appointment
from .committee import Committee, Seat
from .department import Department
from .post import Post
from .role import Role, RoleCode, StandingDeputy
from .user import User

__all__ = [
    "Absence",
    "Appointment",
    "Committee",
    "Department",
    "Deputyship",
    "Post",
    "Role",
    "RoleCode",
    "Seat",
    "StandingDeputy",
    "User",
]
