"""Bulletins to read, systems with a hole, questions of a 横展開."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from assets.registers import RegisterReach
from incidents.models import Bulletin, InquiryPlace, VulnerabilityTarget
from musashimurayama_isms.accounts.models import RoleCode, User

from ..desk import Item, Ready, waits_if
from ..whom import Whom


@waits_if(lambda who: Bulletin.objects.unread(who.person, on=who.on))
def bulletins(user: User, at: datetime) -> Iterator[Item]:
    """What the person is asked to read (3.10.4.3.6)."""
    for row in Bulletin.objects.unread_by(user, at=at):
        yield Item(
            title=row.title,
            leads_to=row,
            since=row.asked_at,
            kind="注意喚起",
            why=f"{row.number} 内容を読み、「読みました」を押してください。",
            is_urgent=row.is_urgent,
            acts=(Ready.of("bulletin", row),),
        )


def _of_systems(who: Whom) -> Q:
    return who.near("system__department") | who.wears(RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)


@waits_if(lambda who: VulnerabilityTarget.objects.unended().filter(_of_systems(who)))
def holes(user: User, at: datetime) -> Iterator[Item]:
    """Systems of the section to look at and to mend, and refusals to decide about (3.10.6.1)."""
    reach = RegisterReach.of(user, at=at)
    for row in VulnerabilityTarget.objects.waiting_for(user, at=at, reach=reach).for_list():
        decides = row.status == VulnerabilityTarget.Status.REFUSAL_ASKED
        yield Item(
            title=f"{row.vulnerability.number} {row.vulnerability.title}",
            leads_to=row,
            since=row.answered_at if decides else row.asked_at,
            kind="脆弱性",
            due=row.due_on,
            why=f"{row.system}：{'「対応しない」の申出を決めます' if decides else row.get_status_display()}",
            is_urgent=row.vulnerability.is_critical,
        )


@waits_if(
    lambda who: InquiryPlace.objects.awaited().filter(who.near()),
    lambda who: InquiryPlace.objects.with_measure().filter(who.near()),
)
def questions(user: User, at: datetime) -> Iterator[Item]:
    """Answers that the section owes, and measures that it has planned."""
    for row in InquiryPlace.objects.waiting_for(user, at=at):
        yield Item(
            title=f"{row.inquiry.mark}{row.inquiry.number} {row.inquiry.title}",
            leads_to=row,
            since=row.answered_at or row.asked_at,
            kind="横展開",
            due=row.measure_due_on if row.has_measure else row.inquiry.due_on,
            why=f"{row.department.full_name}：{'対策を終えたら記録します' if row.has_measure else '同じことがないかを確かめます'}",
        )
