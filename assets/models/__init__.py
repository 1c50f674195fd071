"""The registers of the app; one file a noun."""

from .asset import Asset
from .asset_import import AssetImport, AssetImportLine
from .byod_ruling import ByodRuling
from .class_change import ClassChange
from .connection import Connection
from .development import DevelopmentFile
from .development_item import DevelopmentItem
from .device import Device
from .id_check import IdCheck, IdCheckLine
from .improvement import Improvement
from .ledger_entry import LedgerEntry
from .ledger_history import LedgerAct, LedgerSubject
from .ledger_import import LedgerImport
from .log_kept import LogKept
from .numbering import RegisterSeries
from .permission import AssetPermission
from .risk import RiskAssessment, RiskLine, RiskRule, Threat
from .series import AssetSeries
from .stock_take import StockTake, StockTakeLine, StockTakeSection
from .system import System

__all__ = [
    "Asset",
    "AssetImport",
    "AssetImportLine",
    "AssetPermission",
    "AssetSeries",
    "ByodRuling",
    "ClassChange",
    "Connection",
    "DevelopmentFile",
    "DevelopmentItem",
    "Device",
    "IdCheck",
    "IdCheckLine",
    "Improvement",
    "LedgerAct",
    "LedgerEntry",
    "LedgerImport",
    "LedgerSubject",
    "LogKept",
    "RegisterSeries",
    "RiskAssessment",
    "RiskLine",
    "RiskRule",
    "StockTake",
    "StockTakeLine",
    "StockTakeSection",
    "System",
    "Threat",
]
