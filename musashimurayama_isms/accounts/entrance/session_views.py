"""The page of one's open sessions, and giving the PC to the next person."""

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from . import limits, sessions


def overview(request: HttpRequest) -> HttpResponse:
    places = sessions.places(request.user, current=request.session.session_key, at=timezone.now())
    return render(request, "account/sessions.html", {"places": places, "has_others": any(not place.is_current for place in places)})


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Log out everywhere else."""
    count = sessions.end(request.user, but=request.session.session_key, at=timezone.now())
    messages.success(request, f"ほかの{count}か所をログアウトしました。" if count else "ほかにログインしている端末はありません。")
    return redirect("account_sessions")


@require_POST
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Log out in one place."""
    if not sessions.end(request.user, but=request.session.session_key, at=timezone.now(), pk=pk):
        raise Http404
    messages.success(request, "その端末をログアウトしました。")
    return redirect("account_sessions")


@login_not_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """End the session at once and open the log-in page for the next person, with nothing of this one kept.

    Open to who has typed a password and not yet the second factor as well: the next person must not find that page.
    """
    was_shared = limits.SHARED_IDLE in request.session
    request.session_ended = limits.SWITCHED
    logout(request)
    query = {limits.ENDED_PARAMETER: limits.SWITCHED, "stay": 1} | ({limits.SHARED: 1} if was_shared else {})
    answer = HttpResponseRedirect(f"{resolve_url('account_login')}?{urlencode(query)}")
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer
