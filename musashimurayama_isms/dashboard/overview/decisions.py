"""What waits for a decision of this person now: the first line of the page, and the sheet that is taken along on paper."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Count, QuerySet

from audits.models import CorrectiveAction
from incidents.chain import Party, StepCode
from incidents.models import Step
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.approvals import committee_desk
from musashimurayama_isms.approvals.waiting import CONFIRM, CONSENT, DECIDE, READ, SEE
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.prepared import Prepared, in_one_row
from policy.exception_waiting import waiting_for as exceptions_waiting_for
from policy.models import PolicyException

from ..desk import last_moment
from . import business
from .look import Look
from .tile import Figure, address


@dataclass(frozen=True)
class Pending:
    """One thing that waits for a word, as the sheet lists it."""

    kind: str
    title: str
    since: datetime
    due: date | datetime | None = None
    why: str = ""
    outcomes: tuple[str, ...] = ("確認した",)  # what may be ticked on paper

    def is_late(self, at: datetime, on: date) -> bool:
        if self.due is None:
            return False
        return self.due <= at if isinstance(self.due, datetime) else self.due < on


# The acts that are a word of the person, with what may be ticked on paper; the rest is work, which the desk lists.
OUTCOMES = {
    DECIDE: ("許可", "条件付き", "差戻し", "不許可"),
    CONSENT: ("同意", "同意しない"),
    CONFIRM: ("確認した", "許可していない"),
    READ: ("読んだ",),
    SEE: ("確認した",),
}
EXCEPTION_OUTCOMES = {"確認": ("了承", "終了を命じる"), "見直し": ("続けてよい", "終了を命じる")}


def to_confirm() -> QuerySet[Step]:
    """Measures against recurrence that wait for the CISO's word."""
    return Step.objects.pending().filter(code=StepCode.CONFIRMATION, incident__is_drill=False)


_PREVENTION = Prepared(lambda: in_one_row(to_confirm(), Count("pk")))
_FINDINGS = Prepared(
    lambda part: CorrectiveAction.objects.waiting_within(part).order_by().values_list("status").annotate(count=Count("pk"))
)


def _exceptions(person: int, on: date, reviewed: date) -> QuerySet:
    """How many emergencies wait for the CISO's word, how many exceptions for another look."""
    wanted = PolicyException.objects.conditions(on=on, soon=on, reviewed=reviewed)
    return in_one_row(
        PolicyException.objects.of_others(person), Count("pk", filter=wanted["waiting"]), Count("pk", filter=wanted["review"])
    )


_EXCEPTIONS = Prepared(_exceptions)


class Decisions:
    """`figures` for the page, which counts where no row is needed, and `rows` for the sheet; each source is asked once."""

    def __init__(self, look: Look) -> None:
        self.look = look

    @cached_property
    def _requests(self) -> list:
        return requests_waiting_for(self.look.user, at=self.look.at, acts=OUTCOMES)

    @cached_property
    def _committee(self) -> list:
        return list(committee_desk.waiting_for(self.look.user, at=self.look.at))

    @cached_property
    def _exceptions(self) -> list:
        rows = exceptions_waiting_for(self.look.user, at=self.look.at) if self.look.holds(RoleCode.CISO) else []
        return [row for row in rows if row.act in EXCEPTION_OUTCOMES]

    @cached_property
    def _prevention(self) -> list[Step]:
        """Measures against recurrence that the CISO has to confirm (3.9.3.3.3)."""
        if Party.CISO not in self.look.incident_reach.city:
            return []
        return list(to_confirm().select_related("incident__kind", "incident__department").order_by("due_at"))

    @cached_property
    def _findings(self) -> list[CorrectiveAction]:
        """What the person has to plan or to do, and what was done and the person may check."""
        return list(CorrectiveAction.objects.waiting_for(self.look.user, at=self.look.at).with_all())

    # -- in figures ----------------------------------------------------------------------------------------------------
    @cached_property
    def figures(self) -> list[Figure]:
        """What is not nothing, each with its list."""
        sources: tuple[Callable[[], Iterator[Figure]], ...] = (
            self._of_requests,
            self._of_committee,
            self._of_exceptions,
            self._of_prevention,
            self._of_findings,
        )
        return [figure for source in sources for figure in source() if figure.count]

    def _of_requests(self) -> Iterator[Figure]:
        after = {row.request.pk for row in self._requests if row.act == READ}
        others = {row.request.pk for row in self._requests}
        yield Figure(len(others), "申請・許可", address("approvals:desk", "waiting", act=list(OUTCOMES)))
        yield Figure(len(after), "うち後閲", address("approvals:desk", "waiting", act=READ))

    def _of_committee(self) -> Iterator[Figure]:
        room = "committee:room" if self.look.requests.sees_committee else "committee:circulations"
        yield Figure(business.count(self.look), "委員会", address(room))

    def _of_exceptions(self) -> Iterator[Figure]:
        if not self.look.holds(RoleCode.CISO):
            return
        ((urgent, reviews),) = _EXCEPTIONS(person=self.look.user.pk, on=self.look.on, reviewed=self.look.reviewed)
        yield Figure(urgent, "緊急時の例外措置の確認", address("policy:exceptions", state="waiting"), tone="late")
        yield Figure(reviews, "例外措置の見直し", address("policy:exceptions", state="review"))

    def _of_prevention(self) -> Iterator[Figure]:
        url = address("incidents:desk", "ciso", status="open", step=StepCode.CONFIRMATION.value)
        ((count,),) = _PREVENTION() if Party.CISO in self.look.incident_reach.city else [(0,)]
        yield Figure(count, "再発防止策の確認", url)

    def _of_findings(self) -> Iterator[Figure]:
        counts = dict(_FINDINGS(part=self.look.actions))
        for status in CorrectiveAction.Status:
            yield Figure(counts.get(status.value, 0), f"指摘（{status.label}）", address("audits:actions", status=status.value))

    # -- on paper ------------------------------------------------------------------------------------------------------
    @cached_property
    def rows(self) -> list[Pending]:
        """Everything, the earliest term first, then the longest waiting."""
        found = [*self._request_rows(), *self._exception_rows(), *self._prevention_rows(), *self._other_rows()]
        return sorted(found, key=lambda row: (last_moment(row.due), row.since))

    def _request_rows(self) -> Iterator[Pending]:
        for row in self._requests:
            yield Pending(row.act, f"{row.request}　{row.request.title}", row.since, row.due, row.why, OUTCOMES[row.act])

    def _exception_rows(self) -> Iterator[Pending]:
        for row in self._exceptions:
            what, where = f"{row.exception}　{row.exception.what[:60]}", row.exception.department.full_name
            yield Pending(f"例外措置の{row.act}", what, row.since, row.due, where, EXCEPTION_OUTCOMES[row.act])

    def _prevention_rows(self) -> Iterator[Pending]:
        for step in self._prevention:
            what = f"{step.incident.number} {step.incident.kind}"
            yield Pending("再発防止策", what, step.started_at, step.due_at, step.incident.department.full_name, ("確認", "差戻し"))

    def _other_rows(self) -> Iterator[Pending]:
        for row in self._committee:
            yield Pending(f"委員会（{row.kind}）", row.title, row.since, row.due, row.why)
        for row in self._findings:
            since = row.done_at or row.planned_at or row.ordered_at
            yield Pending("監査の指摘", f"{row.finding.number} {row.finding.title}", since, row.due_on, row.get_status_display())
