"""Self-inspection: how many sheets are in, with the last inspection behind; then what has not been bettered in time (3.13.2)."""

from collections import defaultdict

from django.db.models import Count, Q, QuerySet

from audits.models import Campaign, Improvement, SectionResult, Sheet
from audits.models.section_result import Results
from musashimurayama_isms.dashboard.templatetags.japanese_dates import wareki_day
from musashimurayama_isms.prepared import Prepared, in_one_row

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

SENT = Q(submitted_at__isnull=False)
SECTIONS = 5
Rates = dict[str, tuple[int, int]]  # department → sheets, sent


def _sheets(campaigns: frozenset[int], results: Results) -> QuerySet:
    seen = SectionResult.objects.within(results).order_by().filter(campaign__in=campaigns).values("department")
    rows = Sheet.objects.standing().filter(campaign__in=campaigns, department__in=seen).order_by()
    return rows.values_list("campaign", "department__name").annotate(sheets=Count("pk"), sent=Count("pk", filter=SENT))


_OPENED = Prepared(
    lambda: Campaign.objects.exclude(status__in=(Campaign.Status.DRAFT, Campaign.Status.DROPPED)).order_by("-opened_at", "-pk")[:2]
)
_RATES = Prepared(_sheets)
_LATE = Prepared(
    lambda results, on: in_one_row(
        Improvement.objects.filter(result__in=SectionResult.objects.within(results).order_by().values("pk")).overdue(on=on), Count("pk")
    )
)


def inspections(look: Look) -> Tile | None:
    """The newest inspection that was opened; before the first one there is no tile."""
    opened = _OPENED()
    if not opened:
        return None
    newest, results = opened[0], Results.of(look.user, at=look.at)
    rates = _rates(frozenset(row.pk for row in opened), results)
    sheets, sent = _sums(rates[newest.pk])
    ((late,),) = _LATE(results=results, on=look.on) or [(0,)]
    page, percent = newest.get_absolute_url(), _percent(sheets, sent)
    before = _percent(*_sums(rates[opened[1].pk])) if len(opened) > 1 else None
    bars = [Bar("全体" if look.is_wide else "合計", percent, page, unit="％", before=before)]
    lowest = sorted((_percent(*pair), name) for name, pair in rates[newest.pk].items())
    if len(lowest) > 1:
        bars += [Bar(name, rate, unit="％", tone="soon" if rate < percent else "") for rate, name in lowest[:SECTIONS]]
    words = f"「{newest.title}」は{sheets}枚のうち{sent}枚の回答がありました。"
    words += f"期限は{wareki_day(newest.due_on)}です。" if newest.is_open else "回答は締め切っています。"
    return Tile(
        slug="inspections",
        title="自己点検",
        sentence=words,
        url=page,
        figures=(
            Figure(percent, "回答", page, unit="％"),
            Figure(late, "期限を過ぎた改善策", address("audits:inspections"), tone="late"),
        ),
        chart=Bars("回答の率（低い所属から）", bars, full=100) if sheets else None,
        clause="3.13.2.1",
    )


def _rates(campaigns: frozenset[int], results: Results) -> dict[int, Rates]:
    """Campaign → department → sheets and sent, of the departments whose results the person reads."""
    found: dict[int, Rates] = defaultdict(dict)
    for campaign, name, sheets, sent in _RATES(campaigns=campaigns, results=results):
        found[campaign][name] = (sheets, sent)
    return found


def _sums(rates: Rates) -> tuple[int, int]:
    return sum(sheets for sheets, _ in rates.values()), sum(sent for _, sent in rates.values())


def _percent(sheets: int, sent: int) -> int:
    """Rounded down, so that 100 is truly everybody."""
    return sent * 100 // sheets if sheets else 0
