"""Carrying a personnel list out: inside the caller's transaction, with the persons and posts locked so that nothing overlaps."""

from datetime import date

from musashimurayama_isms.transitions import InvalidTransition

from .. import handover
from ..models.appointment import Appointment
from ..models.post import Post
from ..models.user import User
from .plan import Draft, Kind, plan


def carry_out(change, *, on: date) -> None:
    """Do what the rows of `change` say; InvalidTransition naming the first rows that no longer fit, and then nothing is done.

    `on` is the day of the act: who has left by then loses the running sessions at once (3.10.2.2).
    """
    lines = list(change.lines.all())
    _lock(lines)
    drafts = plan(lines, effective_on=change.effective_on)
    if wrong := [draft for draft in drafts if draft.problems]:
        told = "、".join(f"{draft.line.number}行目: {draft.problems[0]}" for draft in wrong[:3])
        raise InvalidTransition(f"{len(wrong)}行が今の組織に合わないため、適用していません。{told}")
    for draft in drafts:
        _carry_out(change, draft)
    leavers = [draft.person.pk for draft in drafts if draft.left_on and draft.left_on < on]
    User.objects.filter(pk__in=leavers).end_sessions()
    for draft in drafts:
        if draft.left_section:
            handover.open_list(change, draft)


def _lock(lines: list) -> None:
    """Persons first, then the posts for one person, each in the order of their keys: two imports wait, they do not cross."""
    numbers = [line.cell("職員番号") for line in lines]
    list(User.objects.select_for_update(no_key=True).filter(staff_number__in=numbers).order_by("pk").values_list("pk"))
    list(Post.objects.select_for_update(no_key=True).filter(is_single=True).order_by("pk").values_list("pk"))


def _carry_out(change, draft: Draft) -> None:
    if draft.kind == Kind.HIRE:
        _hire(change, draft)
    for row, last in draft.ends:
        _end(change, "ended", row, last, appointment=row)
    for row, last in draft.deputies:
        _end(change, "deputy_ended", row, last, deputyship=row)
    if draft.begin:
        row = Appointment.objects.create(person=draft.person, post=draft.post, kind=draft.begin, since=draft.on, note=str(change)[:200])
        change.effects.create(act="begun", appointment=row)
    if draft.left_on:
        change.effects.create(act="left", person=draft.person, was=draft.person.left_on, now=draft.left_on)
        draft.person.left_on = draft.left_on
        draft.person.save(update_fields=["left_on"])
    draft.line.words, draft.line.person, draft.line.problems = draft.words, draft.person, []
    draft.line.save(update_fields=["words", "person", "problems"])


def _hire(change, draft: Draft) -> None:
    """The account of a newcomer opens without a password: the administrator hands out one for a single use."""
    draft.person = User.objects.create_user(
        draft.cell("利用者ID"),
        name=draft.cell("氏名"),
        kana=draft.cell("カナ"),
        staff_number=draft.cell("職員番号"),
        must_change_password=True,
    )
    change.effects.create(act="hired", person=draft.person)


def _end(change, act: str, row, last: date, **subject) -> None:
    change.effects.create(act=act, was=row.until, now=last, **subject)
    row.until = last
    row.save(update_fields=["until"])
