"""Labels with the class for media and papers (3.5.2.2): number, section and class; the name stays off, it would tell too much."""

from datetime import datetime

from assets.marking import Paper, marked
from assets.models.asset_set import AssetQuerySet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.pdf import render_pdf
from musashimurayama_isms.trail.record import record

A_SHEET = 24


def labels(rows: AssetQuerySet, *, at: datetime) -> Paper:
    """The sheets of these assets, 3 columns of 8 on A4. Long work, as `export.export`."""
    assets = list(rows)
    highest = min(asset.effective_class for asset in assets)
    sheets = [assets[place : place + A_SHEET] for place in range(0, len(assets), A_SHEET)]
    content = render_pdf("pdf/asset_labels.html", {"sheets": sheets, "highest": highest.label, "at": at})
    return Paper(marked(f"ラベル-{day_of(at):%Y%m%d}.pdf", highest), content, len(assets), highest)


def note_labels(paper: Paper, *, by: User, at: datetime) -> None:
    record(by, "assets.asset.labelled", None, at=at, count=paper.count, asset_class=paper.highest)
