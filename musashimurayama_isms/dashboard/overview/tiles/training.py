"""研修: who is through with what was asked this year, with last year behind (3.9.2)."""

from audits.training.figures import Year

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

SECTIONS = 5


def training(look: Look) -> Tile | None:
    """The figures of the page of the year, the sections with the lowest rate first."""
    year = Year(look.user, at=look.at)
    if not year.may_see:
        return None
    behind, page = year.rate_before, address("audits:training_year")
    words = "今年度の研修の対象者はまだいません。"
    if year.asked:
        words = f"対象の延べ{year.asked}人のうち{year.done}人が修了しました。"
        words += f"昨年度は{behind}％でした。" if behind is not None else ""
    bars = [Bar("全体" if look.is_wide else "合計", year.rate, page, unit="％", before=behind)]
    if len(year.lines) > 1:
        lowest = sorted(year.lines, key=lambda line: (line.rate, line.department.position))[:SECTIONS]
        bars += [Bar(line.department.name, line.rate, unit="％", before=line.before) for line in lowest]
    return Tile(
        slug="training",
        title="研修",
        sentence=words,
        url=page,
        figures=(Figure(year.rate, "修了", page, unit="％"), Figure(year.asked - year.done, "未修了", page, unit="人", tone="soon")),
        chart=Bars("修了の率（低い所属から）", bars, full=100) if year.asked else None,
        clause="3.9.2",
    )
