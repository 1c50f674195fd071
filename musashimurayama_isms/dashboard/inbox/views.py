"""受信箱: three pages, and the acts of the list. No rule lives here."""

from collections import Counter
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from incidents.models import Bulletin
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from ..desk import Ready, mine, told, waiting
from .acts import ACTS, REFUSALS, Act, words_of
from .beginnings import beginnings
from .filters import SentFilter, WaitingFilter
from .rows import Row

PAGE_SIZE = 20
NOTICES_ON_THE_DESK = 3
AT_MOST = 50  # ticked at once


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for me, narrowed by the address; my last log-in (3.10.2.6)."""
    now = timezone.now()
    found = WaitingFilter(request.GET, waiting(request.user, at=now), at=now)
    page = Paginator(found.items, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [Row(item, number) for number, item in enumerate(page.object_list, 1)]
    context = {
        "filter": found,
        "page_obj": page,
        "rows": rows,
        "bulk": list(dict.fromkeys(row.ticked.act.label for row in rows if row.ticked)),
        "back": _kept(request.GET),
        "now": now,
        "told": told(request.user, at=now),
        "notices": Notification.objects.visible_to(request.user).unread()[:NOTICES_ON_THE_DESK],
        "may_warn": Bulletin.issuer(request.user, at=now) is not None,
        "failed_log_ins": request.session.get("failed_log_ins", 0),
    }
    return render(request, "dashboard/desk.html", context)


@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What I have sent: where it stands, who has it now, since when, until when."""
    now = timezone.now()
    found = SentFilter(request.GET, mine(request.user, at=now))
    page = Paginator(found.items, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "dashboard/inbox/sent.html", {"filter": found, "page_obj": page, "now": now})


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """What I may begin."""
    return render(request, "dashboard/inbox/begin.html", {"groups": beginnings(request.user, at=timezone.now())})


@require_safe
def look(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """What has to be seen before an act: in the place of its row, or as a page where there is no script."""
    act = ACTS.get(slug)
    if act is None or act.look is None:
        raise Http404
    try:
        found = act.look(request.user, key, timezone.now())
    except InvalidTransition as error:
        if request.htmx:
            return render(request, "dashboard/inbox/gone.html", {"words": str(error)})
        messages.warning(request, str(error))
        return redirect("desk")
    context = {"look": found, "act": act, "ready": Ready(slug, key), "back": request.GET.get("back", ""), "row": request.GET.get("row", "")}
    return render(request, "dashboard/inbox/look.html" if request.htmx else "dashboard/inbox/look_page.html", context)


@require_POST
def act(request: HttpRequest) -> HttpResponse:
    """One act, or all that is ticked for one button; then the same list again, at the row that has taken the place."""
    one = request.POST.get("one", "")
    picked = [_chosen(one)] if one else _ticked(request.POST)
    gathered = [ready.key for found, ready in picked if found.gathers]
    if gathered:
        return HttpResponseRedirect(f"{reverse(picked[0][0].gathers)}?{urlencode({'pick': gathered}, doseq=True)}")
    if picked:
        _do(request, picked)
    else:
        messages.warning(request, "行の左に印を付けてから押してください。")
    return HttpResponseRedirect(_way_back(request.POST))


def _chosen(text: str) -> tuple[Act, Ready]:
    """An act and what it is done to, of `slug:key`; 404 for an act that is not there."""
    slug, _, key = text.partition(":")
    found = ACTS.get(slug)
    if found is None:
        raise Http404
    return found, Ready(slug, key)


def _ticked(data: QueryDict) -> list[tuple[Act, Ready]]:
    """What is ticked for the button that was pressed: acts with the same words go together."""
    chosen = [_chosen(text) for text in dict.fromkeys(data.getlist("pick"))]
    return [(found, ready) for found, ready in chosen if found.takes_several and found.label == data.get("bulk")][:AT_MOST]


def _do(request: HttpRequest, picked: list[tuple[Act, Ready]]) -> None:
    """Each an act of its own: what one refuses does not hold up the others."""
    done, refused = [], []
    for found, ready in picked:
        try:
            found.do(request.user, ready.key, timezone.now(), request.POST.get("seen", ""))
        except REFUSALS as error:
            refused.append(words_of(error))
        else:
            done.append(found.done)
    is_one = len(picked) == 1
    for words, count in Counter(done).items():
        messages.success(request, f"{words}。" if is_one else f"{words}（{count}件）。")
    for words, count in Counter(refused).items():
        messages.warning(request, words if is_one else f"{count}件：{words}")


def _kept(data: QueryDict) -> str:
    """The filter of the list as an address, and nothing else."""
    return urlencode([(name, data[name]) for name in WaitingFilter.KEPT if data.get(name)])


def _way_back(data: QueryDict) -> str:
    row = data.get("row", "")
    query = _kept(QueryDict(data.get("back", "")))
    return reverse("desk") + (f"?{query}" if query else "") + (f"#row-{row}" if row.isdecimal() else "")
