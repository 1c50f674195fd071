"""Reading a new text in, for administrators of the portal; everybody else meets 404."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.transitions import InvalidTransition
from policy import intake
from policy.forms import PolicyFileForm, PublishForm
from policy.models import Revision
from policy.models.document import NEEDS_A_DECISION

View = Callable[..., HttpResponse]


def administrators_only(view: View) -> View:
    """The page is not there for anybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_staff_of_portal(request.user, at=timezone.now()):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _job(pk) -> Job:
    return get_object_or_404(Job, pk=pk, kind="policy.read")


@administrators_only
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; it is kept and read in the background, nothing is stored as policy yet."""
    form = PolicyFileForm(request.POST, request.FILES) if request.method == "POST" else PolicyFileForm()
    if request.method == "POST" and form.is_valid():
        try:
            job = intake.take_in(form.cleaned_data["source"], by=request.user)
            return redirect("policy:import_preview", job.pk)
        except ValidationError as error:
            form.add_error("source", error)
    return render(request, "policy/import.html", {"form": form}, status=422 if form.errors else 200)


@administrators_only
def preview(request: HttpRequest, job) -> HttpResponse:
    """What was found in the file, before anything is stored; while it is being read, how far that is."""
    row = _job(job)
    digest = row.result["report"]["digest"] if row.result else ""
    return render(request, "policy/preview.html", {"job": row, "preview": row.result, "stored": intake.stored_revision(digest)})


@administrators_only
@require_POST
def store(request: HttpRequest, job) -> HttpResponse:
    """Make a draft of the file, whole or not at all."""
    row = _job(job)
    draft = intake.store_draft(row, by=request.user, at=timezone.now()) if row.status == Job.Status.DONE else None
    if draft is None:
        messages.error(request, intake.LOST)
        return redirect("policy:import")
    messages.success(request, f"「{draft.name}」を案として取り込みました。内容を確かめてから、次へ進めてください。")
    return redirect(draft)


@administrators_only
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a draft in force from a day on."""
    draft = get_object_or_404(Revision.objects.of_the_policy().select_related("document"), pk=pk)
    if not draft.can_publish(request.user, at=timezone.now()):
        published = draft.status == Revision.Status.PUBLISHED
        messages.error(request, f"「{draft.name}」は施行済みです。" if published else NEEDS_A_DECISION)
        return redirect(draft)
    proposed = {"effective_on": draft.effective_on or intake.proposed_day(draft)}
    form = PublishForm(request.POST) if request.method == "POST" else PublishForm(initial=proposed)
    if request.method == "POST" and form.is_valid():
        try:
            draft.publish(by=request.user, effective_on=form.cleaned_data["effective_on"], at=timezone.now())
        except (InvalidTransition, ValidationError, PermissionDenied) as error:
            messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
        else:
            messages.success(request, f"「{draft.name}」を施行しました。")
        return redirect(draft)
    context = {"form": form, "revision": draft, "effect": intake.effect_of(draft)}
    return render(request, "policy/publish.html", context, status=422 if form.errors else 200)
