"""The reviews of the policy and their inputs as tables, for those of the room."""

from django.http import Http404

from audits.models import PolicyReview, ReviewInput
from audits.review.forms import NarrowForm
from audits.review.hands import Hands
from audits.review.listing import reviews_of
from audits.review.page import ReviewPage
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table
from policy.citations import citation

REVIEWS = (
    Column("年度", "year_label", 12),
    *columns_of(PolicyReview, "title", "kind", "status", title=30),
    Column("材料", "total", 8),
    Column("未決定", "open", 8),
    *columns_of(PolicyReview, "begun_by", "begun_at", "put_at", "decided_at", begun_at=18, put_at=18, decided_at=18),
    Column("改定した版", "revision.name", 30),
    *columns_of(PolicyReview, "closed_at", closed_at=18),
)
UNDECIDED = "未決定"


def _decision(row: ReviewInput) -> str:
    return row.get_decision_display() if row.decision else UNDECIDED


INPUTS = (
    Column("番号", lambda pair: pair[0], 6),
    Column("種別", lambda pair: pair[1].get_source_display(), 14),
    Column("条項", lambda pair: [citation(clause) for clause in pair[1].clauses], 24),
    Column("件名", lambda pair: pair[1].title, 36),
    Column("内容", lambda pair: pair[1].words, 48),
    Column("前回からの継続", lambda pair: "継続" if pair[1].carried_from_id else "", 10),
    Column("審議の内容", lambda pair: pair[1].discussion, 40),
    Column("取扱い", lambda pair: _decision(pair[1]), 12),
    Column("理由", lambda pair: pair[1].reason, 40),
    Column("記録した人", lambda pair: pair[1].decided_as, 20),
    Column("記録日時", lambda pair: pair[1].decided_at, 18),
)


def _entered(asked: Asked) -> Hands:
    hands = Hands(asked.user, at=asked.at)
    if not hands.sees:
        raise Http404("この一覧はありません。")
    return hands


@table("audits.reviews", "ポリシーの見直し")
def reviews(asked: Asked) -> Sheet:
    """All of them, the newest 年度 first."""
    return Sheet(reviews_of(asked.user, _entered(asked)), REVIEWS)


@table("audits.review_inputs", "見直しの材料", filters=NarrowForm)
def review_inputs(asked: Asked) -> Sheet:
    """The inputs of one review as the address narrows them: read afresh while it is prepared, then as they were put."""
    found = asked.subject(PolicyReview.objects.visible_to(asked.user, at=asked.at))
    rows = ReviewPage(found, asked.user, at=asked.at, query=asked.query).narrowed
    return Sheet(list(enumerate(rows, 1)), INPUTS, about=str(found), subject=found)
