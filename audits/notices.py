"""Who is told what; each room keeps its own."""

from .inspections import notices as _inspections  # noqa: F401
from .review import notices as _review  # noqa: F401
from .training import notices as _training  # noqa: F401
