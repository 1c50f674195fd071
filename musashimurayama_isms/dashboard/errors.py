"""Error pages: what happened, what was kept, what to do – in Japanese, with the frame where it can be drawn."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from musashimurayama_isms.accounts.typed import typed_in

FULL = (errno.ENOSPC, errno.EDQUOT)
DISK_FULL = ("53100", "No space left", "disk is full")  # PostgreSQL's code for it, and how the databases say it


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/403.html", {"reason": str(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is too old; what was typed stands in the page and can be sent again, if the form was ours."""
    typed = typed_in(request) if request.user.is_authenticated else []
    return render(request, "errors/csrf.html", {"typed": typed, "had_files": bool(typed and request.FILES)}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without database or session: they may be what failed. 507 for a full disk, 503 for a database out of reach, else 500."""
    error = sys.exception()
    if is_full(error):
        return render(None, "errors/507.html", status=507)
    if isinstance(error, OperationalError | InterfaceError):
        return render(None, "errors/503.html", status=503)
    return render(None, "errors/500.html", status=500)


def is_full(error: BaseException | None) -> bool:
    """Whether there was no room left, on the disk of the files or on that of the database."""
    if isinstance(error, OSError):
        return error.errno in FULL
    if isinstance(error, OperationalError):
        code = getattr(error.__cause__, "pgcode", None) or ""
        return any(word in f"{code} {error}" for word in DISK_FULL)
    return False
