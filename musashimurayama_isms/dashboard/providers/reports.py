"""Consultations, violations and problems of compliance that wait for an act of the person."""

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q

from incidents.chain import Party
from incidents.models import ComplianceProblem, ComplianceWord, Consultation, Violation, ViolationWord
from incidents.parties import WIDE, Reach
from musashimurayama_isms.accounts.models import User

from ..desk import Item, Ready, keeps, waits_if
from ..whom import Whom

SENT = 100  # the latest of each; older ones are found in the room


@waits_if(lambda who: Consultation.objects.unanswered().exclude(asker=who.person).filter(who.wears(*WIDE)))
def consultations(user: User, at: datetime) -> Iterator[Item]:
    """Questions to answer (3.9.1.1)."""
    for row in Consultation.objects.waiting_for(user, at=at).with_people():
        why = f"{row.department.full_name} {row.asker.name}さんの相談：{row.title}"
        yield Item(str(row), row, row.waits_since, "相談", due=row.due_at, why=why)


@waits_if(
    lambda who: Violation.objects.filter(who.as_party("handler", "department"), status__in=Violation.OF_HANDLER),
    lambda who: Violation.objects.filter(who.as_party("overseer", "department"), status__in=Violation.OF_OVERSEER),
    lambda who: ViolationWord.objects.pending().filter(who.as_party("party", "violation__department")),
)
def violations(user: User, at: datetime) -> Iterator[Item]:
    """What is next to be done about a violation, and words to read (3.11.6.2)."""
    reach = Reach.of(user, at=at)
    seen = set()
    for row in Violation.objects.waiting_for(user, at=at, reach=reach).with_people():
        seen.add(row.pk)
        why = f"{row.department.full_name}　{row.get_status_display()}"
        yield Item(str(row), row, row.reported_at, "違反", due=row.due_at, why=why, is_urgent=bool(row.is_grave))
    visible = Violation.objects.handled_by(user, at=at, reach=reach)
    words = ViolationWord.objects.pending().reached_by(reach).filter(violation__in=visible).exclude(violation__in=seen)
    for word in words.select_related("violation"):
        acts = (Ready.of("violation", word),)
        yield Item(str(word.violation), word.violation, word.sent_at, "受領", due=word.due_at, why=word.get_occasion_display(), acts=acts)


def _acts_next(who: Whom) -> Q:
    turns = ComplianceProblem.ACTS_NEXT.items()
    return reduce(or_, (Q(status=status) & who.wears(party) for status, party in turns))


@waits_if(
    lambda who: ComplianceProblem.objects.filter(_acts_next(who)),
    lambda who: ComplianceWord.objects.pending().filter(who.as_party("party", "problem__department")),
)
def compliance(user: User, at: datetime) -> Iterator[Item]:
    """Problems of compliance to order on, to mend, to confirm, to read (3.11.2.1)."""
    reach, seen = Reach.of(user, at=at), set()
    for row in ComplianceProblem.objects.waiting_for(user, at=at, reach=reach).with_people():
        seen.add(row.pk)
        why = f"{row.department.full_name}　{row.title}"
        yield Item(str(row), row, row.reported_at, row.get_status_display(), due=row.due_at, why=why)
    for word in ComplianceWord.objects.pending().reached_by(reach).exclude(problem__in=seen).select_related("problem"):
        acts = (Ready.of("compliance", word),)
        yield Item(str(word.problem), word.problem, word.sent_at, "受領", due=word.due_at, why=word.problem.title, acts=acts)


@keeps
def own_consultations(user: User, at: datetime) -> Iterator[Item]:
    """Own questions: not yet answered, to be read, closed."""
    for row in Consultation.objects.filter(asker=user).order_by("-asked_at")[:SENT]:
        is_asked = row.status == Consultation.Status.ASKED
        yield Item(
            title=f"{row}　{row.title}",
            leads_to=row,
            since=row.waits_since if is_asked else row.asked_at,
            kind="相談",
            due=row.due_at if is_asked else None,
            status=row.get_status_display(),
            holder=Party.CENTRAL_MANAGER.label if is_asked else "あなた" if row.status == Consultation.Status.ANSWERED else "",
            is_over=row.status == Consultation.Status.CLOSED,
        )


@keeps
def own_violations(user: User, at: datetime) -> Iterator[Item]:
    """Violations that the person has reported."""
    for row in Violation.objects.filter(reporter=user)[:SENT]:
        holder = row.get_overseer_display() if row.status in Violation.OF_OVERSEER else row.get_handler_display()
        yield Item(
            title=str(row),
            leads_to=row,
            since=row.reported_at,
            kind="違反の報告",
            due=row.due_at,
            status=row.get_status_display(),
            holder=holder if row.is_open else "",
            is_over=not row.is_open,
        )


@keeps
def own_compliance(user: User, at: datetime) -> Iterator[Item]:
    """Problems of compliance that the person has reported."""
    for row in ComplianceProblem.objects.filter(reporter=user)[:SENT]:
        yield Item(
            title=f"{row}　{row.title}",
            leads_to=row,
            since=row.reported_at,
            kind="遵守の問題",
            due=row.due_at,
            status=row.get_status_display(),
            holder=Party(row.acts_next).label if row.acts_next else "",
            is_over=not row.acts_next,
        )
