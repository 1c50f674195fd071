"""Who is told of what happens in the registers, found at start; one file a noun."""

from . import notices_asset, notices_moves, notices_register, notices_requests  # noqa: F401
