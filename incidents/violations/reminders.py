"""Reminders of violations and problems of compliance: first whoever acts next, later the next one up. Each word is sent once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from incidents.chain import ONE_UP, Party
from incidents.models import ComplianceProblem, ComplianceWord, Violation, ViolationWord
from musashimurayama_isms.fiscal import closing_after
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values

CALLS = {
    Violation.Status.FOUND: "課の情報セキュリティ担当者への通知",
    Violation.Status.NOTIFIED: "違反への対応",
    Violation.Status.GUIDED: "改善の確認",
    Violation.Status.NOT_IMPROVED: "利用権を停止するかの判断",
    ComplianceProblem.Status.REPORTED: "対策の指示",
    ComplianceProblem.Status.ORDERED: "講じた対策の報告",
    ComplianceProblem.Status.DONE: "対策の確認",
}


def remind_overdue(*, at: datetime) -> int:
    """Remind of every late act and unread word of both; gives their number. Run as often as you like."""
    values = Values()
    matters = [*Violation.objects.overdue(at=at).with_people(), *ComplianceProblem.objects.overdue(at=at).with_people()]
    for row in matters:
        _remind_of_act(row, values, at=at)
    words = [
        *ViolationWord.objects.overdue(at=at).select_related("violation__department__parent"),
        *ComplianceWord.objects.overdue(at=at).select_related("problem__department__parent"),
    ]
    for word in words:
        again = word.due_at + max(word.due_at - word.sent_at, timedelta(minutes=values["incidents.acknowledge_minutes"]))
        key = f"{word._meta.model_name}:{word.pk}"
        _say(word.subject, word.party, "受領", due=word.due_at, key=key, escalates=at >= again, at=at)
    return len(matters) + len(words)


def _remind_of_act(row: Any, values: Values, *, at: datetime) -> None:
    days = values["incidents.violation_working_days" if isinstance(row, Violation) else "incidents.compliance_working_days"]
    party = _acts_next(row)
    key = f"{row._meta.model_name}:{row.pk}:{row.status}:{row.due_at:%Y%m%d%H%M}"
    _say(row, party, CALLS[row.status], due=row.due_at, key=key, escalates=at >= closing_after(row.due_at, days), at=at)


def _acts_next(row: Any) -> str:
    if isinstance(row, Violation):
        return row.overseer if row.status in Violation.OF_OVERSEER else row.handler
    return row.acts_next


def _say(row: Any, party: str, what: str, *, due: datetime, key: str, escalates: bool, at: datetime) -> None:
    days = (at - due) // timedelta(days=1)
    shared = {"url": row.get_absolute_url(), "subject": row, "urgent": True, "at": at}
    notify(
        to=_people(row.people(party, at=at)),
        title=f"【期限超過】{row}：{what}をお願いします",
        body="期限を過ぎています。画面を開いて対応してください。",
        key=f"{key}:late:{days}",
        **shared,
    )
    above = _above(row, party) if escalates else None
    if above:
        notify(
            to=_people(row.people(above, at=at)),
            title=f"【期限超過】{row}：{what}が行われていません",
            body="担当の方の対応が遅れています。本人に確かめてください。",
            key=f"{key}:up",
            **shared,
        )


def _above(row: Any, party: str) -> Party | None:
    """The next one up who may know of it: a narrow matter passes the division that was not told."""
    above = ONE_UP.get(Party(party))
    is_narrow = isinstance(row, Violation) and row.is_narrow
    if is_narrow and above == Party.DIVISION_OFFICER and not row.words.filter(party=above).exists():
        return ONE_UP[above]
    return above


def _people(actors: Iterable[Any]) -> list[Any]:
    return [actor.person for actor in actors]
