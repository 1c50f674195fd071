"""What the requests of this app do when they are decided; one module a matter, found at start."""

from . import disposal, moves

__all__ = ["disposal", "moves"]
