"""The plan for the bad day to approve, the own number to confirm, what drills have taught."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from incidents.continuity.people import may_hold_number
from incidents.models import Contact, DrillTask, PlanVersion
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.values import value

from ..desk import Item, waits_if


@waits_if(lambda who: PlanVersion.objects.filter(status=PlanVersion.Status.SUBMITTED))
def plans(user: User, at: datetime) -> Iterator[Item]:
    """A version of the 業務継続計画（ICT編） to approve (3.11.3.1)."""
    for version in PlanVersion.objects.waiting_for(user, at=at):
        yield Item(
            title=f"{version}の承認",
            leads_to=version,
            since=version.submitted_at,
            kind="承認",
            why="四つの内容を読み、承認するか差し戻してください。",
        )


@waits_if(lambda who: Contact.objects.filter(person=who.person))
def own_number(user: User, at: datetime) -> Iterator[Item]:
    """A word about one's own number that is old (3.4.2.3.8); who never gave one is reminded by notices alone."""
    contact = Contact.objects.filter(person=user).first()
    if contact and contact.is_stale(on=day_of(at), months=value("incidents.contact_confirm_months")) and may_hold_number(user, at=at):
        yield Item(
            title="緊急連絡網の自分の番号の確認",
            leads_to=reverse("incidents:my_number"),
            since=contact.confirmed_at,
            kind="確認",
            why="前の確認から時間がたちました。",
        )


@waits_if(lambda who: DrillTask.objects.open().filter(who.as_party("owner", "department")))
def drill_tasks(user: User, at: datetime) -> Iterator[Item]:
    """Improvements out of drills."""
    for task in DrillTask.objects.waiting_for(user, at=at).select_related("drill"):
        yield Item(
            title=f"訓練の改善項目 {task.what}",
            leads_to=task,
            since=task.made_at,
            kind="改善",
            due=task.due_on,
            as_role=task.get_owner_display(),
            why=f"訓練「{task.drill}」で分かったこと",
        )
