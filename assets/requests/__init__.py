"""What the requests of this app do when they are decided; one module a matter, found at start."""

from . import disposal, moves, services, social, subcontracting

__all__ = ["disposal", "moves", "services", "social", "subcontracting"]
