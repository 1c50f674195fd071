"""定期業務: what is past its day, and by which role it would be done (3.4.2)."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.parties import Owner
from musashimurayama_isms.prepared import Prepared

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

SHOWN = 6
MONTH = timedelta(days=30)


def _conditions(on: date, first: date, end: date) -> tuple[Q, Q]:
    """Past their day; due from `first` until before `end`."""
    return Q(status=Occurrence.Status.PLANNED, due_on__lt=on), Q(due_on__gte=first, due_on__lt=end)


def _by_owner(rows: QuerySet[Occurrence], **days: date) -> QuerySet:
    """Owner, how many are past their day, how many are due this month."""
    is_late, of_month = _conditions(**days)
    counts = {"late": Count("pk", filter=is_late), "month": Count("pk", filter=of_month)}
    return rows.order_by().values_list("duty__owner").annotate(**counts)


def _counting(**days: date) -> QuerySet[Occurrence]:
    """Those that count for one of the figures."""
    is_late, of_month = _conditions(**days)
    return Occurrence.objects.filter(is_late | of_month)


_OF_THE_CITY = Prepared(lambda **days: _by_owner(_counting(**days), **days))


def duties(look: Look) -> Tile:
    """As far as the person sees them; what the whole city does is among them for everybody."""
    first = look.on.replace(day=1)
    days = {"on": look.on, "first": first, "end": (first + MONTH + timedelta(days=2)).replace(day=1)}
    if look.duties.is_wide:
        rows = _OF_THE_CITY(**days)
    else:
        rows = _by_owner(_counting(**days).visible_to(look.user, at=look.at, reach=look.duties), **days)
    counts = sorted(((owner, late) for owner, late, _ in rows if late), key=lambda row: (-row[1], row[0]))
    late, this_month = (sum(row[place] for row in rows) for place in (1, 2))
    page = address("duties:tab", "late")
    bars = [Bar(Owner(owner).label, count, address("duties:tab", "late", owner=owner), tone="late") for owner, count in counts[:SHOWN]]
    words = "期限を過ぎた定期業務はありません。"
    if bars:
        words = f"いちばん多いのは{bars[0].label}の業務で、{bars[0].count}件です。"
    return Tile(
        slug="duties",
        title="定期業務",
        sentence=words,
        url=page,
        figures=(
            Figure(late, "期限超過", page, tone="late"),
            Figure(this_month, "今月が期限（済みを含む）", address("duties:list")),
        ),
        chart=Bars("担当の役割ごとの期限超過の件数", bars) if bars else None,
        clause="3.4.2",
    )
