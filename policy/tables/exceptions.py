"""The exceptions as a table: what is not followed shows where the city is weak, so it is of 分類Ⅱ (3.5.2.2)."""

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table
from policy.exception_list import ExceptionFilterForm, ExceptionList
from policy.exception_paper import CLASS, TITLE
from policy.models import PolicyException


def _measures(row: PolicyException) -> str:
    words = (f"{means.what}（{means.get_owner_display()}{'、実施済み' if means.done_at else ''}）" for means in row.measures.all())
    return "\n".join(words)


def _acknowledged(row: PolicyException):
    return row.acknowledged_at or ("確認待ち" if row.is_emergency else "許可による")


@table("policy.exceptions", TITLE, filters=ExceptionFilterForm)
def exceptions(asked: Asked) -> Sheet:
    """One state of the list, narrowed."""
    page = ExceptionList(asked.user, at=asked.at, data=asked.query)
    columns = (
        Column("番号", "request.number", 10),
        *columns_of(PolicyException, "kind", "department", kind=14, department=22),
        Column("状態", lambda row: row.state(page.on), 12),
        Column("従わない条項", lambda row: [clause.citation for clause in row.clauses.all()], 20),
        *columns_of(PolicyException, "what", "reason", "systems", "risk", what=36, reason=36, systems=20, risk=30),
        Column("代わりの方法", _measures, 36),
        *columns_of(PolicyException, "since", "until", since=12, until=12),
        Column("次の見直し", lambda row: row.next_review(page.review_months), 12),
        Column("CISOの確認", _acknowledged, 18),
        *columns_of(PolicyException, "ending", ending=30),
    )
    return Sheet(page.rows.prefetch_related("measures"), columns, about=page.state_word, mark=CLASS)
