"""The live figures of what this app keeps (policy.mechanisms)."""

from datetime import datetime

from django.urls import reverse

from assets.models import Asset, Improvement, RiskAssessment, StockTakeLine
from assets.off_site_check import MECHANISM
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.figures import figures as duty_figures
from policy.mechanisms import Figures


def register(*, at: datetime) -> Figures:
    """The register (3.5.1, 3.5.2): what waits to be looked at or finished, what of it is late, all that is kept."""
    today = day_of(at)
    lines = StockTakeLine.objects.waiting().filter(section__closed_at__isnull=True)
    unfinished = Asset.objects.in_use().filter(is_unfinished=True)
    return Figures(
        open=lines.count() + unfinished.count(),
        late=lines.filter(section__stock_take__due_on__lt=today).count() + Asset.objects.overdue_unfinished(on=today).count(),
        total=Asset.objects.kept().count(),
        url=reverse("assets:asset_list"),
    )


def off_site_checks(*, at: datetime) -> Figures:
    """The rounds of the check of devices outside the buildings (3.8.1.5)."""
    found = duty_figures(MECHANISM, at=at)
    return Figures(found.open, found.late, found.total, found.url)


def risk(*, at: datetime) -> Figures:
    """Assessments under way and improvements still to be made; late are the improvements and the rounds of the duty past their day."""
    improvements, rounds = Improvement.objects.open(), duty_figures("duty:risk-assessment", at=at)
    return Figures(
        open=RiskAssessment.objects.filter(status=RiskAssessment.Status.OPEN).count() + improvements.count() + rounds.late,
        late=improvements.overdue(on=day_of(at)).count() + rounds.late,
        total=RiskAssessment.objects.count(),
        url=reverse("assets:risks"),
    )
