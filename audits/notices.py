"""Who is told what; each room keeps its own."""

from .engagements import notices as _engagements  # noqa: F401
from .follow_up import notices as _follow_up  # noqa: F401
from .inspections import notices as _inspections  # noqa: F401
from .review import notices as _review  # noqa: F401
from .training import notices as _training  # noqa: F401
