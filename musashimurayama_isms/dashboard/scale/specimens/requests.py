"""Requests of two types in every state that the list shows."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from musashimurayama_isms.approvals.models import Decision, Request, Version
from musashimurayama_isms.approvals.roster import Roster

from ..cast import Cast
from ..rows import Rows
from ..specimen import Copy, Specimen, take

REASON = "見本の理由です。"


def publication(at: datetime) -> dict[str, Any]:
    """住民への公開: looked at by the chief before."""
    facts = {"what": "見本 窓口の混雑の統計", "asset_class": 4, "where": "site", "place": "/toukei/", "integrity": ["original", "pdf"]}
    return {**facts, "no_secret": True, "starts_on": _day(at, 3)}


def viewing(at: datetime) -> dict[str, Any]:
    """机上・画面の閲覧許可: for some days."""
    facts = {"viewer": "見本の会社の保守の担当者", "what": "受付の画面", "asset_class": 2, "reason": "故障の確認", "how": "職員が横に付く"}
    return {**facts, "starts_on": _day(at, 1), "ends_on": _day(at, 8)}


CONTENT = {"publication": publication, "viewing": viewing}


def _day(at: datetime, later: int) -> str:
    return (at.date() + timedelta(days=later)).isoformat()


class Way:
    """The acts of one request, one after the other; each a day after the last."""

    def __init__(self, cast: Cast, code: str, at: datetime) -> None:
        self.cast, self.at = cast, at
        self.request = Request.draft(code, by=cast.clerk, at=at)
        content = CONTENT[code](at)
        days = {name: date.fromisoformat(content[name]) for name in ("starts_on", "ends_on") if name in content}
        self.request.edit(content, **days, by=cast.clerk, at=at)

    def submit(self) -> "Way":
        self.request.submit(by=self.cast.clerk, at=self._next())
        return self

    def decide(self, outcome: str, comment: str = "") -> "Way":
        """By whoever is asked first."""
        at, request = self._next(), Request.objects.get(pk=self.request.pk)
        _, hat = request.open_step.able(Roster(at))[0]
        Decision.take(request, outcome, by=hat.person, at=at, digest=request.current_version.digest, comment=comment)
        return self

    def permit(self) -> "Way":
        """Every step of the route."""
        while Request.objects.get(pk=self.request.pk).status == Request.Status.IN_REVIEW:
            self.decide(Decision.Outcome.PERMIT)
        return self

    def complete(self) -> "Way":
        at = self._next()
        report = {"done_on": at.date().isoformat(), "published_at": "/toukei/", "is_same": True, "note": ""}
        self.request.complete(by=self.cast.clerk, at=at, report=report if self.request.type.code == "publication" else None)
        return self

    def _next(self) -> datetime:
        self.at += timedelta(hours=20)
        return self.at


SHAPES: dict[str, tuple[str, Callable[[Way], Any]]] = {
    "drafted": ("publication", lambda way: way),
    "waiting": ("publication", lambda way: way.submit()),
    "waiting-viewing": ("viewing", lambda way: way.submit()),
    "returned": ("publication", lambda way: way.submit().decide("return", REASON)),
    "running": ("publication", lambda way: way.submit().permit()),
    "refused": ("viewing", lambda way: way.submit().decide("refuse", REASON)),
    "withdrawn": ("viewing", lambda way: way.submit().request.withdraw(by=way.cast.clerk, at=way.at, reason=REASON)),
    "completed": ("publication", lambda way: way.submit().permit().complete()),
    "completed-viewing": ("viewing", lambda way: way.submit().permit().complete()),
}
OVER = {"completed": 55, "completed-viewing": 30, "refused": 8, "withdrawn": 7}  # of a hundred
OPEN = {"waiting": 35, "waiting-viewing": 25, "running": 25, "returned": 8, "drafted": 7}


def specimens(cast: Cast, *, at: datetime) -> dict[str, Specimen]:
    """One of each shape, begun at the moment."""
    return {
        name: take(lambda code=code, go=go: _led(cast, code, go, at), at=at, words=cast.words, is_over=name in OVER)
        for name, (code, go) in SHAPES.items()
    }


def _led(cast: Cast, code: str, go: Callable[[Way], Any], at: datetime) -> Request:
    way = Way(cast, code, at)
    go(way)
    return Request.objects.get(pk=way.request.pk)


def copied(specimen: Specimen, rows: Rows, year: int, sequence: int, **stand_in: Any) -> Copy:
    """A copy with a number of its own (a draft has none) and the digest of its own content in every place that names it."""
    root: Request = specimen.root
    if root.number:
        stand_in["words"] = stand_in["words"] | {root.number: Request(fiscal_year=year, sequence=sequence).number}
        stand_in["columns"] = {Request: {"fiscal_year": year, "sequence": sequence}}
    copy = Copy(specimen, rows, **stand_in)
    for row in specimen.rows_of(Version):
        names = ("content", "attachments", "starts_on", "ends_on")
        version = Version(**{name: copy.column(Version, name, row) for name in names})
        copy.words[row["digest"]] = version.digest_over([root.type.code], [])
    return copy
