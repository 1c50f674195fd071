"""The list of vulnerabilities as one person sees it."""

from collections.abc import Mapping
from datetime import datetime

from assets.registers import RegisterReach
from incidents.models import Vulnerability
from incidents.vulnerabilities.filters import VulnerabilityFilter
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of


def vulnerabilities_of(user: User, query: Mapping[str, str], *, reach: RegisterReach, at: datetime) -> VulnerabilityFilter:
    """Those that concern a system which the person sees, with their tally, narrowed by the address."""
    rows = Vulnerability.objects.visible_to(user, at=at, reach=reach).with_tally(on=day_of(at), reach=reach)
    return VulnerabilityFilter(query, queryset=rows, on=day_of(at))
