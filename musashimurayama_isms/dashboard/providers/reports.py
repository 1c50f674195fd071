"""Consultations, violations and problems of compliance that wait for an act of the person."""

from collections.abc import Iterator
from datetime import datetime

from incidents.models import ComplianceProblem, ComplianceWord, Consultation, Violation, ViolationWord
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User

from ..desk import Item, keeps, waits


@waits
def consultations(user: User, at: datetime) -> Iterator[Item]:
    """Questions to answer (3.9.1.1)."""
    for row in Consultation.objects.waiting_for(user, at=at).with_people():
        why = f"{row.department.full_name} {row.asker.name}さんの相談：{row.title}"
        yield Item(str(row), row.get_absolute_url(), row.waits_since, "相談", due=row.due_at, why=why)


@waits
def violations(user: User, at: datetime) -> Iterator[Item]:
    """What is next to be done about a violation, and words to read (3.11.6.2)."""
    reach = Reach.of(user, at=at)
    seen = set()
    for row in Violation.objects.waiting_for(user, at=at, reach=reach).with_people():
        seen.add(row.pk)
        why = f"{row.department.full_name}　{row.get_status_display()}"
        yield Item(str(row), row.get_absolute_url(), row.reported_at, "違反", due=row.due_at, why=why, is_urgent=bool(row.is_grave))
    visible = Violation.objects.handled_by(user, at=at, reach=reach)
    words = ViolationWord.objects.pending().reached_by(reach).filter(violation__in=visible).exclude(violation__in=seen)
    for word in words.select_related("violation"):
        yield Item(
            str(word.violation), word.violation.get_absolute_url(), word.sent_at, "受領", due=word.due_at, why=word.get_occasion_display()
        )


@waits
def compliance(user: User, at: datetime) -> Iterator[Item]:
    """Problems of compliance to order on, to mend, to confirm, to read (3.11.2.1)."""
    reach, seen = Reach.of(user, at=at), set()
    for row in ComplianceProblem.objects.waiting_for(user, at=at, reach=reach).with_people():
        seen.add(row.pk)
        why = f"{row.department.full_name}　{row.title}"
        yield Item(str(row), row.get_absolute_url(), row.reported_at, row.get_status_display(), due=row.due_at, why=why)
    for word in ComplianceWord.objects.pending().reached_by(reach).exclude(problem__in=seen).select_related("problem"):
        yield Item(str(word.problem), word.problem.get_absolute_url(), word.sent_at, "受領", due=word.due_at, why=word.problem.title)


@keeps
def own_consultations(user: User, at: datetime) -> Iterator[Item]:
    """Own questions that are not closed."""
    for row in Consultation.objects.filter(asker=user).open()[:5]:
        yield Item(f"{row}　{row.title}", row.get_absolute_url(), row.asked_at, row.get_status_display())
