"""Threats against which sections have found their measures short (3.13.2.3.4-5)."""

from collections.abc import Iterator

from django.db.models import Count
from django.urls import reverse

from assets.models import RiskAssessment, RiskLine
from audits.models import Found, Source

from .base import Window, gathers


@gathers
def risks(window: Window) -> Iterator[Found]:
    """One input a threat of closed assessments: in how many sections, on how many lines."""
    rows = RiskLine.objects.filter(
        adequate=RiskLine.Adequate.NO,
        assessment__status=RiskAssessment.Status.CLOSED,
        assessment__fiscal_year__in=list(window.fiscal_years),
    )
    fields = ("threat__code", "threat__name", "threat__clause", "threat__measures", "threat__position")
    counts = rows.order_by().values(*fields).annotate(lines=Count("pk"), sections=Count("assessment__department", distinct=True))
    for row in counts.order_by("threat__position"):
        yield Found(
            Source.RISK,
            f"threat:{row['threat__code']}",
            f"「{row['threat__name']}」への対策の不足",
            f"リスク評価で対策が足りないとした課は{row['sections']}、評価の行は{row['lines']}。",
            (row["threat__clause"], *row["threat__measures"]),
            reverse("assets:risks"),
        )
