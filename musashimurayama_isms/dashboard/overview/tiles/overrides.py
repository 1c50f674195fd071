"""兼務の例外: decisions by a person of the request itself, allowed by a third person (3.4.3.1)."""

from collections import Counter

from django.db.models import Count, Q, QuerySet

from musashimurayama_isms.approvals.models import Request, Waiver
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.prepared import Prepared

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

YEARS = 3
UNSEEN = "unseen"


def granted(look: Look) -> QuerySet[Waiver]:
    """The overrides of requests that the person sees."""
    return _granted(Request.objects.visible_to(look.user, at=look.at, reach=look.requests))


def _granted(seen: QuerySet[Request]) -> QuerySet[Waiver]:
    return Waiver.objects.filter(is_granted=True, request__in=seen.order_by().values("pk"))


_BY_YEAR = Prepared(
    lambda reach, types: (
        _granted(Request.objects.within(reach, types))
        .order_by()
        .values_list("request__fiscal_year")
        .annotate(all=Count("pk"), unseen=Count("pk", filter=Q(seen_at=None)))
    )
)


def overrides(look: Look) -> Tile:
    """By the 年度 of the request; what the CISO has not seen yet stands out."""
    rows = _BY_YEAR(reach=look.requests, types=Request.objects.submitted_by(look.requests))
    counts = Counter({year: count for year, count, _ in rows})
    unseen = sum(unseen for _, _, unseen in rows)
    this_year = counts[look.year]
    page = address("overview_overrides")
    words = "今年度、申請に関わった人が決定した例はありません。"
    if this_year:
        words = f"今年度は{this_year}件あります。" + (
            f"CISOの確認を待つものが{unseen}件です。" if unseen else "すべてCISOが確認しています。"
        )
    years = range(look.year, look.year - YEARS, -1)
    bars = [Bar(fiscal_year_label(year), counts[year], address("overview_overrides", year=year)) for year in years]
    return Tile(
        slug="overrides",
        title="兼務の例外",
        sentence=words,
        url=page,
        figures=(
            Figure(this_year, "今年度", address("overview_overrides", year=look.year)),
            Figure(unseen, "CISOの確認待ち", address("overview_overrides", state=UNSEEN), tone="soon"),
        ),
        chart=Bars("年度ごとの件数", bars) if counts else None,
        clause="3.4.3.1",
    )
