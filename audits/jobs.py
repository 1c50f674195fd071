"""The long work of this floor; each room keeps its own."""

from audits.engagements import jobs  # noqa: F401
