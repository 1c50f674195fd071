"""Findings to deal with, to order, to check."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from audits.models import Assignment, CorrectiveAction, Finding
from audits.models.corrective_action import unordered
from musashimurayama_isms.accounts.models import RoleCode, User

from ..desk import Item, waits_if
from ..whom import Whom

ACTS = {"ordered": "原因と計画を出してください。", "planned": "対処して報告してください。", "done": "効果を確かめてください。"}


def _theirs(who: Whom) -> Q:
    """Of the own sections, of an audit that the person was asked for, or of the city."""
    asked = Assignment.objects.standing().filter(person=who.person).values("engagement")
    of_the_city = who.wears(RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.AUDIT_HEAD, RoleCode.CISO)
    return who.near("finding__department") | Q(finding__engagement__in=asked) | of_the_city


@waits_if(lambda who: CorrectiveAction.objects.open().filter(_theirs(who)))
def actions(user: User, at: datetime) -> Iterator[Item]:
    """What the person has to plan, to do or to check (3.13.1.10)."""
    for row in CorrectiveAction.objects.waiting_for(user, at=at).with_all():
        since = {"planned": row.planned_at, "done": row.done_at}.get(row.status) or row.ordered_at
        yield Item(
            title=f"指摘 {row.finding.number} {row.finding.title}",
            leads_to=row,
            since=since,
            kind="指摘",
            due=row.due_on,
            why=ACTS[row.status],
        )


@waits_if(lambda who: Finding.objects.unordered().filter(who.wears(RoleCode.AUDIT_HEAD, RoleCode.CISO)))
def orders(user: User, at: datetime) -> Iterator[Item]:
    """Issued findings that nobody was ordered to deal with, for the audit head."""
    rows = list(unordered(user, at=at).order_by("issued_at"))
    if rows:
        title = f"対処を指示していない指摘 {len(rows)}件"
        yield Item(title, reverse("audits:actions"), rows[0].issued_at, "指摘", why="担当する課に対処を指示してください。")
