"""What exceptions want from a person: the CISO answers emergencies and looks at them again, their own people report the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, has_role
from musashimurayama_isms.fiscal import TOKYO
from policy.exception_days import answer_days, review_months
from policy.models import PolicyException


@dataclass(frozen=True)
class Waiting:
    """One act that waits: on which exception, since when, until when."""

    exception: PolicyException
    act: str
    since: datetime
    due: datetime | date
    is_urgent: bool = False


def waiting_for(user: User, *, at: datetime) -> list[Waiting]:
    """In a constant number of queries: emergencies first, then reviews, then closing reports."""
    return [*_of_the_ciso(user, at=at), *_of_its_people(user, at=at)]


def _own(user: User) -> Q:
    return Q(request__drafter=user) | Q(request__applicant=user)


def _of_the_ciso(user: User, *, at: datetime) -> Iterator[Waiting]:
    if not has_role(user, RoleCode.CISO, at=at):
        return
    rows, days, months = PolicyException.objects.exclude(_own(user)).for_list(), answer_days(), review_months()
    for row in rows.unacknowledged().order_by("since"):
        yield Waiting(row, "確認", row.request.submitted_at, row.acknowledge_by(days), is_urgent=True)
    for row in rows.due_for_review(on=day_of(at)).order_by("checked_on"):
        due = row.review_on(months)
        yield Waiting(row, "見直し", _morning(due), due)


def _of_its_people(user: User, *, at: datetime) -> Iterator[Waiting]:
    for row in PolicyException.objects.over(on=day_of(at)).filter(_own(user)).for_list().order_by("until"):
        yield Waiting(row, "完了報告", _morning(row.until + timedelta(days=1)), row.until)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=TOKYO)
