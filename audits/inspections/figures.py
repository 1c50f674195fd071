"""How the obligations that an inspection asks about are kept: by clause, from the last inspection (policy.mechanisms)."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from audits.models import Answer, Campaign, InspectionQuestion
from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures

CODES = ("inspection", "duty:self-inspection")


def inspected(*, at: datetime) -> Mapping[str, Figures]:
    """Figures of both codes: open while sheets are out, late past the term; a clause asked about by its own × and △."""
    url = reverse("audits:inspections")
    sheets = {"open": 0, "late": 0}
    for campaign in Campaign.objects.live():
        out = campaign.sheets.missing().count()
        sheets["open"] += out
        sheets["late"] += out if campaign.due_on < day_of(at) else 0
    total = Campaign.objects.exclude(status__in=("draft", "dropped")).count()
    whole = Figures(sheets["open"], sheets["late"], total, url)
    return {"duty:self-inspection": whole, "inspection": Figures(whole.open, whole.late, total, url, _by_clause(url))}


def _by_clause(url: str) -> dict[str, Figures]:
    """Of the last inspection with results: how many answered, and how many with △ or × (open)."""
    last = Campaign.objects.filter(status__in=("closed", "reported")).first()
    if last is None:
        return {}
    rows = Answer.objects.counted().filter(sheet__campaign=last).order_by().values("question__clause")
    counts = rows.annotate(total=Count("pk"), open=Count("pk", filter=Q(value__in=Answer.OPEN)))
    found = {row["question__clause"]: Figures(row["open"], 0, row["total"], url) for row in counts}
    for clause in InspectionQuestion.objects.filter(campaign=last).order_by().values_list("clause", flat=True).distinct():
        found.setdefault(clause, Figures(url=url))
    return found
