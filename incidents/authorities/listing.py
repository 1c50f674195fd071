"""The lists of step 7 as one person sees them: pages and tables are drawn from here."""

from collections.abc import Mapping
from datetime import datetime

from django.http import Http404

from incidents.models import AuthorityReport
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User

from .filters import AuthorityReportFilter
from .half_year import FIRST, SECOND, Half, HalfYearList

YEARS = range(2019, 2200)


def enter(user: User, *, at: datetime) -> Reach:
    """The lists are the committee's and those of the roles that see every incident; for others they do not exist (404)."""
    reach = Reach.of(user, at=at)
    if not reach.city:
        raise Http404("この一覧はありません。")
    return reach


def reports_of(user: User, query: Mapping[str, str], *, at: datetime) -> AuthorityReportFilter:
    """All reports, narrowed by the address; where it narrows by nothing, what is still to be sent."""
    rows = AuthorityReport.objects.visible_to(user, at=at, reach=enter(user, at=at)).real().with_facts().by_due()
    asked = {name: value for name, value in query.items() if name != "page"}
    return AuthorityReportFilter(asked or {"state": "open"}, queryset=rows)


def half_of(user: User, year: int, part: int, *, at: datetime) -> HalfYearList:
    """The half-yearly list; 404 for a half that there is not."""
    enter(user, at=at)
    if year not in YEARS or part not in (FIRST, SECOND):
        raise Http404("この期間の一覧はありません。")
    return HalfYearList(Half(year, part))
