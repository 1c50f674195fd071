"""A line for each request: method, name of the page, status, milliseconds – neither its address nor who asked."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse

from . import current

logger = logging.getLogger(__name__)
PULSES = {"healthz", "metrics"}  # asked each minute by machines: told only when they fail
METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"}


class RequestLogMiddleware:
    """The outermost one: it gives the request its number, which the answer carries too, and says how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = current.begin(request.headers.get(current.HEADER, ""))
        began = perf_counter()
        try:
            response = self.get_response(request)
            response[current.HEADER] = number
            _tell(request, response.status_code, round((perf_counter() - began) * 1000))
            return response
        finally:
            current.end()


def _tell(request: HttpRequest, status: int, milliseconds: int) -> None:
    route = request.resolver_match.view_name if request.resolver_match else ""
    if route in PULSES and status < 400:
        return
    method = request.method if request.method in METHODS else "?"
    logger.info("request", extra={"figures": {"method": method, "route": route, "status": status, "ms": milliseconds}})
