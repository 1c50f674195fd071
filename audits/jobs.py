"""The long work of the floor, found at start; one module a room."""

from audits.training import jobs as training  # noqa: F401
