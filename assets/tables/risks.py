"""Risk assessments and improvements as tables: weak points of the city, so of 分類Ⅱ (3.5.2.2)."""

from assets.classification import AssetClass
from assets.filters.risk import ImprovementFilter
from assets.models import Improvement, RiskAssessment
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

ASSESSMENTS = (
    Column("年度", "year_label", 12),
    *columns_of(RiskAssessment, "department", "status", department=28, status=10),
    Column("行数", "total", 8),
    Column("答えた行", "answered", 8),
    Column("対策の不足", "short", 8),
    *columns_of(RiskAssessment, "begun_by", "begun_at", "closed_by", "closed_at", begun_at=18, closed_at=18),
)
IMPROVEMENTS = (
    Column("脅威", "line.threat.name", 28),
    Column("分類", lambda row: AssetClass(row.line.asset_class).label, 8),
    Column("所属", "department.full_name", 28),
    *columns_of(Improvement, "what", "due_on", "status", "ended_at", "outcome", what=40, due_on=12, ended_at=18, outcome=36),
)


@table("assets.risks", "リスク評価")
def risks(asked: Asked) -> Sheet:
    """The assessments, newest year first."""
    rows = RiskAssessment.objects.visible_to(asked.user, at=asked.at).with_counts()
    rows = rows.select_related("department__parent", "begun_by", "closed_by").order_by("-fiscal_year", "department__position")
    return Sheet(rows, ASSESSMENTS, mark=AssetClass.II.label)


@table("assets.improvements", "リスクの改善項目", filters=ImprovementFilter)
def improvements(asked: Asked) -> Sheet:
    """What is to be improved, the earliest day first."""
    rows = Improvement.objects.visible_to(asked.user, at=asked.at).for_list()
    return Sheet(ImprovementFilter(asked.query, queryset=rows, on=day_of(asked.at)).qs, IMPROVEMENTS, mark=AssetClass.II.label)
