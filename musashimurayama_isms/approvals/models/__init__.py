"""Requests and the way they are decided: types and routes as data, runs as rows of their own; and the business of committees."""

from .agenda import AgendaItem, MinutesNote
from .attendance import Attendance
from .business import Item
from .circulation import Circulation
from .comment import Comment
from .decision import Decision
from .meeting import Meeting
from .reply import Reply
from .request import Request
from .request_type import Chair, Mode, RequestType, Route, RouteSeat, RouteStep
from .resolution import Recusal, Resolution
from .step import Seat, Step
from .subject import Subject
from .version import Version
from .waiver import Waiver

__all__ = [
    "AgendaItem",
    "Attendance",
    "Chair",
    "Circulation",
    "Comment",
    "Decision",
    "Item",
    "Meeting",
    "MinutesNote",
    "Mode",
    "Recusal",
    "Reply",
    "Request",
    "RequestType",
    "Resolution",
    "Route",
    "RouteSeat",
    "RouteStep",
    "Seat",
    "Step",
    "Subject",
    "Version",
    "Waiver",
]
