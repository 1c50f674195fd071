"""The 新旧対照表 of a text: on the screen, as a paper, as a table; and comparing anew."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.transitions import InvalidTransition
from policy import drafting, jobs
from policy.contrast import Contrast
from policy.forms import ComparisonForm
from policy.models import Revision
from policy.views.reading import visit


def _narrowed(request: HttpRequest, pk: int) -> tuple[Contrast, ComparisonForm]:
    """The table as the address narrows it. Http404 for a revision that is not visible."""
    page = Contrast(visit(request, pk), page=request.GET.get("page"))
    if page.revision is None:
        raise Http404
    form = ComparisonForm(request.GET, sections=page.choices_of_section)
    page.wanted = form.wanted()
    return page, form


def comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """新旧対照表, narrowed by ?kind= and ?section=."""
    page, form = _narrowed(request, pk)
    return render(request, "policy/comparison.html", {"page": page, "form": form})


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The table as PDF, made by the worker."""
    page, _ = _narrowed(request, pk)
    if page.base is None:
        raise Http404
    return redirect(enqueue(jobs.COMPARISON, by=request.user, subject=page.revision, revision=pk, wanted=page.wanted))


@require_POST
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a draft anew with the text in force."""
    here = visit(request, pk)
    if here.revision is None or here.revision.status == Revision.Status.PUBLISHED:
        raise Http404
    if not here.hands.prepares:
        raise PermissionDenied
    try:
        done = drafting.compare(here.revision, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(here.revision)
    if not done:
        messages.warning(request, "施行されている本文がまだないため、比べるものがありません。")
        return redirect(here.revision)
    messages.success(request, "現行の版と比べ直しました。義務の見直しは、はじめから判断してください。")
    return redirect("policy:comparison", pk)
