"""What leaves the house and what is done away with: to be recorded, to be confirmed, outside tonight."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse

from assets.models import Disposal, Move
from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from ..desk import Item, tells, waits_if


@waits_if(
    lambda who: Move.objects.open().of_person(who.person).filter(due_on__lte=who.on),
    lambda who: Move.objects.filter(who.near(), status=Move.Status.RETURNED),
)
def moves(user: User, at: datetime) -> Iterator[Item]:
    """What the person carries and whose day has come; for the section's officer, what was brought back."""
    on, reach = day_of(at), Reach.of(user, at=at)
    for move in Move.objects.open().of_person(user).filter(due_on__lte=on).for_list():
        why = "出るときに、出発を記録してください。" if move.status == Move.Status.PLANNED else "着いたとき、戻したときに記録してください。"
        yield Item(f"{move.number} {move}", move, move.departed_at or move.request.decided_at, "移動", due=move.due_on, why=why)
    back = Move.objects.filter(status=Move.Status.RETURNED, department__in=reach.officer).exclude(returned_by=user).exclude(carrier=user)
    for move in back.for_list():
        yield Item(f"{move.number} {move}", move, move.returned_at, "返却の確認", why="戻ったものを見て、確かめてください。")


@waits_if(lambda who: Disposal.objects.open().filter(request__applicant=who.person))
def disposals(user: User, at: datetime) -> Iterator[Item]:
    """Permitted disposals that the person has applied for, to be recorded when done (3.5.2.9.2)."""
    for row in Disposal.objects.open().filter(request__applicant=user).select_related("request__type"):
        yield Item(str(row), row, row.request.decided_at, "廃棄の記録", due=row.planned_on, why="処理したら、記録してください。")


@tells
def outside(user: User, at: datetime) -> Iterator[Item]:
    """For those who answer for sections: how much is outside tonight, and how much of it is late."""
    reach = Reach.of(user, at=at)
    if not (reach.officer or reach.divisions or reach.is_wide):
        return
    rows = Move.objects.visible_to(user, at=at, reach=reach).outside()
    found = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day_of(at))), first=Min("departed_at"))
    if found["all"]:
        late = f"うち{found['late']}件は期日を過ぎています。" if found["late"] else "期日を過ぎたものはありません。"
        yield Item(f"いま庁外にあるもの {found['all']}件", reverse("assets:outside"), found["first"], "庁外", why=late)
