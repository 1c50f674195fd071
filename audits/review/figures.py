"""How the yearly review is kept (policy.mechanisms): by the rounds of its duty and by the reviews themselves."""

from datetime import datetime

from django.urls import reverse

from audits.models import PolicyReview
from musashimurayama_isms.duties.figures import figures as of_duty
from policy.mechanisms import Figures

MECHANISM = "duty:policy-review"


def reviewed(*, at: datetime) -> Figures:
    """Open and late are those of the duty; a review that runs is open as well."""
    duty = of_duty(MECHANISM, at=at)
    live = PolicyReview.objects.live().count()
    total = PolicyReview.objects.kept().count()
    return Figures(max(duty.open, live), duty.late, max(duty.total, total), reverse("audits:policy_reviews"))
