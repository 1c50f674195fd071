"""Long work of the registers, found at start; one file a noun."""

from . import jobs_asset  # noqa: F401
