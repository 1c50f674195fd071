"""Sheets of a self-inspection to answer, results to sum up, improvements that are due."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from audits.models import Campaign, Improvement, SectionResult, Sheet
from audits.models.campaign import SYSTEM
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import answered_departments, day_of, standings

from ..desk import Item, waits_if
from ..whom import Whom

SOON = timedelta(days=14)


def _theirs(who: Whom) -> Q:
    return Q(person=who.person) | (who.near() & ((Q(bearer__in=who.roles) & ~Q(bearer=RoleCode.TERMINAL_USER)) | Q(bearer=SYSTEM)))


@waits_if(lambda who: Sheet.objects.missing().filter(_theirs(who), campaign__status=Campaign.Status.OPEN))
def sheets(user: User, at: datetime) -> Iterator[Item]:
    """Sheets not yet sent (3.13.2.1)."""
    rows = Sheet.objects.mine(user, at=at).filter(submitted_at=None, campaign__status=Campaign.Status.OPEN)
    for sheet in rows.select_related("campaign", "system"):
        yield Item(
            title=f"自己点検：{sheet.title}",
            leads_to=sheet,
            since=sheet.campaign.opened_at,
            kind="点検",
            due=sheet.campaign.due_on,
            why=sheet.campaign.title,
        )


@waits_if(lambda who: SectionResult.objects.filter(who.near(), confirmed_at=None, campaign__status=Campaign.Status.CLOSED))
def results(user: User, at: datetime) -> Iterator[Item]:
    """Departments whose results their chief has to sum up (3.13.2.2)."""
    own = answered_departments(standings(user, at=at), RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER)
    rows = SectionResult.objects.filter(department__in=own, confirmed_at=None, campaign__status=Campaign.Status.CLOSED)
    for result in rows.select_related("campaign", "department"):
        yield Item(
            title=f"自己点検の結果のまとめ：{result.department.name}",
            leads_to=result,
            since=result.campaign.closed_at,
            kind="点検",
            why="改善策を書いて、課の結果をまとめます。",
        )


@waits_if(lambda who: Improvement.objects.open().filter(who.near("result__department")))
def improvements(user: User, at: datetime) -> Iterator[Item]:
    """Improvements of the own department whose day is near or over (3.13.2.3.1)."""
    rows = Improvement.objects.waiting_for(user, at=at).filter(due_on__lte=day_of(at) + SOON)
    for row in rows.select_related("result__department"):
        yield Item(title=str(row), leads_to=row, since=row.made_at, kind="改善", due=row.due_on, why="自己点検の改善策")
