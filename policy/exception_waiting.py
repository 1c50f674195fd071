"""What exceptions want from a person: the CISO answers emergencies and looks at them again, their own people report the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, has_role
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.parameters.values import Values
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
    return [*of_the_ciso(user, at=at), *of_its_people(user, at=at)]


def own(person: int) -> Q:
    """Those that the person has drafted or applied for."""
    return Q(request__drafter=person) | Q(request__applicant=person)


def of_the_ciso(user: User, *, at: datetime) -> Iterator[Waiting]:
    """Emergencies to answer and exceptions to look at again; nothing for anybody else."""
    if not has_role(user, RoleCode.CISO, at=at):
        return
    rows, chosen = PolicyException.objects.exclude(own(user.pk)).for_list(), Values()
    days, months = answer_days(chosen), review_months(chosen)
    for row in rows.unacknowledged().order_by("since"):
        yield Waiting(row, "確認", row.request.submitted_at, row.acknowledge_by(days), is_urgent=True)
    for row in rows.due_for_review(on=day_of(at), months=months).order_by("checked_on"):
        due = row.review_on(months)
        yield Waiting(row, "見直し", _morning(due), due)


def of_its_people(user: User, *, at: datetime) -> Iterator[Waiting]:
    """Own exceptions that are over without their closing report."""
    for row in PolicyException.objects.over(on=day_of(at)).filter(own(user.pk)).for_list().order_by("until"):
        yield Waiting(row, "完了報告", _morning(row.until + timedelta(days=1)), row.until)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=TOKYO)
