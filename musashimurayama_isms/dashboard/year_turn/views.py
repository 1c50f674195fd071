"""年度替: the list, what is carried over, an act with its preview, the paper. No rule lives here."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.transitions import InvalidTransition

from .acts import ACTS
from .page import TurnPage
from .rooms import ROOMS, RoomPage
from .turn import EARLIEST, Turn, year_to_come

PAGE_SIZE = 50


def _turn(request: HttpRequest, year: int) -> Turn:
    """404 for whoever has no such list."""
    try:
        return Turn(request.user, year, at=timezone.now())
    except LookupError as error:
        raise Http404(str(error)) from None


@require_safe
def entrance(request: HttpRequest) -> HttpResponse:
    """The turn that is near."""
    return redirect("year_turn_year", _turn(request, year_to_come(day_of(timezone.now()))).year)


@require_safe
def year(request: HttpRequest, year: int) -> HttpResponse:
    """All steps in the order of the work."""
    turn = _turn(request, year)
    around = {"before": year - 1 if year - 1 > EARLIEST else None, "after": year + 1 if year <= fiscal_year(turn.on) else None}
    return render(request, "dashboard/year_turn/page.html", {"turn": turn, "page": TurnPage(turn), **around})


@require_safe
def carried(request: HttpRequest, year: int, room: str) -> HttpResponse:
    """The open rows of one room, with who answers for them on 1 April."""
    turn = _turn(request, year)
    if room not in ROOMS:
        raise Http404("この一覧はありません。")
    page = RoomPage(ROOMS[room], turn)
    page_obj = Paginator(page.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"turn": turn, "room": page.room, "page_obj": page_obj, "lines": page.lines(page_obj), "now": turn.at}
    return render(request, "dashboard/year_turn/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def do(request: HttpRequest, year: int, act: str) -> HttpResponse:
    """What the act will do, then the act; a second time it does nothing."""
    turn = _turn(request, year)
    if act not in ACTS:
        raise Http404("この操作はありません。")
    found = ACTS[act]
    if not found.may(turn):
        raise PermissionDenied("この操作は、担当の役割の人が行います。")
    if request.method == "POST":
        try:
            messages.success(request, found.perform(turn))
        except InvalidTransition as error:
            messages.warning(request, str(error))
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("year_turn_year", turn.year)
    return render(request, "dashboard/year_turn/do.html", {"turn": turn, "act": found, "preview": found.preview(turn)})


@require_POST
def paper(request: HttpRequest, year: int) -> HttpResponse:
    """The list on A4, made by the worker."""
    turn = _turn(request, year)
    return redirect(enqueue("dashboard.year_turn_paper", by=request.user, year=turn.year))
