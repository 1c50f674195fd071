"""The pages of the violations: report, read, act."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.models import Violation, ViolationWord
from incidents.small_acts import ask
from incidents.violations.acts import ACTS
from incidents.violations.filters import ViolationFilter
from incidents.violations.forms import ReportForm
from incidents.violations.listing import files_of
from incidents.violations.page import ViolationPage
from musashimurayama_isms.accounts.views.acts import act as do_act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.reading import note_reading

PAGE_SIZE = 50


def _filtered(request: HttpRequest) -> ViolationFilter:
    return ViolationFilter(request.GET, queryset=Violation.objects.visible_to(request.user, at=timezone.now()).with_people())


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for me, then all that I may see."""
    now, filtered = timezone.now(), _filtered(request)
    context = {
        "now": now,
        "waiting": Violation.objects.waiting_for(request.user, at=now).with_people().order_by("due_at"),
        "filter": filtered,
        "files": files_of(request.user, request.GET, at=now).count(),
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
    }
    return render(request, "incidents/violations/list.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Say that somebody has broken the policy; the first page leads here as well."""
    now = timezone.now()
    form = ReportForm(request.POST or None, request.FILES or None, user=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        data = {name: value for name, value in form.cleaned_data.items() if name != "uploads"}
        entry = tried(request, form, lambda: Violation.report(by=request.user, at=now, **data).records.get())
        if entry is not None:
            return redirect(entry.violation)
    return render(request, "incidents/violations/new.html", {"form": form}, status=422 if form.is_bound else 200)


def get_violation(request: HttpRequest, pk) -> Violation:
    """One that the person may see; 404 for a stranger."""
    return get_object_or_404(Violation.objects.visible_to(request.user, at=timezone.now()).with_people(), pk=pk)


@require_safe
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One violation: first what it wants from me, then what I may know of it."""
    row, now = get_violation(request, pk), timezone.now()
    note_reading(request.user, row)
    return render(
        request, "incidents/violations/detail.html", {"violation": row, "page": ViolationPage(row, request.user, at=now), "now": now}
    )


def act(request: HttpRequest, pk, slug: str) -> HttpResponse:
    """The small page of an act (incidents.violations.acts)."""
    row, now, found = get_violation(request, pk), timezone.now(), ACTS.get(slug)
    if found is None:
        raise Http404
    form = found.make_form(row, request.POST or None, request.FILES or None, at=now)
    may = found.may(row, request.user, now)
    return ask(request, row, form, lambda data: found.do(row, data, request.user, now), found.words, may=may)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """「受領」 of a word."""
    seen = Violation.objects.handled_by(request.user, at=timezone.now())
    word = get_object_or_404(ViolationWord.objects.select_related("violation__department__parent"), pk=pk, violation__in=seen)
    return do_act(request, lambda: word.acknowledge(by=request.user, at=timezone.now()), "受領しました。", word.violation)


def _begin(request: HttpRequest, pk, door: str) -> HttpResponse:
    row = get_violation(request, pk)
    made = []
    answer = do_act(request, lambda: made.append(getattr(row, door)(by=request.user, at=timezone.now())), "下書きを作りました。", row)
    return redirect(made[0]) if made else answer


@require_POST
def begin_suspension(request: HttpRequest, pk) -> HttpResponse:
    """A draft of the act of office that stops the right of use (3.11.6.2.3)."""
    return _begin(request, pk, "begin_suspension")


@require_POST
def begin_ban(request: HttpRequest, pk) -> HttpResponse:
    """A draft of the ban of the terminal (3.10.1.16.4)."""
    return _begin(request, pk, "begin_ban")


@require_POST
def begin_incident(request: HttpRequest, pk) -> HttpResponse:
    """A draft of an incident with what was found."""
    return _begin(request, pk, "begin_incident")
