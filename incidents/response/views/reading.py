"""The page of the response, one measure, one piece of evidence, the board of open incidents."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from incidents.models import Evidence, ResponseTask
from incidents.overview import Overview
from incidents.parties import Reach
from incidents.response.board import Board, may_open
from incidents.response.page import ResponsePage
from incidents.views.reading import get_incident
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.reading import note_reading


def response(request: HttpRequest, pk) -> HttpResponse:
    """Steps 5 to 10 of one incident: first what waits for me, then what has been done."""
    incident, now = get_incident(request, pk), timezone.now()
    note_reading(request.user, incident)
    context = {
        "incident": incident,
        "view": Overview(incident, request.user, at=now),
        "page": ResponsePage(incident, request.user, at=now),
        "now": now,
        "today": day_of(now),
    }
    return render(request, "incidents/response/page.html", context)


def get_task(request: HttpRequest, pk: int) -> ResponseTask:
    """A measure that the person may see: of an incident, or one's own."""
    rows = ResponseTask.objects.visible_to(request.user, at=timezone.now())
    related = ("incident__department__parent", "incident__kind", "department__parent", "handed_to", "done_by", "checked_by", "ordered_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: what is asked, of whom, until when; what was done and whether it works."""
    row, now = get_task(request, pk), timezone.now()
    sees = row.incident.can_add_note(request.user, at=now)
    context = {
        "task": row,
        "incident": row.incident,
        "sees_incident": sees,
        "now": now,
        "today": day_of(now),
        "people": row.able(at=now) if row.is_running else [],
        "may_complete": row.actor(request.user, at=now) is not None,
        "may_check": row.checker(request.user, at=now) is not None,
        "may_steer": row.can_steer(request.user, at=now),
        "files": StoredFile.objects.about(row),
        "followers": row.followers.all(),
    }
    return render(request, "incidents/response/task.html", context)


def get_evidence(request: HttpRequest, pk: int) -> Evidence:
    """A piece that the person may know of."""
    rows = Evidence.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("incident__department__parent", "holder", "by", "corrects"), pk=pk)


def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """One piece with its digest and the hands it has gone through; that it was looked at is noted."""
    piece, now = get_evidence(request, pk), timezone.now()
    note_reading(request.user, piece)
    context = {
        "piece": piece,
        "incident": piece.incident,
        "moves": piece.moves.select_related("by"),
        "files": StoredFile.objects.about(piece),
        "corrections": piece.corrections.all(),
        "may_move": Evidence.can_keep(request.user, piece.incident, at=now),
        "sees_incident": piece.incident.can_add_note(request.user, at=now),
    }
    return render(request, "incidents/response/evidence.html", context)


def board(request: HttpRequest) -> HttpResponse:
    """All open incidents at once: how far each has come, whom it waits for, what is late."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    if not may_open(reach):
        raise Http404("この役割の一覧はありません。")
    found = Board.of(request.user, request.GET, reach=reach, at=now)
    page = Paginator(found.rows, 50).get_page(request.GET.get("page"))
    return render(request, "incidents/response/board.html", {"board": found, "page_obj": page, "lines": found.lines(page), "now": now})
