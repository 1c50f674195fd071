"""Who is missing of the own section, and the year by section."""

from io import BytesIO

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from audits.models import Attendance, TrainingSession
from audits.training import export as exporting
from audits.training.figures import Year
from audits.training.page import PAGE_SIZE
from audits.training.views.frame import draw, hands_of
from musashimurayama_isms.download import private_download


def section(request: HttpRequest) -> HttpResponse:
    """The people for whom a chief answers and who are not through with an announced session; ?session= narrows."""
    hands = hands_of(request)
    if not hands.is_chief:
        raise Http404
    rows = Attendance.objects.to_do().filter(hands.chief_rows("department"))
    counts = dict(rows.order_by().values_list("session").annotate(Count("pk")))
    sessions = list(TrainingSession.objects.filter(pk__in=counts).for_list())
    if (wanted := request.GET.get("session", "")).isdecimal():
        rows = rows.filter(session=wanted)
    rows = rows.select_related("person", "department__parent", "session__course").order_by(
        "due_on", "department__position", "person__kana", "pk"
    )
    context = {
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
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
    return draw(request, "year", {"year": page, "formats": exporting.TYPES, "hands": page.hands}, here="year")


@require_POST
def export(request: HttpRequest, suffix: str) -> FileResponse:
    """The year as a file."""
    page = _year(request)
    if suffix not in exporting.TYPES:
        raise Http404
    return private_download(
        BytesIO(exporting.year(page, suffix)), name=f"研修の集計-{page.label}.{suffix}", media_type=exporting.TYPES[suffix]
    )
