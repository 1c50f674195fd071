"""What the requests of this app do when they are decided; one module a theme, found at start."""

from . import (
    area,
    disposal,
    equipment,
    ids,
    information,
    moves,
    network,
    office,
    services,
    social,
    subcontracting,
)

__all__ = [
    "area",
    "disposal",
    "equipment",
    "ids",
    "information",
    "moves",
    "network",
    "office",
    "services",
    "social",
    "subcontracting",
]
