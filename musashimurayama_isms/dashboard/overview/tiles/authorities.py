"""Reports to the state, the prefecture and others: what is still to be sent, and when the next term ends (3.4.2.10.3)."""

from datetime import timedelta

from django.db.models import Count, Q

from incidents.models import AuthorityReport

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

NEAR = timedelta(days=3)
WEEK = timedelta(days=7)


def deadlines(look: Look) -> Tile | None:
    """By how much time is left; the list is that of the roles that see every incident."""
    if not look.incident_reach.is_wide:
        return None
    rows = AuthorityReport.objects.visible_to(look.user, at=look.at, reach=look.incident_reach).live().order_by()
    found = rows.aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(due_on__lt=look.on)),
        near=Count("pk", filter=Q(due_on__gte=look.on, due_on__lte=look.on + NEAR)),
        week=Count("pk", filter=Q(due_on__gt=look.on + NEAR, due_on__lte=look.on + WEEK)),
        far=Count("pk", filter=Q(due_on__gt=look.on + WEEK)),
        free=Count("pk", filter=Q(due_on=None)),
    )
    everything, late = (address("incidents:authority_reports", state=state) for state in ("open", "late"))
    bars = [
        Bar("期限超過", found["late"], late, tone="late"),
        Bar("3日以内", found["near"], tone="soon"),
        Bar("7日以内", found["week"]),
        Bar("8日以上先", found["far"]),
        Bar("速やかに（日数なし）", found["free"]),
    ]
    pressing = found["late"] + found["near"]
    words = "送っていない報告はありません。"
    if found["all"]:
        words = f"3日以内に期限が来るもの、過ぎたものは{pressing}件です。" if pressing else "3日以内に期限が来る報告はありません。"
    return Tile(
        slug="authorities",
        title="国・都などへの報告",
        sentence=words,
        url=everything,
        figures=(Figure(found["all"], "送っていないもの", everything), Figure(found["late"], "期限超過", late, tone="late")),
        chart=Bars("期限までの日数ごとの件数", bars) if found["all"] else None,
        clause="3.4.2.10.3",
    )
