"""The models of the assets app, one file a noun."""

from .connection import Connection
from .development import DevelopmentFile
from .development_item import DevelopmentItem
from .device import Device
from .id_check import IdCheck, IdCheckLine
from .ledger_entry import LedgerEntry
from .ledger_history import LedgerAct, LedgerSubject
from .ledger_import import LedgerImport
from .log_kept import LogKept
from .numbering import RegisterSeries
from .system import System

__all__ = [
    "Connection",
    "DevelopmentFile",
    "DevelopmentItem",
    "Device",
    "IdCheck",
    "IdCheckLine",
    "LedgerAct",
    "LedgerEntry",
    "LedgerImport",
    "LedgerSubject",
    "LogKept",
    "RegisterSeries",
    "System",
]
