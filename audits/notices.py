"""The notices of the floor, found at start; one module a room."""

from audits.training import notices as training  # noqa: F401
