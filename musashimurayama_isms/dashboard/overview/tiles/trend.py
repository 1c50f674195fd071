"""推移: incidents, exceptions and findings over the last five 年度."""

from collections import Counter
from collections.abc import Callable, Iterable

from django.db.models import Count

from audits.models import CorrectiveAction
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.prepared import Prepared

from ..charts import Lines, Series
from ..look import Look
from ..tile import Tile, address

YEARS = 5
_ACTIONS = Prepared(
    lambda part, first, last: (
        CorrectiveAction.objects.within(part)
        .filter(finding__engagement__fiscal_year__range=(first, last))
        .order_by()
        .values_list("finding__engagement__fiscal_year")
        .annotate(count=Count("pk"))
    )
)


def trend(look: Look) -> Tile:
    """Each figure of the table opens its list of that 年度; this year is not over."""
    years = range(look.year - YEARS + 1, look.year + 1)
    series = []
    if look.incident_desk is not None:
        desk = look.incident_desk.slug
        counts = _sums((row.year, row.all) for row in look.incident_counts)
        series.append(_series("インシデント", counts, years, "now", lambda year: address("incidents:desk", desk, year=year)))
    counts = _sums((row["request__fiscal_year"], row["all"]) for row in look.exceptions)
    series.append(_series("例外措置", counts, years, "second", lambda year: address("policy:exceptions", state="all", year=year)))
    counts = _sums(_ACTIONS(part=look.actions, first=years[0], last=years[-1]))
    series.append(_series("指摘への対処", counts, years, "third", lambda year: address("audits:actions", year=year)))
    now, before = (sum(row.values[place] or 0 for row in series) for place in (-1, -2))
    return Tile(
        slug="trend",
        title="年度ごとの推移",
        sentence=f"今年度はこれまでに合わせて{now}件、昨年度は一年間で{before}件でした。",
        url="",
        chart=Lines("年度ごとの件数（今年度は途中）", [_short(year) for year in years], series),
    )


def _series(label: str, counts: Counter, years: range, kind: str, url: Callable[[int], str]) -> Series:
    """A line with the list behind each figure that is not nothing."""
    return Series(label, [counts[year] for year in years], kind, [url(year) if counts[year] else "" for year in years])


def _sums(pairs: Iterable[tuple[int, int]]) -> Counter:
    """年度 → how many."""
    found = Counter()
    for year, count in pairs:
        found[year] += count
    return found


def _short(year: int) -> str:
    """令和8 for the axis; the unit stands in the caption."""
    return fiscal_year_label(year).removesuffix("年度")
