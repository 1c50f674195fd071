"""When training is held, or until when it is to be read (3.9.2)."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q

from audits.models import Attendance, TrainingSession
from audits.training.hands import Hands
from musashimurayama_isms.fiscal import TOKYO

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.TRAINING, only_if=lambda since, until: Attendance.objects.filter(due_on__range=(since, until)))
def mine(asked: Asked) -> Iterator[Entry]:
    """What one is asked to, by one's own term."""
    if asked.scope != Scope.MINE:
        return
    rows = Attendance.objects.filter(person=asked.user, due_on__range=(asked.since, asked.until))
    rows = rows.exclude(status=Attendance.Status.EXCUSED).filter(session__in=TrainingSession.objects.held())
    for row in rows.select_related("session__course"):
        waits = row.status in (Attendance.Status.WAITING, Attendance.Status.ATTENDED) and row.session.is_open
        yield Entry(row.due_on, _title(row.session), row.session.get_absolute_url(), Kind.TRAINING, is_open=waits)


@shows(Kind.TRAINING, only_if=lambda since, until: TrainingSession.objects.filter(due_on__range=(since, until)))
def sessions(asked: Asked) -> Iterator[Entry]:
    """The announced sessions; one's own are those one has prepared and is not asked to oneself."""
    asked_to = Attendance.objects.filter(session=OuterRef("pk")).exclude(status=Attendance.Status.EXCUSED)
    oneself = Exists(asked_to.filter(person=asked.user))
    rows = TrainingSession.objects.visible_to(asked.user, at=asked.at, hands=Hands(asked.user, at=asked.at))
    rows = rows.held().filter(due_on__range=(asked.since, asked.until))
    if asked.scope == Scope.MINE:
        rows = rows.filter(~oneself, made_by=asked.user)
    elif asked.scope == Scope.SECTION:
        places = asked.homes | asked.answered
        rows = rows.filter(Q(Exists(asked_to.filter(department__in=places))) | Q(department__in=places))
    for row in rows.select_related("course", "department"):
        place = row.department.name if row.department else ""
        yield Entry(row.due_on, _title(row), row.get_absolute_url(), Kind.TRAINING, place=place, is_open=row.is_open)


def _title(session: TrainingSession) -> str:
    """研修：名前（第1回） 14:00, or until when it is read."""
    name = f"研修：{session.course.title}（{session.name}）"
    if session.starts_at:
        return f"{name} {session.starts_at.astimezone(TOKYO):%H:%M}"
    return f"{name}の期限"
