"""The lists of the city: every report to an authority, and what is published half by half."""

from io import BytesIO

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.alert_pages import TYPES
from incidents.authorities import export
from incidents.authorities.filters import AuthorityReportFilter
from incidents.authorities.forms import IssueForm
from incidents.authorities.half_year import FIRST, SECOND, Half, HalfYearList
from incidents.models import AuthorityReport, ListIssue
from incidents.parties import Reach, committee_actors
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.jobs.queue import enqueue

from .forms_pages import form_page

PAGE_SIZE = 50
YEARS = range(2019, 2200)


def reach_of(request: HttpRequest) -> Reach:
    """The lists are the committee's and those of the roles that see every incident; for others they do not exist."""
    reach = Reach.of(request.user, at=timezone.now())
    if not reach.city:
        raise Http404("この一覧はありません。")
    return reach


def _filtered(request: HttpRequest) -> AuthorityReportFilter:
    reach = reach_of(request)
    rows = AuthorityReport.objects.visible_to(request.user, at=timezone.now(), reach=reach).real().with_facts().by_due()
    return AuthorityReportFilter(request.GET or {"state": "open"}, queryset=rows)


def reports(request: HttpRequest) -> HttpResponse:
    """What has been, has to be and will not be sent; without a filter what is still to be sent, the most urgent first."""
    found, now = _filtered(request), timezone.now()
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.is_late = row.is_overdue(on=day_of(now))
    context = {"filter": found, "page_obj": page, "formats": TYPES, "now": now}
    return render(request, "incidents/authorities/list.html", context)


@require_POST
def reports_export(request: HttpRequest, suffix: str) -> HttpResponse:
    """The list as its address narrows it, as a table."""
    found, now = _filtered(request), timezone.now()
    wanted = {name: str(value) for name, value in found.form.cleaned_data.items() if value} if found.form.is_valid() else {}
    content = _made(lambda: export.export_reports(found.qs, suffix, by=request.user, at=now, wanted=wanted))
    return private_download(BytesIO(content), name=f"{export.REPORTS}-{day_of(now).isoformat()}.{suffix}", media_type=TYPES[suffix])


def _made(make) -> bytes:
    try:
        return make()
    except KeyError as error:
        raise Http404("この形式では出力できません。") from error


def half_years(request: HttpRequest) -> HttpResponse:
    """The door of the half-yearly lists: the half that is over last, for its list is the next to be published."""
    reach_of(request)
    half = Half.of(day_of(timezone.now())).before
    return redirect("incidents:half_year", half.year, half.part)


def _list(request: HttpRequest, year: int, part: int) -> HalfYearList:
    reach_of(request)
    if year not in YEARS or part not in (FIRST, SECOND):
        raise Http404("この期間の一覧はありません。")
    return HalfYearList(Half(year, part))


def _may_issue(request: HttpRequest) -> bool:
    return any(actor.person.pk == request.user.pk for actor in committee_actors(at=timezone.now()))


def half_year(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """One half: the list, its text to copy, what waits for a decision, what was published."""
    found, now = _list(request, year, part), timezone.now()
    context = {
        "list": found,
        "half": found.half,
        "is_over": found.half.last_day < day_of(now),
        "can_issue": _may_issue(request),
        "formats": TYPES,
    }
    return render(request, "incidents/authorities/half_year.html", context)


@require_POST
def half_year_export(request: HttpRequest, year: int, part: int, suffix: str) -> HttpResponse:
    found = _list(request, year, part)
    content = _made(lambda: export.export_half_year(found, suffix, by=request.user, at=timezone.now()))
    return private_download(BytesIO(content), name=f"インシデント一覧-{found.half.label}.{suffix}", media_type=TYPES[suffix])


@require_POST
def half_year_paper(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """The list on A4, made by the worker."""
    _list(request, year, part)
    return redirect(enqueue("incidents.half_year_list", by=request.user, year=year, part=part))


def issue(request: HttpRequest, year: int, part: int) -> HttpResponse:
    """Record that the list was published as it stands."""
    found, now = _list(request, year, part), timezone.now()
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
