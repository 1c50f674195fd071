"""What a person typed is not lost when the session ended meanwhile: it stands in the answer and can be sent again after log-in."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

TOKEN = "csrfmiddlewaretoken"  # noqa: S105  the name of a field
MOST = 200  # fields; a page of the portal has fewer


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form that a page of ours has sent; nothing for a form of another site, or where nobody typed anything."""
    if request.method != "POST" or "HX-Request" in request.headers or not _is_ours(request) or _is_entrance(request):
        return []
    pairs = [(name, value) for name, values in request.POST.lists() for value in values if name != TOKEN]
    if any("password" in name for name, _ in pairs) or not any(value for _, value in pairs):
        return []  # a password is never written into a page
    return pairs[:MOST]


def _is_ours(request: HttpRequest) -> bool:
    came_from = request.headers.get("Origin") or request.headers.get("Referer", "")
    return url_has_allowed_host_and_scheme(came_from, {request.get_host()}) and bool(urlsplit(came_from).netloc)


def _is_entrance(request: HttpRequest) -> bool:
    """Passwords and codes of a second factor are typed there: they are never written into a page."""
    match = request.resolver_match
    return match is not None and (match.url_name or "").startswith(("account_", "mfa_"))


class KeepTypedMiddleware:
    """Where a form would be answered with the log-in page, the answer holds what was typed. 401; nothing was changed."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or not _leads_to_log_in(response) or not (typed := typed_in(request)):
            return response
        return render(request, "errors/session_ended.html", {"typed": typed, "had_files": bool(request.FILES)}, status=401)


def _leads_to_log_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)
