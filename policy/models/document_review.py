"""The review of a section's document (2.12, 3.13.3) as a duty that hangs on it: planned, done, stopped."""

from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Duty, Occurrence

CODE = "document-review"
INSTRUCTION = "内容が今の実情と対策基準に合っているかを確かめます。文書の画面で「見直しを登録する」か「新しい版を作る」を選んでください。"


def plan(document, *, at: datetime) -> None:
    """One occurrence on the document's review day for the 課長 of its section; a new day moves the one that is still open.

    Reviewed early, the next day may be the very day that was reviewed: then the rule has had its turn, and one is called for.
    """
    duty = Duty.ensure(
        CODE,
        subject=document,
        at=at,
        title=f"{document.outside_name}の見直し",
        instruction=INSTRUCTION,
        clauses=["2.12", "3.13.3"],
        owner=Duty.Owner.SECTION_OFFICER,
        department=document.owner,
        interval=Duty.Interval.ONCE,
        anchor_on=document.review_on,
    )
    if not duty.occurrences.open().exists():
        duty.call(due_on=document.review_on, by=None, at=at)


def waiting(document) -> Occurrence | None:
    """The open occurrence, however far ahead."""
    return Occurrence.objects.open().filter(duty__in=Duty.objects.about(document)).select_related("duty", "department__parent").first()


def complete(document, *, by: User, at: datetime) -> None:
    """Record the open occurrence as done; nothing where there is none."""
    if due := waiting(document):
        due.complete(by=by, at=at, note="見直しの結果、変更はありません。")


def stop(document, *, at: datetime) -> None:
    """A withdrawn document is reviewed no more."""
    for duty in Duty.objects.about(document).active():
        duty.stop(at=at)
