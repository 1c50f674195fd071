"""The registers of the app; one file a noun."""

from .asset import Asset
from .asset_import import AssetImport, AssetImportLine
from .class_change import ClassChange
from .improvement import Improvement
from .permission import AssetPermission
from .risk import RiskAssessment, RiskLine, RiskRule, Threat
from .series import AssetSeries
from .stock_take import StockTake, StockTakeLine, StockTakeSection

__all__ = [
    "Asset",
    "AssetImport",
    "AssetImportLine",
    "AssetPermission",
    "AssetSeries",
    "ClassChange",
    "Improvement",
    "RiskAssessment",
    "RiskLine",
    "RiskRule",
    "StockTake",
    "StockTakeLine",
    "StockTakeSection",
    "Threat",
]
