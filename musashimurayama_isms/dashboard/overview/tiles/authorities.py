"""Reports to the state, the prefecture and others: what is still to be sent, and when the next term ends (3.4.2.10.3)."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from incidents.models import AuthorityReport
from incidents.parties import Settled
from musashimurayama_isms.prepared import Prepared, in_one_row

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

NEAR = timedelta(days=3)
WEEK = timedelta(days=7)


def _by_time_left(reach: Settled, on: date, near: date, week: date) -> QuerySet:
    return in_one_row(
        AuthorityReport.objects.within(reach).live(),
        Count("pk", filter=Q(due_on__lt=on)),
        Count("pk", filter=Q(due_on__gte=on, due_on__lte=near)),
        Count("pk", filter=Q(due_on__gt=near, due_on__lte=week)),
        Count("pk", filter=Q(due_on__gt=week)),
        Count("pk", filter=Q(due_on=None)),
    )


_DEADLINES = Prepared(_by_time_left)


def deadlines(look: Look) -> Tile | None:
    """By how much time is left; the list is that of the roles that see every incident."""
    if not look.incident_reach.is_wide:
        return None
    ((late, near, week, far, free),) = _DEADLINES(reach=look.incident_reach.settled, on=look.on, near=look.on + NEAR, week=look.on + WEEK)
    unsent = late + near + week + far + free
    everything, past = (address("incidents:authority_reports", state=state) for state in ("open", "late"))
    bars = [
        Bar("期限超過", late, past, tone="late"),
        Bar("3日以内", near, tone="soon"),
        Bar("7日以内", week),
        Bar("8日以上先", far),
        Bar("速やかに（日数なし）", free),
    ]
    pressing = late + near
    words = "送っていない報告はありません。"
    if unsent:
        words = f"3日以内に期限が来るもの、過ぎたものは{pressing}件です。" if pressing else "3日以内に期限が来る報告はありません。"
    return Tile(
        slug="authorities",
        title="国・都などへの報告",
        sentence=words,
        url=everything,
        figures=(Figure(unsent, "送っていないもの", everything), Figure(late, "期限超過", past, tone="late")),
        chart=Bars("期限までの日数ごとの件数", bars) if unsent else None,
        clause="3.4.2.10.3",
    )
