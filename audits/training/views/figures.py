"""Who is missing of the own section, and the year by section."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from audits.models import TrainingSession
from audits.training.figures import Year
from audits.training.page import PAGE_SIZE, missing_of
from audits.training.views.frame import draw, hands_of


def section(request: HttpRequest) -> HttpResponse:
    """The people for whom a chief answers and who are not through with an announced session; ?session= narrows."""
    hands = hands_of(request)
    if not hands.is_chief:
        raise Http404
    wanted = request.GET.get("session", "")
    counts = dict(missing_of(hands).order_by().values_list("session").annotate(Count("pk")))
    sessions = list(TrainingSession.objects.filter(pk__in=counts).for_list())
    context = {
        "page_obj": Paginator(missing_of(hands, wanted), PAGE_SIZE).get_page(request.GET.get("page")),
        "sessions": [(row, counts[row.pk], wanted == str(row.pk)) for row in sessions],
        "total": sum(counts.values()),
        "wanted": wanted,
        "hands": hands,
    }
    return draw(request, "section", context, here="section")


def _year(request: HttpRequest) -> Year:
    page = Year(request.user, at=timezone.now(), year=request.GET.get("year", ""), course=request.GET.get("course", ""))
    if not page.may_see:
        raise Http404
    return page


def year(request: HttpRequest) -> HttpResponse:
    """How many were asked and are through, section by section, with the year before."""
    page = _year(request)
    return draw(request, "year", {"year": page, "hands": page.hands}, here="year")
