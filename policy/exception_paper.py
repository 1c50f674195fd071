"""The list of exceptions on paper: its class, its name, and the record of who took it out."""

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from policy.exception_list import ExceptionList

TITLE = "例外措置一覧"
CLASS = "分類Ⅱ"  # what is not followed shows where the city is weak (3.5.2.2)


def file_name(page: ExceptionList) -> str:
    """【分類Ⅱ】例外措置一覧-2026-11-26.pdf"""
    return f"【{CLASS}】{TITLE}-{page.on.isoformat()}.pdf"


def note_paper(page: ExceptionList, *, by: User) -> None:
    """Who took the list out, of the policy as a whole; the transaction is the caller's."""
    record(by, "policy.exceptions.exported", by, at=page.at, format="pdf", count=page.rows.count(), filter=page.wanted)
