"""What the requests of this app do when they are decided; one module a theme, found at start."""

from assets.requests import (
    area,  # noqa: F401
    equipment,  # noqa: F401
    ids,  # noqa: F401
    information,  # noqa: F401
    network,  # noqa: F401
    office,  # noqa: F401
)
