"""Who is told what; each room keeps its own."""

from audits.engagements import notices as _engagements  # noqa: F401
from audits.follow_up import notices as _follow_up  # noqa: F401
from audits.inspections import notices as _inspections  # noqa: F401
