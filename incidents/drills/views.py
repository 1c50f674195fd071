"""The pages of drills: list, plan, run."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.drills.forms import CancelForm, DrillFilter, DrillForm, ReportForm
from incidents.drills.page import DrillPage
from incidents.drills.people import organises
from incidents.models import Drill, DrillRun
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def get_drill(request: HttpRequest, pk: int) -> Drill:
    """A drill that the person may see."""
    return get_object_or_404(Drill.objects.visible_to(request.user, at=timezone.now()).select_related("organiser"), pk=pk)


def drills(request: HttpRequest) -> HttpResponse:
    """The drills that the person sees, newest first, by year and state."""
    now = timezone.now()
    filtered = DrillFilter(request.GET, queryset=Drill.objects.visible_to(request.user, at=now).for_list())
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "organises": organises(request.user, at=now),
        "now": now,
    }
    return render(request, "incidents/drills/list.html", context)


def drill(request: HttpRequest, pk: int) -> HttpResponse:
    """One drill: what it wants from me, the plan, its reports, its evaluation, what follows."""
    now = timezone.now()
    page = DrillPage(get_drill(request, pk), request.user, at=now)
    return render(request, "incidents/drills/detail.html", {"page": page, "drill": page.drill, "now": now, "cancel_form": CancelForm()})


def drill_of(request: HttpRequest, pk) -> HttpResponse:
    """From an incident of a drill to the drill."""
    incident = get_incident(request, pk)
    run = get_object_or_404(DrillRun.objects.select_related("drill"), incident=incident)
    return redirect("incidents:drill", run.drill_id)


def new(request: HttpRequest) -> HttpResponse:
    """Plan a drill."""
    now = timezone.now()
    if not organises(request.user, at=now):
        raise Http404("訓練を受け持つ方の画面です。")
    form = DrillForm(request.POST or None, at=now)
    if request.method == "POST" and form.is_valid():
        found = Drill.plan(by=request.user, at=now, **form.cleaned_data)
        messages.success(request, "訓練を計画しました。参加する方に知らせました。")
        return redirect(found)
    return render(request, "incidents/drills/form.html", {"form": form}, status=422 if form.errors else 200)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the plan."""
    now = timezone.now()
    found = get_drill(request, pk)
    if not found.can_run(request.user, at=now):
        raise Http404("訓練を受け持つ方の画面です。")
    form = DrillForm(request.POST or None, instance=Drill.objects.get(pk=pk), at=now)
    if request.method == "POST" and form.is_valid():
        return act(request, lambda: found.change(by=request.user, at=now, **form.cleaned_data), "計画を変えました。", found)
    return render(request, "incidents/drills/form.html", {"form": form, "drill": found}, status=422 if form.errors else 200)


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_drill(request, pk)
    words = "訓練を始めました。参加する方は、この画面から訓練の報告を始められます。"
    return act(request, lambda: found.start(by=request.user, at=timezone.now()), words, found)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_drill(request, pk)
    words = "訓練を終えました。段階ごとの時間をまとめました。続けて評価を書いてください。"
    return act(request, lambda: found.end(by=request.user, at=timezone.now()), words, found)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = get_drill(request, pk), timezone.now()
    form = CancelForm(request.POST)
    if not form.is_valid():
        page = DrillPage(found, request.user, at=now)
        return render(request, "incidents/drills/detail.html", {"page": page, "drill": found, "now": now, "cancel_form": form}, status=422)
    return act(request, lambda: found.cancel(by=request.user, at=now, **form.cleaned_data), "訓練を中止しました。", found)


def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a report of the drill; what follows is the page of every report, marked 訓練."""
    now = timezone.now()
    found = get_drill(request, pk)
    form = ReportForm(request.POST or None, drill=found, at=now)
    if not found.can_report(request.user, at=now):
        messages.warning(request, "訓練の報告を始められるのは、実施中の訓練に参加する方だけです。")
        return redirect(found)
    if request.method == "POST" and form.is_valid():
        try:
            incident = found.begin_incident(by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(found)
        else:
            return redirect("incidents:draft", incident.pk)
    return render(request, "incidents/drills/report.html", {"form": form, "drill": found}, status=422 if form.errors else 200)


@require_POST
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The evaluation sheet on A4, made by the worker."""
    found = get_drill(request, pk)
    return redirect(enqueue("incidents.drill_sheet", by=request.user, subject=found, drill=found.pk))
