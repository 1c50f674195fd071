"""The inputs of a review as a table for the committee's desk; their numbers alone as the evidence that the review was held."""

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from audits.models import PolicyReview, ReviewInput, Source
from audits.models.review_input import in_order
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from policy.citations import citation

HEADINGS = ("番号", "種別", "条項", "件名", "内容", "前回からの継続", "審議の内容", "取扱い", "理由", "記録した人", "記録日")
WIDTHS = (6, 14, 24, 36, 48, 10, 40, 12, 40, 20, 12)
SHEET = "見直しの材料"
UNDECIDED = "未決定"


def rows_of(inputs: list[ReviewInput]) -> list[list[spreadsheet.Cell]]:
    """One input a row, in the order of HEADINGS."""
    return [
        [
            number,
            row.get_source_display(),
            "、".join(citation(clause) for clause in row.clauses),
            row.title,
            row.words,
            "継続" if row.carried_from_id else "",
            row.discussion,
            row.get_decision_display() if row.decision else UNDECIDED,
            row.reason,
            row.decided_as,
            day_of(row.decided_at) if row.decided_at else None,
        ]
        for number, row in enumerate(inputs, 1)
    ]


def as_workbook(review: PolicyReview, inputs: list[ReviewInput] | None = None) -> bytes:
    """The stored inputs, or those given."""
    rows = rows_of(in_order(review.inputs.all()) if inputs is None else inputs)
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx(SHEET, HEADINGS, rows, widths=WIDTHS, mark=mark, note=f"{review} {len(rows)}件")


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


@transaction.atomic
def export(review: PolicyReview, inputs: list[ReviewInput], *, by: User, at) -> bytes:
    """The same for a person, with the record of who took it out."""
    content = as_workbook(review, inputs)
    record(by, "audits.policy_review.exported", review, at=at, count=len(inputs))
    return content
