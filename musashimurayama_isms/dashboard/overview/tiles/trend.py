"""推移: incidents, exceptions and findings over the last five 年度."""

from collections.abc import Callable

from django.db.models import Count, QuerySet

from audits.models import CorrectiveAction
from musashimurayama_isms.fiscal import fiscal_year_label
from policy.models import PolicyException

from ..charts import Lines, Series
from ..look import Look
from ..tile import Tile, address

YEARS = 5


def trend(look: Look) -> Tile:
    """Each figure of the table opens its list of that 年度; this year is not over."""
    years = range(look.year - YEARS + 1, look.year + 1)
    series = []
    if look.incident_desk is not None:
        desk = look.incident_desk.slug
        series.append(
            _series("インシデント", look.incidents, "fiscal_year", years, "now", lambda year: address("incidents:desk", desk, year=year))
        )
    exceptions = PolicyException.objects.visible_to(look.user, at=look.at)
    series.append(_series("例外措置", exceptions, "request__fiscal_year", years, "second", _to_exceptions))
    actions = CorrectiveAction.objects.visible_to(look.user, at=look.at)
    field = "finding__engagement__fiscal_year"
    series.append(_series("指摘への対処", actions, field, years, "third", lambda year: address("audits:actions", year=year)))
    now, before = (sum(row.values[place] or 0 for row in series) for place in (-1, -2))
    return Tile(
        slug="trend",
        title="年度ごとの推移",
        sentence=f"今年度はこれまでに合わせて{now}件、昨年度は一年間で{before}件でした。",
        url="",
        chart=Lines("年度ごとの件数（今年度は途中）", [_short(year) for year in years], series),
    )


def _series(label: str, rows: QuerySet, field: str, years: range, kind: str, url: Callable[[int], str]) -> Series:
    """A line with the list behind each figure that is not nothing."""
    counts = _counts(rows, field, years)
    return Series(label, counts, kind, [url(year) if count else "" for year, count in zip(years, counts, strict=True)])


def _counts(rows: QuerySet, field: str, years: range) -> list[int]:
    found = dict(rows.filter(**{f"{field}__in": list(years)}).order_by().values_list(field).annotate(count=Count("pk", distinct=True)))
    return [found.get(year, 0) for year in years]


def _to_exceptions(year: int) -> str:
    return address("policy:exceptions", state="all", year=year)


def _short(year: int) -> str:
    """令和8 for the axis; the unit stands in the caption."""
    return fiscal_year_label(year).removesuffix("年度")
