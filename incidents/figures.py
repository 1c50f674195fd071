"""The live figures of the mechanisms that this floor keeps (policy.mechanisms)."""

from datetime import datetime

from django.urls import reverse

from incidents.models import Step
from policy.mechanisms import Figures


def chain(*, at: datetime) -> Figures:
    """Steps 1 to 4 of the chain (3.9.3.1, 3.4.2): those that wait for somebody, those past their time, all there are."""
    return Figures(
        open=Step.objects.pending().count(),
        late=Step.objects.overdue(at=at).count(),
        total=Step.objects.count(),
        url=reverse("incidents:rooms"),
    )
