"""The wrong rows of a table as a workbook with a column 誤り: corrected there, they can be taken in again."""

from django.conf import settings

from assets.classification import AssetClass
from assets.intake import cells
from assets.intake.columns import BY_NAME
from assets.marking import marked
from musashimurayama_isms import spreadsheet

TITLE = "取り込めなかった行"


def wrong_rows(imported) -> tuple[str, bytes]:
    """The name, with the class, and the bytes. A row whose class cannot be read counts as Ⅰ."""
    names = [name for name in BY_NAME if name in imported.mapping]
    lines = list(imported.lines.exclude(problems=[]))
    highest = min((_class_of(line.cells.get("asset_class", "")) for line in lines), default=None)
    headings = ["誤り", "元の行", *(BY_NAME[name].label for name in names)]
    rows = [["\n".join(line.problems), line.number, *(line.cells.get(name, "") for name in names)] for line in lines]
    note, mark = f"{marked(imported.file_name, highest)} {len(lines)}行", "見本" if settings.IS_TRIAL else ""
    content = spreadsheet.as_xlsx(TITLE, headings, rows, widths=[60, 8, *[18] * len(names)], mark=mark, note=note)
    return marked(f"{TITLE}-{imported.pk}.xlsx", highest), content


def _class_of(cell: str) -> int:
    try:
        return cells.asset_class(cell)
    except ValueError:
        return AssetClass.I.value
