"""The live figures of the mechanisms that this floor keeps (policy.mechanisms)."""

from datetime import datetime

from django.urls import reverse

from incidents.chain import CHAIN
from incidents.models import Step
from policy.mechanisms import Figures


def chain(*, at: datetime) -> Figures:
    """Steps 1 to 4 of the chain (3.9.3.1, 3.4.2): those that wait for somebody, those past their time, all there are."""
    words = Step.objects.filter(code__in=[spec.code for spec in CHAIN if spec.is_word], incident__is_drill=False)
    return Figures(
        open=words.pending().count(),
        late=words.overdue(at=at).count(),
        total=words.count(),
        url=reverse("incidents:rooms"),
    )
