"""Circulations: what is handed on, asked and shared, and the answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.fiscal import add_working_days
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.models import Entry

from ...committee_filters import CirculationFilter
from ...committee_forms import OpinionAnswerForm, OpinionForm, RelayForm, SharingForm
from ...committee_pages import the_committee
from ...committee_people import Insider
from ...models import Circulation, Reply, Resolution
from ...models.request_set import Reach
from .entrance import PAGE_SIZE, entered, show

Kind = Circulation.Kind


def circulations(request: HttpRequest) -> HttpResponse:
    """Everything for the committee's people; for others what was sent to the own department."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    filtered = CirculationFilter(request.GET, queryset=Circulation.objects.visible_to(request.user, reach=reach).for_list())
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "replies": Reply.objects.waiting_for(request.user, at=now, reach=reach),
        "sees_room": reach.sees_committee,
        "runs": reach.sees_committee and Insider.of(request.user, the_committee(), at=now).runs,
        "now": now,
    }
    return render(request, "approvals/committee/circulations.html", context)


def get_circulation(request: HttpRequest, pk: int) -> Circulation:
    """A circulation that the person may see."""
    rows = Circulation.objects.visible_to(request.user, at=timezone.now()).for_list()
    return get_object_or_404(rows.select_related("committee__secretariat", "resolution__agenda_item__item", "request__type"), pk=pk)


def circulation(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_circulation(request, pk), OpinionAnswerForm())


def _page(request: HttpRequest, found: Circulation, form: OpinionAnswerForm) -> HttpResponse:
    """One circulation with the answers that the person may read, the own one first where it is still owed."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = found.replies.visible_to(request.user, reach=reach).select_related("department__parent", "answered_by")
    context = {
        "circulation": found,
        "replies": rows.order_by("answered_at", "department__position") if found.asks_opinion else rows,
        "mine": Reply.objects.waiting_for(request.user, at=now, reach=reach).filter(circulation=found),
        "files": StoredFile.objects.about(found).select_related("uploaded_by"),
        "entries": Entry.objects.about(found),
        "sees_room": reach.sees_committee,
        "can_close": found.is_open and Insider.of(request.user, found.committee, at=now).runs,
        "now": now,
    }
    return show(request, "circulation", context, form)


def send(request: HttpRequest, kind: str) -> HttpResponse:
    """伝達, 意見照会, or the record of 情報共有."""
    entered(request)
    if kind not in Kind.values:
        raise Http404
    committee, now = the_committee(), timezone.now()
    if not Insider.of(request.user, committee, at=now).runs:
        raise PermissionDenied
    form = _form(request, Kind(kind), at=now)
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: _sent(committee, Kind(kind), dict(form.cleaned_data), by=request.user, at=now))
        if made:
            messages.success(request, "記録しました。" if made.is_sharing else "送りました。宛先の役割の人に知らせました。")
            return redirect(made)
    return show(request, "send", {"kind": Kind(kind), "clause": Circulation.CLAUSES[Kind(kind)]}, form)


def _form(request: HttpRequest, kind: Circulation.Kind, *, at) -> RelayForm | OpinionForm | SharingForm:
    data, files = request.POST or None, request.FILES or None
    if kind == Kind.SHARING:
        return SharingForm(data, files, initial={"shared_at": at})
    departments = Circulation.answering(kind, on=day_of(at))
    days = value("approvals.step_working_days")
    initial = {"due_on": add_working_days(day_of(at), days), "resolution": request.GET.get("resolution")}
    if kind == Kind.OPINION:
        return OpinionForm(data, files, departments=departments, initial=initial)
    resolutions = Resolution.objects.filter(outcome=Resolution.Outcome.PASSED).select_related("agenda_item__item")
    return RelayForm(data, files, departments=departments, resolutions=resolutions.order_by("-recorded_at"), initial=initial)


def _sent(committee, kind: Circulation.Kind, data: dict, *, by, at) -> Circulation:
    data.pop("uploads", None)
    if kind == Kind.SHARING:
        return Circulation.share(committee, by=by, at=at, **data)
    return Circulation.send(committee, kind, by=by, at=at, **data)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_circulation(request, pk)
    return act(request, lambda: found.close(by=request.user, at=timezone.now()), "終了しました。", found)


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """受領, or the opinion of the 部."""
    now = timezone.now()
    rows = Reply.objects.visible_to(request.user, at=now).select_related("circulation__committee", "department__parent")
    reply = get_object_or_404(rows, pk=pk)
    found = reply.circulation
    if not found.asks_opinion:
        return act(request, lambda: reply.answer(by=request.user, at=now), "受領しました。委員会に伝わります。", found)
    form = OpinionAnswerForm(request.POST)
    if form.is_valid() and tried(request, form, lambda: reply.answer(by=request.user, at=now, **form.cleaned_data) or reply):
        messages.success(request, "回答しました。委員会に届きました。")
        return redirect(found)
    return _page(request, get_circulation(request, found.pk), form)
