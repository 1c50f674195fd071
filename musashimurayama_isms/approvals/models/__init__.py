"""Requests and the way they are decided: types and routes as data, runs as rows of their own."""

from .comment import Comment
from .decision import Decision
from .request import Request
from .request_type import Chair, Mode, RequestType, Route, RouteSeat, RouteStep
from .step import Seat, Step
from .subject import Subject
from .version import Version
from .waiver import Waiver

__all__ = [
    "Chair",
    "Comment",
    "Decision",
    "Mode",
    "Request",
    "RequestType",
    "Route",
    "RouteSeat",
    "RouteStep",
    "Seat",
    "Step",
    "Subject",
    "Version",
    "Waiver",
]
