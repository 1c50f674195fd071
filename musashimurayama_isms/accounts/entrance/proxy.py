"""Coming in by the log-on of the PC: a relay of the city puts the user ID into a header (settings PROXY_…)."""

from ipaddress import ip_address

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ..models.user import User
from . import ways
from .lockout import normalise


def is_trusted(request: HttpRequest) -> bool:
    """Whether the request comes straight from a relay that is trusted to name the user."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.PROXY.networks)


def log_on(request: HttpRequest) -> str:
    """The user ID of the log-on without its domain (CITY\\hanako, hanako@city), or nothing."""
    if not settings.PROXY.header:
        return ""
    named = request.META.get(settings.PROXY.header, "")
    return normalise(named.rpartition("\\")[2].partition("@")[0])


def come_in(request: HttpRequest, user: User, first: ways.First, goal: str | None) -> HttpResponse:
    """Log the person in whom another system has vouched for; a second factor is asked unless that system has asked for one."""
    ways.begin(request.session, first)
    record_authentication(request, user, method=first.value)
    return perform_login(request, Login(user=user, redirect_url=goal))
