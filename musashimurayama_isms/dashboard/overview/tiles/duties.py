"""定期業務: what is past its day, and by which role it would be done (3.4.2)."""

from datetime import timedelta

from django.db.models import Count

from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.parties import Owner

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

SHOWN = 6
MONTH = timedelta(days=30)


def duties(look: Look) -> Tile:
    """As far as the person sees them; what the whole city does is among them for everybody."""
    seen = Occurrence.objects.visible_to(look.user, at=look.at, reach=look.duties)
    by_owner = seen.overdue(on=look.on).order_by().values_list("duty__owner").annotate(count=Count("pk")).order_by("-count", "duty__owner")
    counts = list(by_owner)
    late, this_month = sum(count for _, count in counts), _this_month(seen, look)
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


def _this_month(seen, look: Look) -> int:
    first = look.on.replace(day=1)
    return seen.filter(due_on__gte=first, due_on__lt=(first + MONTH + timedelta(days=2)).replace(day=1)).count()
