"""義務の見直し: what is still to be decided before a text may be put to the committee, one line after the other."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition
from policy.forms import ReviewFilterForm
from policy.models import Decision, ObligationReview
from policy.review_forms import DecisionForm
from policy.reviewing import ReviewPage, Reviews
from policy.views.reading import visit

PER_PAGE = 50


def review_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All lines of a draft with what was decided, narrowed by ?state=; how many are left."""
    here = visit(request, pk)
    page = Reviews(here)
    if here.revision is None or not page.rows.exists():
        raise Http404
    form = ReviewFilterForm(request.GET)
    rows = Paginator(page.narrowed(form.wanted().get("state", "")), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policy/reviews.html", {"page": page, "form": form, "page_obj": rows})


def _review(request: HttpRequest, pk: int) -> ObligationReview:
    rows = (
        ObligationReview.objects.visible_to(request.user, at=timezone.now())
        .with_all()
        .select_related("revision__document", "revision__base")
    )
    return get_object_or_404(rows, pk=pk)


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One line: both wordings, the obligation, and the decisions that fit."""
    return _page(request, _review(request, pk))


def _page(request: HttpRequest, row: ObligationReview, form: DecisionForm | None = None, decision: str = "") -> HttpResponse:
    page = ReviewPage(row, may_decide=row.can_decide(request.user, at=timezone.now()), refused=form, decision=decision)
    return render(request, "policy/review.html", {"page": page}, status=422 if form else 200)


@require_POST
def decide(request: HttpRequest, pk: int, decision: str) -> HttpResponse:
    """Take one decision; the next open line follows by itself."""
    row = _review(request, pk)
    if decision not in row.choices:
        raise Http404
    form = ReviewPage.form_of(row, Decision(decision), request.POST)
    if not form.is_valid():
        return _page(request, row, form, decision)
    try:
        row.decide(decision, by=request.user, at=timezone.now(), **form.arguments())
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, row, form, decision)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("policy:review", row.pk)
    return _next_open(request, row)


def _next_open(request: HttpRequest, row: ObligationReview) -> HttpResponse:
    """The way to the next open line, or back to the text where none is left."""
    left = row.revision.reviews.open().order_by("change__position", "pk")
    following = left.first()
    if following is None:
        messages.success(request, "判断を記録しました。義務の見直しはすべて済みました。版を審議にかけられます。")
        return redirect(row.revision)
    messages.success(request, f"判断を記録しました。残り{left.count()}件です。")
    return redirect("policy:review", following.pk)


@require_POST
def keep_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep all open obligations of the clause as they are."""
    row = _review(request, pk)
    try:
        row.keep_all(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("policy:review", row.pk)
    return _next_open(request, row)


@require_POST
def add_another(request: HttpRequest, pk: int) -> HttpResponse:
    """A further line for the same clause."""
    row = _review(request, pk)
    try:
        extra = row.add_another(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("policy:review", row.pk)
    return redirect("policy:review", extra.pk)
