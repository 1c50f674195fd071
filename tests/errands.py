"""Errands and disposals for tests, written by their own forms and permitted along their own routes."""

from datetime import date, datetime, timedelta

from django.utils.datastructures import MultiValueDict

from assets.classification import AssetClass
from assets.models import Asset, Disposal, Move
from assets.requests.disposal import begin as begin_disposal
from assets.requests.moves import begin
from assets.things import Thing
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.catalogue import load_request_types
from musashimurayama_isms.approvals.models import Decision, Request, RequestType
from musashimurayama_isms.fiscal import TOKYO

from .factory import make_asset

AT = datetime(2026, 11, 26, 10, 0, tzinfo=TOKYO)  # a Thursday
DAY = AT.date()
ASKED = {"purpose": "統計の提出", "destination": "東京都庁", "carried_by": "staff", "recipient": "都 統計課", "route": "公用車で直行"}
TERMS = {"means": "registered", "trusted": "郵便書留", "no_copy": "on", "is_guarded": "on", "penalty": "on"}
STORAGE = {"is_long": "on", "write_protected": "on", "safe_area": "on", "is_proof": "on"}
DISPOSING = {"kind": "disposal", "method": "destroy", "reason": "保存期間の終わり", "performer": "市民 花子", "witness": "市民 次郎"}


def day_boxes(name: str, day: date | None) -> dict[str, str]:
    """A day as the browser sends it."""
    return {f"{name}_{part}": str(getattr(day, part)) for part in ("year", "month", "day")} if day else {}


def medium(cast, **fields) -> Asset:
    """A USB memory of 市民課, 分類Ⅱ."""
    given = {"name": "USBメモリ3号", "kind": Asset.Kind.MEDIUM, "asset_class": AssetClass.II, "place": "鍵付き書庫"} | fields
    return make_asset(cast.section, by=cast.clerk, at=AT, **given)


def form_of(request: Request, by: User, **words):
    """The bound form of a request, with everything answered but what `words` say otherwise."""
    boxes = {}
    for name in ("leaves_on", "arrives_on", "returns_on", "planned_on"):
        boxes |= day_boxes(name, words.pop(name, DAY + timedelta(days=4 if name == "returns_on" else 0)))
    lists = {name: words.pop(name) for name in ("things", "ways", "protections") if name in words}
    data = MultiValueDict({name: [value] for name, value in (ASKED | TERMS | STORAGE | DISPOSING | boxes | words).items() if value})
    given = {"things": request.content["things"], "ways": request.content.get("ways", []), "protections": ["case", "cipher"]}
    for name, values in (given | lists).items():
        data.setlist(name, values)
    data.setdefault("asked", ",".join(data.getlist("ways")))
    return request.matter.form(data, request=request, user=by, at=AT)


def write(request: Request, by: User, **words) -> Request:
    """The form filled in and kept; AssertionError where something in it is wrong."""
    form = form_of(request, by, **words)
    assert form.is_valid(), form.errors
    request.edit(form.content_so_far(), **form.period(), by=by, at=AT)
    return request


def errand(by: User, things: list, ways: list[str], **words) -> Request:
    """A submitted errand."""
    request = write(begin([Thing(row) for row in things], ways, by=by, at=AT), by, **words)
    request.submit(by=by, at=AT)
    return request


def permit(request: Request, by: User, *, at: datetime = AT) -> Request:
    Decision.take(request, "permit", by=by, at=at, digest=request.current_version.digest)
    request.refresh_from_db()
    return request


def move(cast, ways: list[str] = ("take-out",), things: list | None = None, *, by: User | None = None, **words) -> Move:
    """A permitted move of a USB memory; the clerk carries it."""
    request = errand(by or cast.clerk, things or [medium(cast)], list(ways), **words)
    return permit(request, cast.section_officer).move


def disposal(cast, things: list, *, by: User | None = None, **words) -> Disposal:
    """A permitted disposal."""
    by = by or cast.clerk
    request = write(begin_disposal([Thing(row) for row in things], by=by, at=AT), by, **words)
    request.submit(by=by, at=AT)
    return permit(request, cast.section_officer).disposal


def load_types() -> None:
    """The types of errands and disposals with their routes, as the reference data has them."""
    if not RequestType.objects.filter(code="errand").exists():
        load_request_types()
