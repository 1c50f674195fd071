"""The registers of the app; one file a noun."""

from .asset import Asset
from .asset_import import AssetImport, AssetImportLine
from .checklist import Checklist, ChecklistItem
from .class_change import ClassChange
from .contract import Contract
from .contract_report import ContractReport
from .contractor import Contractor
from .improvement import Improvement
from .permission import AssetPermission
from .risk import RiskAssessment, RiskLine, RiskRule, Threat
from .series import AssetSeries
from .service import ExternalService
from .service_manager import ServiceManager
from .social_account import SocialAccount
from .stock_take import StockTake, StockTakeLine, StockTakeSection
from .subcontract import Subcontract

__all__ = [
    "Asset",
    "AssetImport",
    "AssetImportLine",
    "AssetPermission",
    "AssetSeries",
    "Checklist",
    "ChecklistItem",
    "ClassChange",
    "Contract",
    "ContractReport",
    "Contractor",
    "ExternalService",
    "Improvement",
    "RiskAssessment",
    "RiskLine",
    "RiskRule",
    "ServiceManager",
    "SocialAccount",
    "StockTake",
    "StockTakeLine",
    "StockTakeSection",
    "Subcontract",
    "Threat",
]
