"""The list of exceptions with its files, and one exception."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.jobs.queue import enqueue
from policy import exception_jobs
from policy.exception_forms import ReviewForm
from policy.exception_list import ExceptionList
from policy.exception_page import ExceptionPage
from policy.models import PolicyException


def _narrowed(request: HttpRequest) -> ExceptionList:
    return ExceptionList(request.user, at=timezone.now(), data=request.GET)


@require_safe
def exception_list(request: HttpRequest) -> HttpResponse:
    """例外措置, narrowed by ?state= ?department= ?section= ?kind= ?year= ?clause=."""
    page = _narrowed(request)
    return render(request, "policy/exceptions.html", {"page": page, "page_obj": page.page(request.GET.get("page"))})


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """例外措置一覧 on A4, made by the worker."""
    return redirect(enqueue(exception_jobs.PAPER, by=request.user, wanted=_narrowed(request).wanted))


def get_exception(request: HttpRequest, pk: int) -> PolicyException:
    """An exception that the person may see; 404 for a stranger."""
    rows = PolicyException.objects.visible_to(request.user, at=timezone.now())
    people = ("request__type", "request__drafter", "request__applicant", "acknowledged_by", "ended_by", "extends__request__type")
    return get_object_or_404(rows.select_related("department__parent", *people), pk=pk)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One exception: what it wants from the person, what is not followed and why, what is done instead, its reviews and its history."""
    return page_of(request, get_exception(request, pk))


def page_of(request: HttpRequest, exception: PolicyException, *, review_form: ReviewForm | None = None, status: int = 200) -> HttpResponse:
    """The page of an exception; a review that was refused comes back in the place of the empty form."""
    page = ExceptionPage(exception, request.user, timezone.now(), review_form)
    return render(request, "policy/exception.html", {"page": page, "exception": exception, "now": page.at}, status=status)
