"""The types of requests with their routes; a change is proposed with its effect in view, and confirmed by a second person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.transitions import InvalidTransition

from .. import figures
from ..forms import ReasonForm, RouteStepFormSet
from ..ground import missing_ground
from ..matters import is_open, matter_of
from ..models import RequestType, Route
from ..models.request_set import Reach
from ..route_preview import Preview, Steps
from ..scopes import scopes_of


@require_safe
def types(request: HttpRequest) -> HttpResponse:
    """Every type with its route, who may apply, what the policy leaves open, and how many requests are under way."""
    rows = list(RequestType.objects.with_routes())
    counted = figures.by_type([row.code for row in rows], at=timezone.now())
    proposed = set(Route.objects.proposed().values_list("type", flat=True))
    for row in rows:
        row.can_begin, row.has_proposal, row.live = is_open(row), row.pk in proposed, counted[row.code].open
    scopes = scopes_of(Reach.of(request.user, at=timezone.now()))
    return render(request, "approvals/types.html", {"types": rows, "scopes": scopes})


def _type(code: str) -> RequestType:
    return get_object_or_404(RequestType.objects.with_routes(), code=code)


@require_safe
def type_(request: HttpRequest, code: str) -> HttpResponse:
    """One type: its route and those before, a proposal with its effect, the requests still on an old route."""
    found, now = _type(code), timezone.now()
    routes = found.routes.select_related("proposed_by", "decided_by").prefetch_related("steps__seats")
    proposal = next((route for route in routes if route.status == Route.Status.PROPOSED), None)
    handles = Route.may_handle(request.user, at=now)
    since = found.route.decided_at if found.route else None
    under_way = found.in_review()
    context = {
        "type": found,
        "routes": [route for route in routes if route.status != Route.Status.PROPOSED],
        "proposal": proposal,
        "handles": handles,
        "can_confirm": bool(proposal and proposal.can_confirm(request.user, at=now)),
        "preview": Preview(found, proposal.as_steps(), now) if proposal and handles else None,
        "in_review": under_way.count(),
        "on_old_routes": under_way.filter(submitted_at__lt=since).count() if since else 0,
        "can_begin": is_open(found),
        "starts_elsewhere": matter_of(found).starts_elsewhere,
        "missing": missing_ground([found], on=day_of(now)).get(found.code, []),
    }
    return render(request, "approvals/type.html", context)


def propose(request: HttpRequest, code: str) -> HttpResponse:
    """A change of the route: written, looked at in its effect, then sent to a second person."""
    found, now = _type(code), timezone.now()
    if not Route.may_handle(request.user, at=now):
        raise PermissionDenied("経路の変更を提案できるのは、総括管理者、中央電子計算組織管理者とポータルの管理者です。")
    formset = RouteStepFormSet(request.POST or None, initial=_initial(found), prefix="step")
    form = ReasonForm(request.POST or None)
    context = {"type": found, "formset": formset, "form": form}
    if request.method != "POST":
        return render(request, "approvals/propose.html", context)
    if not (formset.is_valid() and form.is_valid()):
        return render(request, "approvals/propose.html", context, status=422)
    return _looked_at(request, found, formset.steps(), form.cleaned_data["reason"], context, at=now)


def _initial(found: RequestType) -> list[dict]:
    """The steps of the route in force, to begin with."""
    steps = found.route.as_steps() if found.route else []
    return [{"mode": mode, "chairs": chairs} for mode, chairs in steps]


def _looked_at(request: HttpRequest, found: RequestType, steps: Steps, reason: str, context: dict, *, at) -> HttpResponse:
    """The preview first; sent only where the steps are those that were looked at."""
    preview = Preview(found, steps, at)
    if request.POST.get("looked_at") != preview.after or "send" not in request.POST:
        return render(request, "approvals/propose.html", {**context, "preview": preview})
    try:
        Route.propose(found, steps, reason=reason, by=request.user, at=at)
    except InvalidTransition as error:
        context["form"].add_error(None, str(error))
        return render(request, "approvals/propose.html", context, status=422)
    messages.success(request, "変更案を登録しました。別の人が確認すると、次の申請から使われます。")
    return redirect(found)


def _settle(request: HttpRequest, pk: int, act, done: str) -> HttpResponse:
    route = get_object_or_404(Route.objects.select_related("type"), pk=pk)
    try:
        act(route)
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect(route.type)


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person puts a proposal in force."""
    done = "新しい経路を使い始めました。審査中の申請は、出したときの経路のまま進みます。"
    return _settle(request, pk, lambda route: route.confirm(by=request.user, at=timezone.now()), done)


@require_POST
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """A proposal is not taken."""
    done = "変更案を採用しませんでした。今の経路のまま変わりません。"
    return _settle(request, pk, lambda route: route.reject(by=request.user, at=timezone.now()), done)
