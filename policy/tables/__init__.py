"""The lists of this floor as tables; a module for each part of it."""

from . import exceptions, registers, texts

__all__ = ["exceptions", "registers", "texts"]
