"""The lists of the room, and one request."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from musashimurayama_isms.paging import LongList
from musashimurayama_isms.trail.reading import note_reading

from ..forms import CommentForm, DecisionForm, ReasonForm, RequestForm
from ..listing import Listing
from ..models import Request
from ..overview import Overview
from ..scopes import MINE, WAITING
from ..waiting import waiting_for

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
    try:
        found = Listing(request.user, request.GET, scope, at=now)
    except LookupError:
        raise Http404("この一覧はありません。") from None
    page = LongList(found.filter.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.waiting = found.waiting.get(row.pk)
    context = {
        "scope": found.scope,
        "scopes": found.scopes,
        "now": now,
        "waiting_count": len(found.waiting),
        "filter": found.filter,
        "page_obj": page,
    }
    return render(request, "approvals/desk.html", context)


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
