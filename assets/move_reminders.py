"""Reminders of what is out: before its day, on it, then at intervals; the officer hears from a day on (defaults.md)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from assets.models import Disposal, Move
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value


def remind(*, at: datetime) -> int:
    """Remind of every move whose day is near or over; gives their number. Run as often as you like: each word is sent once."""
    on, ahead = day_of(at), value("approvals.return_remind_days_before")
    rows = list(Move.objects.due(until=on + timedelta(days=ahead)).for_list().select_related("request__drafter", "request__applicant"))
    for move in rows:
        if stage := _stage((on - move.due_on).days):
            _tell_people(move, stage, at=at)
        if (on - move.due_on).days >= value("approvals.return_tell_officer_after_days"):
            _tell_officers(move, at=at)
    return len(rows) + _remind_disposals(at=at)


def _stage(late: int) -> str:
    """What is to be said this many days after the day, "" for nothing."""
    if late < 0:
        return "before"
    if late == 0:
        return "day" if value("approvals.return_remind_on_day") else ""
    every = value("approvals.return_remind_every_days")
    return f"late-{(late - 1) // every}"


def _tell_people(move: Move, stage: str, *, at: datetime) -> None:
    act = "返却" if move.next_day == move.returns_on else "到着の記録"
    when = {"before": f"の期日は{wareki(move.due_on)}です", "day": "は今日が期日です"}.get(stage, "の期日を過ぎています")
    notify(
        to=_people(move),
        title=f"{'【期限超過】' if stage.startswith('late') else ''}{move.number} {act}{when}",
        body="済んだら、移動の画面で記録してください。遅れるときは、情報セキュリティ担当者に知らせてください。",
        url=move.get_absolute_url(),
        subject=move,
        key=f"assets.move:{move.pk}:{move.due_on.isoformat()}:{stage}",
        at=at,
    )


def _people(move: Move) -> Iterable[User]:
    """The carrier; those who applied, where a contractor carries."""
    return [move.carrier] if move.carrier else {move.request.drafter, move.request.applicant}


def _tell_officers(move: Move, *, at: datetime) -> None:
    notify(
        to=[row.person for row in acting(RoleCode.SECTION_OFFICER, at=at, department=move.department)],
        title=f"【期限超過】{move.number} 庁外にあるものが期日を過ぎています",
        body=f"期日は{wareki(move.due_on)}でした。運ぶ人に、どこにあるかを確かめてください。",
        url=move.get_absolute_url(),
        subject=move,
        key=f"assets.move:{move.pk}:{move.due_on.isoformat()}:officer",
        at=at,
    )


def _remind_disposals(*, at: datetime) -> int:
    """The record of a disposal that should have been made: its applicant, once."""
    rows = list(Disposal.objects.overdue(on=day_of(at)).select_related("request__applicant"))
    for disposal in rows:
        notify(
            to=disposal.request.applicant,
            title=f"{disposal.number} 廃棄の記録がまだです",
            body=f"予定の日は{wareki(disposal.planned_on)}でした。処理したら記録し、しないことになったものは取りやめてください。",
            url=disposal.get_absolute_url(),
            subject=disposal,
            key=f"assets.disposal:{disposal.pk}:late",
            at=at,
        )
    return len(rows)
