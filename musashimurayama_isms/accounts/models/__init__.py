"""People and the organisation in time: nothing asks "is this user CISO?" but "who holds CISO on this day?"."""

from .absence import Absence, Deputyship
from .appointment import Appointment
from .committee import Committee, Seat
from .department import Department
from .post import Post
from .role import Role, RoleCode, StandingDeputy
from .user import User

# isort: split
# These ask `standing` who may act, and `standing` reads the rows above: they come after them.
from .account import Account
from .calendar_token import CalendarToken
from .emergency_lock import EmergencyLock
from .factor_reset import FactorReset
from .handover import HandoverItem, HandoverStandard
from .naming import DeputyNaming, Naming
from .personnel import PersonnelChange, PersonnelEffect, PersonnelLine, may_handle_personnel

__all__ = [
    "Absence",
    "Account",
    "Appointment",
    "CalendarToken",
    "Committee",
    "Department",
    "DeputyNaming",
    "Deputyship",
    "EmergencyLock",
    "FactorReset",
    "HandoverItem",
    "HandoverStandard",
    "Naming",
    "PersonnelChange",
    "PersonnelEffect",
    "PersonnelLine",
    "Post",
    "Role",
    "RoleCode",
    "Seat",
    "StandingDeputy",
    "User",
    "may_handle_personnel",
]
