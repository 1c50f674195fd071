"""What ends on a day: exceptions (3.11.4), permits, contracts (3.12.2), what was taken out (3.8.1.5).

Their titles name assets, contractors and reasons: none of them leaves the portal in the feed.
"""

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from assets.models import Contract, Move
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.models.request_set import Reach
from policy.models import PolicyException
from policy.models.exception import EMERGENCY_REQUEST, REQUEST

from ..entries import Asked, Entry, Kind, Scope, shows

RUNNING = Request.Status.RUNNING.value
STILL = (RUNNING, Request.Status.EXPIRED.value)


@shows(Kind.EXCEPTION, only_if=lambda since, until: PolicyException.objects.open().filter(until__range=(since, until)))
def exceptions(asked: Asked) -> Iterator[Entry]:
    """The last days of exceptions; what is ended early has no such day any more."""
    rows = PolicyException.objects.visible_to(asked.user, at=asked.at).open().filter(until__range=(asked.since, asked.until))
    for row in _of_persons(rows, asked, "request__").select_related("request__type", "department"):
        yield Entry(row.until, f"{row}の終わり", row.get_absolute_url(), Kind.EXCEPTION, place=row.department.name)


@shows(Kind.PERMIT, only_if=lambda since, until: Request.objects.filter(status__in=STILL, ends_on__range=(since, until)))
def permits(asked: Asked) -> Iterator[Entry]:
    """The last days of running permits, one line a type and day."""
    reach = Reach.of(asked.user, at=asked.at)
    rows = Request.objects.visible_to(asked.user, at=asked.at, reach=reach).filter(
        status__in=STILL, ends_on__range=(asked.since, asked.until)
    )
    rows = _of_persons(rows.exclude(type__code__in=(REQUEST, EMERGENCY_REQUEST)), asked)
    found: dict[tuple, list[Request]] = {}
    for row in rows.only("status", "ends_on", "type__code", "type__name", "department__name").select_related("type", "department"):
        found.setdefault((row.ends_on, row.type.code), []).append(row)
    for (day, code), group in found.items():
        one = len(group) == 1
        yield Entry(
            day,
            f"{group[0].type.name}の許可の終わり",
            group[0].get_absolute_url() if one else f"{reverse('approvals:list')}?{urlencode({'type': code, 'status': RUNNING})}",
            Kind.PERMIT,
            place=group[0].department.name if one else "",
            is_open=any(row.status == RUNNING for row in group),
            count=len(group),
        )


@shows(Kind.CONTRACT, only_if=lambda since, until: Contract.objects.in_force().filter(ends_on__range=(since, until)))
def contracts(asked: Asked) -> Iterator[Entry]:
    """The last days of contracts in force."""
    rows = Contract.objects.visible_to(asked.user, at=asked.at).in_force().filter(ends_on__range=(asked.since, asked.until))
    for row in asked.narrowed(rows).select_related("department"):
        yield Entry(row.ends_on, f"契約の終わり：{row.title}", row.get_absolute_url(), Kind.CONTRACT, place=row.department.name)


@shows(Kind.RETURN, only_if=lambda since, until: Move.objects.outside().filter(due_on__range=(since, until)))
def returns(asked: Asked) -> Iterator[Entry]:
    """When what is out of the house arrives or comes back; one's own is what one carries."""
    rows = Move.objects.visible_to(asked.user, at=asked.at).outside().filter(due_on__range=(asked.since, asked.until))
    own = Q(carrier=asked.user) | Q(department__in=asked.answered)
    rows = rows.filter(own) if asked.scope == Scope.MINE else asked.narrowed(rows)
    for row in rows.select_related("department").distinct():
        yield Entry(row.due_on, str(row), row.get_absolute_url(), Kind.RETURN, place=row.department.name)


def _of_persons(rows: QuerySet, asked: Asked, path: str = "") -> QuerySet:
    """One's own is what one has drafted or applied for."""
    if asked.scope == Scope.MINE:
        return rows.filter(Q(**{f"{path}drafter": asked.user}) | Q(**{f"{path}applicant": asked.user}))
    return asked.narrowed(rows)
