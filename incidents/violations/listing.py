"""The violations that may leave as a table."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet

from incidents.models import Violation
from incidents.violations.filters import ViolationFilter
from musashimurayama_isms.accounts.models import User


def files_of(user: User, query: Mapping[str, str], *, at: datetime) -> QuerySet[Violation]:
    """Of what the list shows, narrowed by the address, those whose whole file the person reads."""
    handled = Violation.objects.handled_by(user, at=at).values("pk")
    rows = Violation.objects.visible_to(user, at=at).with_people()
    return ViolationFilter(query, queryset=rows).qs.filter(pk__in=handled)
