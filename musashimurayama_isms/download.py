"""How a private file leaves the portal: as a download only, never shown, never kept by a browser."""

from collections.abc import Iterable
from typing import BinaryIO, TypeVar

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

Response = TypeVar("Response", bound=HttpResponseBase)


def private_download(content: BinaryIO, *, name: str, media_type: str = "application/octet-stream") -> FileResponse:
    """A response that sends the open file under its name (RFC 6266, any script) and closes it.

    Whatever the bytes are, the browser neither guesses their kind nor runs them.
    """
    return _private(FileResponse(content, as_attachment=True, filename=name, content_type=media_type))


def private_stream(pieces: Iterable[bytes], *, name: str, media_type: str) -> StreamingHttpResponse:
    """The same for what is made while it is sent."""
    response = StreamingHttpResponse(pieces, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return _private(response)


def _private(response: Response) -> Response:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
