"""What the requests of this app do when they are decided; one module a matter, found at start."""

from . import services, social, subcontracting

__all__ = ["services", "social", "subcontracting"]
