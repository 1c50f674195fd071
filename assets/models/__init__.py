"""The registers of the app; one file a noun."""

from .asset import Asset
from .asset_import import AssetImport, AssetImportLine
from .byod_ruling import ByodRuling
from .checklist import Checklist, ChecklistItem
from .class_change import ClassChange
from .connection import Connection
from .contract import Contract
from .contract_report import ContractReport
from .contractor import Contractor
from .development import DevelopmentFile
from .development_item import DevelopmentItem
from .device import Device
from .disposal import Disposal
from .disposal_line import DisposalLine
from .id_check import IdCheck, IdCheckLine
from .improvement import Improvement
from .ledger_entry import LedgerEntry
from .ledger_history import LedgerAct, LedgerSubject
from .ledger_import import LedgerImport
from .log_kept import LogKept
from .move import Move, MoveLine
from .numbering import RegisterSeries
from .permission import AssetPermission
from .risk import RiskAssessment, RiskLine, RiskRule, Threat
from .series import AssetSeries
from .service import ExternalService
from .service_manager import ServiceManager
from .social_account import SocialAccount
from .stock_take import StockTake, StockTakeLine, StockTakeSection
from .subcontract import Subcontract
from .system import System

__all__ = [
    "Asset",
    "AssetImport",
    "AssetImportLine",
    "AssetPermission",
    "AssetSeries",
    "ByodRuling",
    "Checklist",
    "ChecklistItem",
    "ClassChange",
    "Connection",
    "Contract",
    "ContractReport",
    "Contractor",
    "DevelopmentFile",
    "DevelopmentItem",
    "Device",
    "Disposal",
    "DisposalLine",
    "ExternalService",
    "IdCheck",
    "IdCheckLine",
    "Improvement",
    "LedgerAct",
    "LedgerEntry",
    "LedgerImport",
    "LedgerSubject",
    "LogKept",
    "Move",
    "MoveLine",
    "RegisterSeries",
    "RiskAssessment",
    "RiskLine",
    "RiskRule",
    "ServiceManager",
    "SocialAccount",
    "StockTake",
    "StockTakeLine",
    "StockTakeSection",
    "Subcontract",
    "System",
    "Threat",
]
