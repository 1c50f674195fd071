"""How a private file leaves the portal: as a download only, never shown, never kept by a browser."""

from typing import BinaryIO

from django.http import FileResponse


def private_download(content: BinaryIO, *, name: str, media_type: str = "application/octet-stream") -> FileResponse:
    """A response that sends the open file under its name (RFC 6266, any script) and closes it.

    Whatever the bytes are, the browser neither guesses their kind nor runs them.
    """
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
