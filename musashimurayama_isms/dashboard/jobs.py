"""The jobs of the roof."""

from .calendar import jobs as calendar  # noqa: F401
from .overview import jobs as overview  # noqa: F401
from .reports import jobs as reports  # noqa: F401
from .year_turn import jobs as year_turn  # noqa: F401
