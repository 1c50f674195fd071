"""What hangs on a revision of the policy: the revisions, their corrections, the 新旧対照表, the review of the obligations."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table
from policy.contrast import Contrast, parts_of
from policy.forms import ComparisonForm, ReviewFilterForm
from policy.models import ClauseChange, Correction, ObligationReview, Revision
from policy.pages import corrections_of
from policy.reviewing import Reviews
from policy.visits import Visit

NOTHING = {"new": "（削る）", "old": "（新設）"}
REVISIONS = columns_of(
    Revision, "name", "status", "effective_on", "source_name", "source_digest", "published_at", "created_at", name=40, source_name=30
)
CORRECTIONS = (
    Column("条項", "clause.citation", 20),
    *columns_of(Correction, "certainty", "kind", "printed", "reading", "note", "line", printed=36, reading=36, note=36, line=8),
)
REVIEWS = (
    Column("条項", "change.citation", 20),
    Column("変更", "change.get_kind_display", 16),
    Column("いまの義務", lambda row: row.obligation.summary if row.obligation else "", 48),
    Column("担い手", lambda row: row.obligation.called if row.obligation else "", 24),
    Column("義務のない理由", "exemption.reason", 30),
    Column("判断", lambda row: "未判断" if row.is_open else row.get_decision_display(), 16),
    *columns_of(ObligationReview, "clause", "reason", "decided_by", "decided_as", "decided_at", reason=36, decided_at=18),
)


def _side(side: str):
    """Number, heading and text of a clause on one side of the table."""

    def citation(change: ClauseChange) -> str:
        clause = getattr(change, side)
        return parts_of(clause)[0] if clause else ""

    def heading(change: ClauseChange) -> str:
        clause = getattr(change, side)
        return parts_of(clause)[1] if clause else ""

    def text(change: ClauseChange) -> str:
        clause = getattr(change, side)
        return "\n".join(filter(None, parts_of(clause)[2:])) if clause else NOTHING[side]

    word = {"new": "改正後", "old": "改正前"}[side]
    return (Column(f"{word}の条項", citation, 14), Column(f"{word}の見出し", heading, 24), Column(word, text, 60))


CHANGES = (
    Column("変更", "get_kind_display", 16),
    *_side("new"),
    *_side("old"),
    *columns_of(ClauseChange, "new_number", "old_number", new_number=14, old_number=14),
)


def visit_of(asked: Asked) -> Visit:
    """The visit of a table, at the revision that it hangs on; Http404 where there is none to be seen."""
    if not asked.of.isdecimal():
        raise Http404("この版はありません。")
    here = Visit(asked.user, at=asked.at, revision_pk=int(asked.of))
    if here.revision is None:
        raise Http404("この版はありません。")
    return here


@table("policy.revisions", "ポリシーの版")
def revisions(asked: Asked) -> Sheet:
    """The revisions that the person may see, newest first."""
    return Sheet(Visit(asked.user, at=asked.at).revisions.order_by("-effective_on", "-pk"), REVISIONS)


@table("policy.corrections", "校訂の一覧", narrows=("certainty", "kind"))
def corrections(asked: Asked) -> Sheet:
    """The corrections of a revision in the order of its text."""
    here = visit_of(asked)
    rows, _ = corrections_of(here, asked.query)
    return Sheet(rows, CORRECTIONS, about=here.revision.name, subject=here.revision)


@table("policy.comparison", "新旧対照表", filters=ComparisonForm)
def comparison(asked: Asked) -> Sheet:
    """The changed clauses of a revision, new beside old, as far as it is narrowed."""
    page = Contrast(visit_of(asked))
    if page.base is None:
        raise Http404("比べる版がありません。")
    page.wanted = ComparisonForm(asked.query, sections=page.choices_of_section).wanted()
    return Sheet(page.changes, CHANGES, about=f"{page.revision.name}（改正前 {page.base.name}）", subject=page.revision)


@table("policy.reviews", "義務の見直し", filters=ReviewFilterForm)
def reviews(asked: Asked) -> Sheet:
    """The lines of a draft with what was decided, for who prepares it or decides on it."""
    page = Reviews(visit_of(asked))
    if not page.rows.exists():
        raise Http404("この一覧はありません。")
    rows = page.narrowed(ReviewFilterForm(asked.query).wanted().get("state", ""))
    return Sheet(rows, REVIEWS, about=page.revision.name, subject=page.revision)
