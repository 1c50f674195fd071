"""Incidents: how many this year month by month with last year behind, and at which step the open ones stand (3.9.3)."""

from collections import Counter

from django.db.models import Count, Q

from incidents.chain import CHAIN
from incidents.models import Step
from musashimurayama_isms.fiscal import FIRST_MONTH, fiscal_year_label
from musashimurayama_isms.prepared import Prepared, in_one_row

from ..charts import Bar, Bars, Lines, Series
from ..look import Look
from ..tile import Figure, Tile, address

MONTHS = [(FIRST_MONTH - 1 + place) % 12 + 1 for place in range(12)]
MARKS = ("4月", "7月", "10月", "1月")
_LATE = Prepared(lambda told, at: in_one_row(told.rows().open().late(at=at), Count("pk")))
_PENDING = Prepared(
    lambda told, at: (
        Step.objects.pending()
        .filter(incident__in=told.rows().values("pk"))
        .order_by()
        .values_list("code")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due_at__lte=at)))
    )
)


def by_month(look: Look) -> Tile | None:
    """The year so far: reported by month, those open, those late."""
    if look.incident_desk is None:
        return None
    here = look.incident_desk.slug
    counts = Counter()
    for row in look.incident_counts:
        counts[row.month.year, row.month.month] += row.all
    now, before = (_year(counts, year) for year in (look.year, look.year - 1))
    so_far = MONTHS.index(look.on.month) + 1
    total, same_time = sum(now), sum(before[:so_far])
    open_now = look.open_incidents
    ((late,),) = _LATE(told=look.told, at=look.at) or [(0,)]
    return Tile(
        slug="incidents",
        title="インシデント",
        sentence=f"今年度は{total}件の報告がありました。昨年度の{look.on.month}月末までは{same_time}件でした。",
        url=address("incidents:desk", here),
        figures=(
            Figure(open_now["all"], "対応中", address("incidents:desk", here, status="open")),
            Figure(open_now["grave"], "うち重大", address("incidents:desk", here, status="open", is_grave="true"), tone="soon"),
            Figure(late, "期限超過", address("incidents:desk", here, status="open", late="true"), tone="late"),
        ),
        chart=Lines(
            "月ごとの報告の件数",
            [f"{month}月" for month in MONTHS],
            [
                Series(fiscal_year_label(look.year), [value if place < so_far else None for place, value in enumerate(now)]),
                Series(fiscal_year_label(look.year - 1), before, kind="before"),
            ],
            MARKS,
        ),
        clause="3.9.3.1",
    )


def _year(counts: Counter, year: int) -> list[int]:
    return [counts[year if month >= FIRST_MONTH else year + 1, month] for month in MONTHS]


def by_step(look: Look) -> Tile | None:
    """For which step the open incidents wait; one incident may wait for several at once."""
    if look.incident_desk is None:
        return None
    here = look.incident_desk.slug
    waits, late = Counter(), Counter()
    for code, count, past in _PENDING(told=look.told, at=look.at):
        waits[code], late[code] = count, past
    bars = [
        Bar(
            f"{spec.number} {spec.code.label}",
            waits[spec.code],
            address("incidents:desk", here, status="open", step=spec.code.value),
            tone="late" if late[spec.code] else "",
        )
        for spec in CHAIN
        if waits[spec.code]
    ]
    words = "対応を待っている段階はありません。"
    if bars:
        longest = max(bars, key=lambda bar: bar.count)
        words = f"いちばん多いのは「{longest.label}」を待つもので、{longest.count}件です。"
        words += f"{late.total()}件の段階が期限を過ぎています。" if late.total() else "期限を過ぎた段階はありません。"
    return Tile(
        slug="steps",
        title="対応の段階",
        sentence=words,
        url=address("incidents:desk", here, status="open"),
        chart=Bars("待っている段階ごとの件数", bars) if bars else None,
        clause="3.9.3.2",
    )
