"""The live figures of what this app keeps, for the clause pages and the coverage map."""

from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures

from .models import Improvement, RiskAssessment


def risk(*, at: datetime) -> Figures:
    """Assessments under way and improvements still to be made; late are the improvements past their day."""
    improvements = Improvement.objects.open()
    return Figures(
        open=RiskAssessment.objects.filter(status=RiskAssessment.Status.OPEN).count() + improvements.count(),
        late=improvements.overdue(on=day_of(at)).count(),
        total=RiskAssessment.objects.count(),
        url=reverse("assets:risks"),
    )
