"""The lists of the room, and one request."""

from datetime import datetime
from io import BytesIO

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.trail.reading import note_reading

from .. import export as exports
from ..filters import RequestFilter
from ..forms import CommentForm, DecisionForm, ReasonForm, RequestForm
from ..models import Request
from ..models.request_set import Reach
from ..overview import Overview
from ..scopes import MINE, WAITING, Scope, for_lines, requests_of, scopes_of
from ..waiting import Waiting, waiting_for

PAGE_SIZE = 50


@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """The door of the room: what waits for the person, else the own requests; a filter in the address is kept."""
    scope = WAITING if waiting_for(request.user, at=timezone.now()) else MINE
    answer = redirect("approvals:desk", scope.slug)
    if request.GET:
        answer["Location"] += f"?{request.GET.urlencode()}"
    return answer


@require_safe
def desk(request: HttpRequest, scope: str) -> HttpResponse:
    """One list of the room, narrowed by the address."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    here = _scope(scope, reach)
    waiting = {row.request.pk: row for row in reversed(_waiting(request, at=now))}
    filtered = RequestFilter(request.GET, queryset=_rows(request, here, reach, waiting, at=now))
    page = LongList(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.waiting = waiting.get(row.pk)
    context = {
        "scope": here,
        "scopes": scopes_of(reach),
        "now": now,
        "waiting_count": len(waiting),
        "filter": filtered,
        "page_obj": page,
        "formats": exports.FORMATS,
    }
    return render(request, "approvals/desk.html", context)


def _waiting(request: HttpRequest, *, at: datetime) -> list[Waiting]:
    """What waits for the person; ?act= leaves one kind of act, 後閲 for one."""
    act = request.GET.get("act")
    return [row for row in waiting_for(request.user, at=at) if not act or row.act == act]


def _scope(slug: str, reach: Reach) -> Scope:
    here = next((row for row in scopes_of(reach) if row.slug == slug), None)
    if here is None:
        raise Http404("この一覧はありません。")
    return here


def _rows(request: HttpRequest, scope: Scope, reach: Reach, waiting, *, at) -> QuerySet[Request]:
    if scope is WAITING:
        seen = Request.objects.visible_to(request.user, at=at, reach=reach)
        return for_lines(seen.filter(pk__in=waiting)).order_by("waiting_since", "pk")
    return requests_of(scope, request.user, reach, at=at)


@require_POST
def export(request: HttpRequest, scope: str, suffix: str) -> FileResponse:
    """A list as the address narrows it, as a file; who took it out is recorded."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    here = _scope(scope, reach)
    if suffix not in exports.FORMATS:
        raise Http404
    waiting = [row.request.pk for row in _waiting(request, at=now)] if here is WAITING else []
    rows = RequestFilter(request.GET, queryset=_rows(request, here, reach, waiting, at=now)).qs
    content = exports.export(rows, here, suffix, by=request.user, at=now)
    name = f"申請-{here.title}-{day_of(now).isoformat()}.{suffix}"
    return private_download(BytesIO(content), name=name, media_type=exports.FORMATS[suffix].media_type)


def get_request(request: HttpRequest, pk) -> Request:
    """A request that the person may see, with its run; 404 for a stranger."""
    return get_object_or_404(Request.objects.visible_to(request.user, at=timezone.now()).with_run(), pk=pk)


def ruling_form(found: Request, data: QueryDict | None, *, at: datetime) -> RequestForm | None:
    """The form of what the decision itself settles; None where a permit is a plain yes."""
    form = found.matter.ruling(found)
    return form(data, request=found, at=at, prefix="ruling") if form else None


def completion_form(found: Request, data: QueryDict | None, *, at: datetime) -> RequestForm | None:
    """The form of what is recorded when it is done; None where a word is enough."""
    form = found.matter.completion(found)
    return form(data, request=found, at=at, prefix="done") if form else None


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One request: first what it wants from me, then what it is about, then its history."""
    found = get_request(request, pk)
    if found.status == Request.Status.DRAFT:
        return redirect("approvals:draft", pk)
    if found.matter.is_confined:
        note_reading(request.user, found)
    return page_of(request, found)


def page_of(request: HttpRequest, found: Request, *, status: int = 200, **forms) -> HttpResponse:
    """The page of a request; a form that was refused comes back in the place of the empty one."""
    view = Overview(found, request.user, at=timezone.now())
    seen = {"digest": view.version.digest if view.version else "", "step": found.open_step.position if found.is_in_review else None}
    forms.setdefault("decision_form", DecisionForm(checks=found.matter.checks_for(found), initial=seen))
    forms.setdefault("ruling_form", ruling_form(found, None, at=view.at))
    forms.setdefault("completion_form", completion_form(found, None, at=view.at) if view.can_complete else None)
    forms.setdefault("comment_form", CommentForm(subject=found, prefix="comment"))
    forms.setdefault("hand_back_form", ReasonForm(prefix="back"))
    context = {"application": found, "view": view, "now": view.at, **forms}
    return render(request, "approvals/detail.html", context, status=status)
