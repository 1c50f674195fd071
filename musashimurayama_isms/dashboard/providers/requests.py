"""Requests to decide, to submit, to complete; the business of the committee; own requests."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import Standing, ask_everywhere
from musashimurayama_isms.approvals import committee_desk
from musashimurayama_isms.approvals.models import Item as CommitteeItem
from musashimurayama_isms.approvals.models import Meeting, Reply, Request, Step
from musashimurayama_isms.approvals.plain import is_plain
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.approvals.scopes import OVER, for_lines
from musashimurayama_isms.approvals.waiting import DECIDE, READ, SEE, Waiting, with_people
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.parameters.values import value

from ..desk import Item, Ready, keeps, waits, waits_if

NAMED = 2  # more names would only fill the line
SENT_OVER = 100  # what is over long ago is found in the room
Status = Request.Status


@waits
def requests(user: User, at: datetime) -> Iterator[Item]:
    """Requests to decide, to submit, to mend, to confirm (approvals.md)."""
    rows = requests_waiting_for(user, at=at)
    from_rank = value("approvals.list_permit_class") if any(row.act == DECIDE for row in rows) else ""
    for row in rows:
        name = f"{row.request}　{row.request.title}"
        acts = tuple(_acts(row, user, from_rank))
        yield Item(name, row.request, row.since, row.act, due=row.due, as_role=row.as_role, why=row.why, acts=acts)


def _acts(row: Waiting, user: User, from_rank: str) -> Iterator[Ready]:
    """What the list can do: a permit that is a plain yes, several decisions together, and acts without judgement."""
    if row.act == DECIDE:
        if is_plain(row.row, user, from_rank=from_rank):
            yield Ready.of("permit", row.request)
        yield Ready.of("decide", row.request)
    elif row.act in (READ, SEE):
        yield Ready.of("review" if row.act == READ else "seen", row.row)


@keeps
def own_requests(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts and requests under way, with who has them now; and the last ones that are over."""
    rows = for_lines(Request.objects.filter(Q(drafter=user) | Q(applicant=user)))
    live = list(rows.filter(status__in=(*Request.LIVE, Status.DRAFT)).order_by("waiting_since", "pk"))
    deciders = _deciders([request.pk for request in live if request.open_steps], at=at)
    for request in [*live, *rows.filter(status__in=OVER).order_by("-waiting_since", "pk")[:SENT_OVER]]:
        yield Item(
            title=f"{request}　{request.title}" if request.title else str(request),
            leads_to=request,
            since=request.waiting_since,
            kind="申請",
            due=_due(request),
            status=request.get_status_display(),
            holder=deciders.get(request.pk) or _holder(request, user),
            is_over=request.status in OVER,
        )


def _deciders(requests: list[UUID], *, at: datetime) -> dict[UUID, str]:
    """Request → who may decide its open step now, by name: deputies, and the next one up where nobody else may (3.4.3.1)."""
    if not requests:
        return {}
    ask_everywhere(at=at)
    roster = Roster(at)
    steps = with_people(Step.objects.open().filter(request__in=requests))
    return {step.request_id: _named([hat for _, hat in step.able(roster)]) for step in steps}


def _named(hats: list[Standing]) -> str:
    """The first persons with their role; nothing where nobody decides as a person, as in a committee."""
    people = list({hat.person.pk: hat for hat in hats}.values())
    words = "、".join(f"{hat.person.name}さん（{hat.label}）" for hat in people[:NAMED])
    return f"{words}ほか{len(people) - NAMED}人" if len(people) > NAMED else words


def _due(request: Request) -> date | datetime | None:
    """The term of the open step, or the last day of a permit."""
    if request.open_steps:
        return request.open_steps[0].due_at
    return request.ends_on if request.status in (Status.RUNNING, Status.EXPIRED) else None


def _holder(request: Request, user: User) -> str:
    """Whom a request waits for, in words."""
    if request.status in (Status.DRAFT, Status.RETURNED):
        return "あなた" if request.drafter_id == user.pk else f"{request.drafter.name}さん（起案）"
    if request.status == Status.PREPARED:
        return "・".join(request.type.applicant_names)
    if request.status == Status.EXPIRED:
        return "あなた"
    if request.open_steps:
        return request.open_steps[0].words
    return request.awaited if request.status == Status.RUNNING else ""


@waits_if(
    lambda who: CommitteeItem.objects.waiting().filter(committee__in=who.committees()),
    lambda who: Meeting.objects.unfinished(at=who.at).filter(committee__in=who.committees()),
)
def committee_business(user: User, at: datetime) -> Iterator[Item]:
    """What the secretariat and the chair of a committee have to do (3.4.2.10)."""
    return _of_committee(committee_desk.business_for(user, at=at))


@waits_if(lambda who: Meeting.objects.called().of_person(who.person, on=who.on).filter(planned_at__gt=who.at))
def committee_meetings(user: User, at: datetime) -> Iterator[Item]:
    """Meetings to which the person is called (3.4.2.10)."""
    return _of_committee(committee_desk.meetings_for(user, at=at))


@waits_if(lambda who: Reply.objects.awaited().filter(who.near()))
def committee_letters(user: User, at: datetime) -> Iterator[Item]:
    """What a committee has sent to the department (3.4.2.10)."""
    return _of_committee(committee_desk.sent_to(user, at=at))


def _of_committee(rows: Iterable[committee_desk.Waiting]) -> Iterator[Item]:
    for row in rows:
        acts = (Ready.of("relay", row.receipt),) if row.receipt else ()
        yield Item(row.title, row.url, row.since, row.kind, due=row.due, why=row.why, acts=acts)
