"""The lists of this floor as tables; a module a noun."""

from . import asset, chapter12, ledgers, moves, registers, risks, stock_takes

__all__ = ["asset", "chapter12", "ledgers", "moves", "registers", "risks", "stock_takes"]
