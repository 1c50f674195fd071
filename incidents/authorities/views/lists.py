"""The lists of the city: every report to an authority, and what is published half by half."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.authorities.forms import IssueForm
from incidents.authorities.half_year import Half
from incidents.authorities.listing import enter, half_of, reports_of
from incidents.models import ListIssue
from incidents.parties import committee_actors
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.jobs.queue import enqueue

from .forms_pages import form_page

PAGE_SIZE = 50


def reports(request: HttpRequest) -> HttpResponse:
    """What has been, has to be and will not be sent; without a filter what is still to be sent, the most urgent first."""
    now = timezone.now()
    found = reports_of(request.user, request.GET, at=now)
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.is_late = row.is_overdue(on=day_of(now))
    context = {"filter": found, "page_obj": page, "now": now}
    return render(request, "incidents/authorities/list.html", context)


def half_years(request: HttpRequest) -> HttpResponse:
    """The door of the half-yearly lists: the half that is over last, for its list is the next to be published."""
    enter(request.user, at=timezone.now())
    half = Half.of(day_of(timezone.now())).before
    return redirect("incidents:half_year", half.year, half.part)


def _may_issue(request: HttpRequest) -> bool:
    return any(actor.person.pk == request.user.pk for actor in committee_actors(at=timezone.now()))


def half_year(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """One half: the list, its text to copy, what waits for a decision, what was published."""
    now = timezone.now()
    found = half_of(request.user, year, part, at=now)
    context = {
        "list": found,
        "half": found.half,
        "is_over": found.half.last_day < day_of(now),
        "can_issue": _may_issue(request),
    }
    return render(request, "incidents/authorities/half_year.html", context)


@require_POST
def half_year_paper(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """The list on A4, made by the worker."""
    half_of(request.user, year, part, at=timezone.now())
    return redirect(enqueue("incidents.half_year_list", by=request.user, year=year, part=part))


def issue(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """Record that the list was published as it stands."""
    now = timezone.now()
    found = half_of(request.user, year, part, at=now)
    if not _may_issue(request):
        raise PermissionDenied("一覧の公表を記録できるのは、情報化推進委員会（事務局）です。")
    form = IssueForm(request.POST or None, initial={"published_on": day_of(now), "seen": found.digest})
    return form_page(
        request,
        form,
        lambda data: ListIssue.record(year, part, text=found.text, count=len(found.rows), by=request.user, at=timezone.now(), **data),
        done="一覧を公表したことを記録しました。後から内容が変わると、この画面で知らせます。",
        to=reverse("incidents:half_year", args=[year, part]),
        template="incidents/authorities/issue.html",
        list=found,
        half=found.half,
    )
