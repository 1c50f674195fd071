"""The long work of this floor; each room keeps its own."""

from .engagements import jobs as _engagements  # noqa: F401
from .inspections import jobs as _inspections  # noqa: F401
from .review import jobs as _review  # noqa: F401
from .training import jobs as _training  # noqa: F401
