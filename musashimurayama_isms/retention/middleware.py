"""An act on a destroyed record, on whatever page it was tried: a sentence, not an error page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from .guard import DestroyedRecord


class DestroyedRecordMiddleware:
    """Views that expect no refusal – who adds a comment – need not know of this one."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Back to the page of the record, or to the desk, with the reason."""
        if not isinstance(exception, DestroyedRecord):
            return None
        messages.warning(request, str(exception))
        return redirect(exception.url or "desk")
