"""The numbers of a review's inputs as a workbook: the evidence that the review was held."""

from django.conf import settings
from django.db.models import Count

from audits.models import PolicyReview, ReviewInput, Source
from musashimurayama_isms import spreadsheet

SHEET = "見直しの材料"
UNDECIDED = "未決定"


def counts_as_workbook(review: PolicyReview) -> bytes:
    """How many inputs of each source were decided how; no word of them, so that whoever sees the duty may read it."""
    decisions = {**dict(ReviewInput.Decision.choices), "": UNDECIDED}
    found = list(review.inputs.order_by().values_list("source", "decision").annotate(count=Count("pk")))
    counts = {(source, decision): count for source, decision, count in found}
    rows: list[list[spreadsheet.Cell]] = [
        [source.label, *(counts.get((source.value, decision), 0) for decision in decisions)]
        for source in Source
        if any(each == source for each, _ in counts)
    ]
    mark = "見本" if settings.IS_TRIAL else ""
    widths = (14, *(12 for _ in decisions))
    note = f"{review.year_label} {sum(counts.values())}件"
    return spreadsheet.as_xlsx(SHEET, ("種別", *decisions.values()), rows, widths=widths, mark=mark, note=note)
