"""兼務の例外: decisions by a person of the request itself, allowed by a third person (3.4.3.1)."""

from django.db.models import Count, Q, QuerySet

from musashimurayama_isms.approvals.models import Request, Waiver
from musashimurayama_isms.fiscal import fiscal_year_label

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

YEARS = 3
UNSEEN = "unseen"


def granted(look: Look) -> QuerySet[Waiver]:
    """The overrides of requests that the person sees."""
    seen = Request.objects.visible_to(look.user, at=look.at)
    return Waiver.objects.filter(is_granted=True, request__in=seen.order_by().values("pk"))


def overrides(look: Look) -> Tile:
    """By the 年度 of the request; what the CISO has not seen yet stands out."""
    by_year = granted(look).order_by().values("request__fiscal_year")
    rows = by_year.annotate(all=Count("pk"), unseen=Count("pk", filter=Q(seen_at=None)))
    counts = {row["request__fiscal_year"]: row for row in rows}
    unseen = sum(row["unseen"] for row in counts.values())
    this_year = counts[look.year]["all"] if look.year in counts else 0
    page = address("overview_overrides")
    words = "今年度、申請に関わった人が決定した例はありません。"
    if this_year:
        words = f"今年度は{this_year}件あります。" + (
            f"CISOの確認を待つものが{unseen}件です。" if unseen else "すべてCISOが確認しています。"
        )
    years = range(look.year, look.year - YEARS, -1)
    bars = [
        Bar(fiscal_year_label(year), counts[year]["all"] if year in counts else 0, address("overview_overrides", year=year))
        for year in years
    ]
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
