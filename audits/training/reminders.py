"""Reminders of training (3.9.2.4): to who has not been there yet, and to the chief in numbers; each word once, a missed run made up."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.urls import reverse

from audits.models import Attendance, TrainingSession
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import Values
from policy.reminders import stage_of


def follow_staff(*, at: datetime) -> int:
    """Bring every announced session in line with the staff of today; gives how many changed."""
    return sum(bool(session.align(at=at)) for session in TrainingSession.objects.open().order_by("pk"))


def remind(*, at: datetime) -> int:
    """Remind everybody whose day has come; gives how many were reminded. Of several missed days only the latest is sent."""
    on, offsets = day_of(at), _offsets()
    groups: dict[tuple[int, int, date], list[Attendance]] = {}
    sessions: dict[int, TrainingSession] = {}
    rows = Attendance.objects.to_do()
    soon = on + timedelta(days=max(-min(offsets, default=0), 0))
    for row in rows.filter(due_on__lte=soon).select_related("session__course", "person", "department__parent").order_by("pk"):
        stage = stage_of(row.due_on, offsets, on=on)
        if stage is not None:
            groups.setdefault((row.session_id, stage, row.due_on), []).append(row)
            sessions.setdefault(row.session_id, row.session)
    for (session, stage, due_on), found in groups.items():
        _remind(sessions[session], found, stage, due_on, at=at)
        if stage > 0:
            _tell_chiefs(sessions[session], found, stage, due_on, at=at)
    return sum(map(len, groups.values()))


def _offsets() -> list[int]:
    values = Values()
    return [*(-days for days in values["audits.training_remind_before"]), *values["audits.training_remind_after"]]


def _remind(session: TrainingSession, rows: Iterable[Attendance], stage: int, due_on: date, *, at: datetime) -> None:
    is_late = stage > 0
    notify(
        to=[row.person for row in rows],
        title=f"{'【期限超過】' if is_late else ''}{session.course.title}（{session.name}）を受けてください",
        body=f"期限は{wareki(due_on)}{'でした' if is_late else 'です'}。都合がつかないときは、主催者に相談してください。",
        url=session.get_absolute_url(),
        subject=session,
        key=f"training:{session.pk}:{due_on}:{stage}",
        at=at,
    )


def _tell_chiefs(session: TrainingSession, rows: Iterable[Attendance], stage: int, due_on: date, *, at: datetime) -> None:
    """Each chief learns how many of the own people are missing; who they are stands on the page."""
    by_section: dict[int, list[Attendance]] = {}
    for row in rows:
        by_section.setdefault(row.department_id, []).append(row)
    for found in by_section.values():
        section = found[0].department
        notify(
            to=[hat.person for hat in acting(RoleCode.SECTION_OFFICER, at=at, department=section)],
            title=f"{session.course.title}（{session.name}）を受けていない職員が{len(found)}人います",
            body=f"{section.full_name}の状況を画面で確かめ、受けるよう促してください。",
            url=reverse("audits:training_section"),
            subject=session,
            key=f"training-chief:{session.pk}:{section.pk}:{due_on}:{stage}",
            at=at,
        )
