"""What stands between a session and the pages: its limits (3.10.2.6), a password or a second factor that comes first."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from .entrance import factors, limits, proxy, ways
from .entrance.factor_views import PUT_OFF
from .entrance.lockout import normalise
from .memory import remembering
from .models import User

OPEN_BEFORE_CHANGE = {"account_change_password", "account_logout", "account_switch", "help", "help_page", "healthz"}
OPEN_BEFORE_FACTOR = OPEN_BEFORE_CHANGE | {
    "account_factors",
    "account_put_off_factor",
    "account_proof",
    "account_add_app",
    "account_add_passkey",
    "account_codes",
    "account_remove_factor",
}
CHECKED = "factor_checked_at"
CHECK_EVERY = 60  # seconds: whoever becomes a chief during a session is asked with the next page after that


class ProxyUserMiddleware:
    """Takes the user header away from whoever is not the relay, and ends a session whose PC is another person's by now."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        header = settings.PROXY.header
        if header and not proxy.is_trusted(request):
            request.META.pop(header, None)
        if request.user.is_authenticated and ways.first_of(request.session) == ways.First.PROXY and not _is_same_person(request):
            request.session_ended = limits.SWITCHED
            logout(request)
            return _refused() if "HX-Request" in request.headers else redirect(settings.LOGIN_URL)
        return self.get_response(request)


def _is_same_person(request: HttpRequest) -> bool:
    return proxy.log_on(request) == normalise(request.user.username)


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
        if not user.is_authenticated or not has_to_change(user) or request.resolver_match.view_name in OPEN_BEFORE_CHANGE:
            return None
        return redirect("account_change_password")


def has_to_change(user: User) -> bool:
    """Whether a password of somebody else's making is to be changed; who comes in by the log-on of the PC has none."""
    return user.must_change_password and user.has_usable_password()


class FactorFirstMiddleware:
    """Leads a person whose role asks for a second factor, and who has none, to the page where one is registered (3.8.4.3).

    While the days of grace run it asks once a session, and never takes a form that is being sent; after them nothing else opens.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        user, now = request.user, timezone.now()
        if not user.is_authenticated or has_to_change(user) or request.resolver_match.view_name in OPEN_BEFORE_FACTOR:
            return None
        if ways.is_strong_alone(request.session) or now.timestamp() - request.session.get(CHECKED, 0) < CHECK_EVERY:
            return None
        demand = factors.demand(user, at=now)
        if demand is not None and demand.is_over:
            return _to_factors(request)
        if demand is not None and not request.session.get(PUT_OFF):
            is_page = request.method in ("GET", "HEAD") and "HX-Request" not in request.headers
            return _to_factors(request) if is_page else None
        if settings.SECOND_FACTOR:
            request.session[CHECKED] = now.timestamp()
        return None


def _to_factors(request: HttpRequest) -> HttpResponse:
    """The page of the factors, as a whole page where a part of one was asked for."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url("account_factors")})
    return redirect("account_factors")


class AskOnceMiddleware:
    """Lets the floors of a page that only reads ask who is who once (accounts.memory)."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with remembering():
            return self.get_response(request)
