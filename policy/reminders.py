"""Reminders to read and confirm a new text: before the last day and after it, on the days that the city has chosen."""

from datetime import date, datetime, timedelta

from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values
from policy.models import ConfirmationRound


def remind_of_confirmation(*, at: datetime) -> int:
    """Remind everybody who has not confirmed the text in force and whose day has come; gives their number. Each word is sent once.

    A day that was missed is made up, but of several missed ones only the latest is sent.
    """
    on = day_of(at)
    round_ = ConfirmationRound.objects.current(on=on).first()
    if round_ is None:
        return 0
    groups: dict[tuple[int, date], list[User]] = {}
    offsets = _offsets()
    for person in round_.people(on=on).filter(confirmed_at=None):
        due = round_.due_for(person.joined_on)
        stage = stage_of(due, offsets, on=on)
        if stage is not None:
            groups.setdefault((stage, due), []).append(person)
    for (stage, due), people in groups.items():
        _remind(round_, people, stage, due)
    return sum(map(len, groups.values()))


def stage_of(due: date, offsets: list[int], *, on: date) -> int | None:
    """The latest of the days (before the last day negative) that has come; None before the first."""
    return max((offset for offset in offsets if due + timedelta(days=offset) <= on), default=None)


def _offsets() -> list[int]:
    values = Values()
    return [*(-days for days in values["policy.confirmation_remind_before"]), *values["policy.confirmation_remind_after"]]


def _remind(round_: ConfirmationRound, people: list[User], stage: int, due: date) -> None:
    is_late = stage > 0
    notify(
        to=people,
        title=f"{'【期限超過】' if is_late else ''}ポリシー「{round_.revision.name}」を読んで確認してください",
        body=f"確認の期限は{wareki(due)}{'でした' if is_late else 'です'}。変わった点を読み、「読んで確認しました」を押してください。",
        url=reverse("policy:confirmation"),
        subject=round_,
        key=f"confirmation:{round_.pk}:{stage}",
    )
