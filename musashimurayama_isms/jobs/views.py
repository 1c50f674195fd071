"""Pages of long work: one's own jobs, one job with its progress, and the state of the machinery for administrators."""

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import ListView

from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.download import private_download
from musashimurayama_isms.rounds import broker
from musashimurayama_isms.rounds.board import Board
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.transitions import InvalidTransition

from . import health, queue, retention
from .forms import ProtectionForm
from .models import Job, JobResult
from .protection import protect


class JobList(ListView):
    """One's own jobs, newest first; administrators see all."""

    template_name = "jobs/list.html"
    paginate_by = 50

    def get_queryset(self):
        return Job.objects.visible_to(self.request.user).select_related("created_by").defer("params", "result")


@require_GET
def detail(request: HttpRequest, pk) -> HttpResponse:
    """One job: how far it is, what came of it."""
    return _draw(request, "jobs/detail.html", pk)


@require_GET
def progress(request: HttpRequest, pk) -> HttpResponse:
    """The part of the page that asks for itself again while the job is open."""
    return _draw(request, "jobs/progress.html", pk)


def _draw(request: HttpRequest, template: str, pk) -> HttpResponse:
    job = get_object_or_404(Job.objects.visible_to(request.user).select_related("created_by"), pk=pk)
    context = {
        "job": job,
        "results": JobResult.objects.visible_to(request.user).filter(job=job),
        "can_cancel": job.can_cancel(request.user),
        "can_repeat": job.can_repeat(request.user),
        "kept_until": retention.kept_until(job),
    }
    return render(request, template, context)


@require_POST
def cancel(request: HttpRequest, pk) -> HttpResponse:
    """Take a job back: at once while it waits, at its next step while it runs."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        job.cancel(by=request.user, at=timezone.now())
        messages.success(request, "処理を取り消しています。まもなく止まります。" if job.is_open else "処理を取り消しました。")
    except InvalidTransition as reason:
        messages.error(request, str(reason))
    return redirect(job)


@require_POST
def repeat(request: HttpRequest, pk) -> HttpResponse:
    """Run an ended job again, as a new one with the same conditions."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    try:
        again = queue.repeat(job, by=request.user)
    except InvalidTransition as reason:
        messages.error(request, str(reason))
        return redirect(job)
    return redirect(again)


def _result(request: HttpRequest, pk: int) -> JobResult:
    return get_object_or_404(JobResult.objects.visible_to(request.user).select_related("job"), pk=pk)


def _missing(request: HttpRequest, result: JobResult) -> HttpResponse:
    """410: the row says that the file is there, the disk says that it is not. What to do stands on the page."""
    result.miss(by=request.user, at=timezone.now())
    context = {"result": result, "can_repeat": result.job.can_repeat(request.user)}
    return render(request, "jobs/missing.html", context, status=HTTPStatus.GONE)


def _gone(request: HttpRequest, result: JobResult) -> HttpResponse:
    messages.warning(request, f"「{result.name}」は、保存期間が過ぎたため消しました。必要なときは、もう一度実行してください。")
    return redirect(result.job)


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """A result file of a finished job; one that tells of persons by way of the page that sets a password."""
    result = _result(request, pk)
    if result.removed_at:
        return _gone(request, result)
    if result.is_personal:
        return redirect("jobs:protected", pk)
    try:
        content = result.content.open("rb")
    except FileNotFoundError:
        return _missing(request, result)
    note_reading(request.user, result)
    return private_download(content, name=result.name)


def protected(request: HttpRequest, pk: int) -> HttpResponse:
    """A result that tells of persons leaves with the password that is set here and kept nowhere (3.9.1.4)."""
    result = _result(request, pk)
    if result.removed_at:
        return _gone(request, result)
    form = ProtectionForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            content = result.content.open("rb")
        except FileNotFoundError:
            return _missing(request, result)
        note_reading(request.user, result)
        with content:
            return private_download(protect(content, form.cleaned_data["password"]), name=result.name)
    return render(request, "jobs/protected.html", {"result": result, "form": form}, status=422 if form.errors else 200)


@require_GET
def health_page(request: HttpRequest) -> HttpResponse:
    """Signs of life, queue, failures, and what comes round: for administrators of the portal; others meet 404."""
    now = timezone.now()
    if not is_staff_of_portal(request.user, at=now):
        raise Http404
    context = {
        "health": health.check(at=now),
        "failures": health.failures(at=now)[:20],
        "board": Board(at=now),
        "messages_waiting": broker.waiting(),
    }
    return render(request, "jobs/health.html", context)
