"""The personnel lists that wait for their day: whom they move away, whom they bring, and whether they still fit the organisation."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from musashimurayama_isms.transitions import InvalidTransition

from ..models.department import Department
from ..models.personnel import PersonnelChange
from ..models.post import Post
from ..personnel.plan import Draft, plan
from .guards import DAY


def waiting() -> list[tuple[PersonnelChange, list[Draft]]]:
    """Each list that waits, with what its rows would do to the organisation as it is planned now."""
    changes = PersonnelChange.objects.filter(status=PersonnelChange.Status.WAITING).order_by("effective_on", "pk")
    return [(change, plan(list(change.lines.all()), effective_on=change.effective_on)) for change in changes]


def ended_by_lists(last: date) -> set[int]:
    """The appointments that the lists waiting for their day end by then; a wrong row ends nothing."""
    due = [draft for change, drafts in waiting() if change.effective_on <= last + DAY for draft in drafts if not draft.problems]
    return {row.pk for draft in due for row, until in draft.ends if until <= last}


@contextmanager
def fitting() -> Iterator[None]:
    """InvalidTransition, naming the first row, where what is done inside makes a row of a waiting list wrong.

    Such a list would not be applied on its day, as a whole: better to be told in March than in the morning of 1 April.
    """
    before = {key for key, _ in _wrong()}
    yield
    new = [(change, number, problem) for (change, number), problem in _wrong() if (change, number) not in before]
    if new:
        change, number, problem = new[0]
        count = sum(other == change for other, _, _ in new)
        raise InvalidTransition(
            f"適用待ちの「{change}」の{count}行が、この登録に合わなくなります（{number}行目: {problem}）。"
            "先に「人事異動」でその取込みを破棄し、この登録の後に、直した CSV を取り込んでください。"
        )


def _wrong() -> list[tuple[tuple[PersonnelChange, int], str]]:
    return [((change, draft.line.number), draft.problems[0]) for change, drafts in waiting() for draft in drafts if draft.problems]


def bringing(posts: Iterable[Post], going_on: Iterable[Department | Post]) -> list[tuple[PersonnelChange, list[Draft]]]:
    """The waiting lists with rows that bring somebody into these posts; a row that fits what goes on instead is left out."""
    keys = {post.pk for post in posts}
    names = {name for old in going_on if isinstance(old, Department) for name in (old.name, old.full_name, old.code)}
    titles = {old.title for old in going_on if isinstance(old, Post)}
    found = []
    for change, drafts in waiting():
        rows = [draft for draft in drafts if draft.post and draft.post.pk in keys]
        rows = [draft for draft in rows if draft.cell("新所属") not in names and draft.cell("新職") not in titles]
        found += [(change, rows)] if rows else []
    return found
