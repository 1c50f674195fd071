"""What stands between a session and the pages: its limits (3.10.2.6), and a password that must be changed first."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from .entrance import limits
from .memory import remembering

OPEN_BEFORE_CHANGE = {"account_change_password", "account_logout", "help", "help_page", "healthz"}


class SessionLimitsMiddleware:
    """Ends a session that has been idle, or has lasted, too long; the person finds the way back after log-in.

    A request of htmx is never redirected to the log-in page, which would land inside the page: it gets 401 and
    static/js/frame.js tells the person, who loses nothing of what is typed.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = timezone.now()
            reason = limits.reason_to_end(request.session, request.user, at=now)
            if reason:
                return self._end(request, reason)
            if not limits.is_background(request):
                limits.note_activity(request.session, at=now)
        response = self.get_response(request)
        return _refused() if _asks_htmx_to_log_in(request, response) else response

    def _end(self, request: HttpRequest, reason: str) -> HttpResponse:
        request.session_ended = reason
        logout(request)
        if "HX-Request" in request.headers:
            return _refused()
        query = urlencode({limits.ENDED_PARAMETER: reason, "next": _way_back(request)})
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")


def _refused() -> HttpResponse:
    return HttpResponse(status=401)


def _asks_htmx_to_log_in(request: HttpRequest, response: HttpResponse) -> bool:
    if "HX-Request" not in request.headers or request.user.is_authenticated or response.status_code != 302:
        return False
    return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def _way_back(request: HttpRequest) -> str:
    """The page the person was on: this one, or for a POST the page it came from."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    return (urlsplit(came_from).path if is_ours else "") or "/"


class PasswordChangeFirstMiddleware:
    """Leads a person whose password was set by somebody else to the change of it, before anything else."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not user.must_change_password or request.resolver_match.view_name in OPEN_BEFORE_CHANGE:
            return None
        return redirect("account_change_password")


class AskOnceMiddleware:
    """Lets the floors of a page that only reads ask who is who once (accounts.memory)."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with remembering():
            return self.get_response(request)
