"""The desks, one incident, and its sheets on paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.filters import IncidentFilter
from incidents.models import Incident, Receipt, Step
from incidents.overview import Overview
from incidents.parties import Reach
from incidents.scopes import incidents_of, scopes_of, waiting_for
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50


def rooms(request: HttpRequest) -> HttpResponse:
    """The door of the room: the desk where something waits, else the highest one the person sits at."""
    scopes = scopes_of(Reach.of(request.user, at=timezone.now()))
    return redirect("incidents:desk", scopes[-1].slug)


def desk(request: HttpRequest, scope: str) -> HttpResponse:
    """What waits for me in this role and since when, then everything I may follow."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    scopes = scopes_of(reach)
    here = next((row for row in scopes if row.slug == scope), None)
    if here is None:
        raise Http404("この役割の一覧はありません。")
    filtered = IncidentFilter(request.GET, queryset=incidents_of(here, request.user, reach, at=now))
    context = {
        "scope": here,
        "scopes": scopes,
        "now": now,
        "waiting": waiting_for(request.user, at=now, party=here.party, reach=reach),
        "drafts": Incident.objects.drafts_of(request.user).select_related("kind") if here.slug == "mine" else [],
        "filter": filtered,
        "page_obj": LongList(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "incidents/desk.html", context)


def detail(request: HttpRequest, pk) -> HttpResponse:
    """One incident: first what it wants from me, then the facts, then the history."""
    now = timezone.now()
    incident = get_object_or_404(Incident.objects.visible_to(request.user, at=now).with_people(), pk=pk)
    if incident.is_draft:
        return redirect("incidents:draft", pk)
    note_reading(request.user, incident)
    return render(request, "incidents/detail.html", {"incident": incident, "view": Overview(incident, request.user, at=now), "now": now})


@require_POST
def sheet(request: HttpRequest, pk) -> HttpResponse:
    """The report as an A4 sheet, made by the worker."""
    incident = get_incident(request, pk)
    return redirect(enqueue("incidents.report_sheet", by=request.user, subject=incident, incident=str(incident.pk)))


def paper_form(request: HttpRequest) -> HttpResponse:
    """The blank form for the day when the portal is down, to be printed beforehand."""
    return render(request, "incidents/paper_form.html", {"at": timezone.now()})


def get_incident(request: HttpRequest, pk) -> Incident:
    """A sent report that the person may see, with its people; for every page of its file."""
    return get_object_or_404(Incident.objects.submitted().visible_to(request.user, at=timezone.now()).with_people(), pk=pk)


def get_step(request: HttpRequest, pk: int) -> Step:
    """A step of an incident that the person may see."""
    seen = Incident.objects.submitted().visible_to(request.user, at=timezone.now())
    return get_object_or_404(Step.objects.select_related("incident__department__parent", "incident__kind"), pk=pk, incident__in=seen)


def get_receipt(request: HttpRequest, pk: int) -> Receipt:
    """A receipt of an incident that the person may see."""
    seen = Incident.objects.submitted().visible_to(request.user, at=timezone.now())
    return get_object_or_404(Receipt.objects.select_related("step__incident__department__parent"), pk=pk, step__incident__in=seen)
