"""The list, and one occurrence."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from ..forms import DoneForm
from ..listing import Listing
from ..models import Occurrence
from ..overview import Overview


def listing(request: HttpRequest, tab: str = "month", month: str = "") -> HttpResponse:
    """What comes round, under a tab or in a month, narrowed and paged."""
    page = _listing(request, tab=tab, month=month)
    return render(request, "duties/list.html", {"page": page, "page_obj": page.page_obj})


def _listing(request: HttpRequest, *, tab: str, month: str) -> Listing:
    try:
        return Listing(request.user, at=timezone.now(), query=request.GET, tab=tab, month=month)
    except LookupError:
        raise Http404("この一覧はありません。") from None


def occurrence(request: HttpRequest, pk: int) -> HttpResponse:
    """One occurrence: what is to be done, by whom, until when; how it went."""
    row = seen(request, pk)
    return page_of(request, row, DoneForm(occurrence=row))


def seen(request: HttpRequest, pk: int) -> Occurrence:
    """An occurrence that the person may see; 404 for anyone else."""
    return get_object_or_404(Occurrence.objects.visible_to(request.user, at=timezone.now()).with_all(), pk=pk)


def page_of(request: HttpRequest, row: Occurrence, form: DoneForm, *, status: int = 200) -> HttpResponse:
    view = Overview(row, request.user, at=timezone.now())
    return render(request, "duties/occurrence.html", {"occurrence": row, "view": view, "form": form, "now": view.at}, status=status)
