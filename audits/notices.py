"""Who is told what; each room keeps its own."""

from audits.engagements import notices  # noqa: F401
