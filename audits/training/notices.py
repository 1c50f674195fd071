"""Who is told of what happens in training; without personal data."""

from audits.models import Attendance
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.notifications.notices import Message, notice


def _waiting(session) -> object:
    """Those who have not been there yet."""
    return User.objects.filter(pk__in=session.attendances.missing().values("person"))


@notice("audits.training_session.opened")
def opened(entry, session):
    """Everyone who is asked."""
    yield Message(
        to=_waiting(session),
        title=f"{session.course.title}の案内（{session.name}）",
        body=f"{wareki(session.due_on)}{'まで' if session.is_reading else 'に'}受けてください。内容は画面で確かめられます。",
        url=session.get_absolute_url(),
    )


@notice("audits.training_session.aligned")
def aligned(entry, session):
    """Those who were asked later than the others."""
    if entry.changes.get("added"):
        yield Message(
            to=User.objects.filter(pk__in=session.attendances.missing().filter(enrolled_at=entry.at).values("person")),
            title=f"{session.course.title}の案内（{session.name}）",
            body="あなたも対象になりました。期限は画面で確かめてください。",
            url=session.get_absolute_url(),
        )


@notice("audits.training_session.rescheduled")
def rescheduled(entry, session):
    yield Message(
        to=_waiting(session),
        title=f"{session.course.title}（{session.name}）の日時・場所が変わりました",
        body="新しい日時と場所を画面で確かめてください。",
        url=session.get_absolute_url(),
    )


@notice("audits.training_session.cancelled")
def cancelled(entry, session):
    yield Message(
        to=_waiting(session),
        title=f"{session.course.title}（{session.name}）は中止になりました",
        body="理由は画面で確かめてください。",
        url=session.get_absolute_url(),
    )


@notice("audits.training_session.closed")
def closed(entry, session):
    """The holders of its duty, where it still waits for their record."""
    row = session.occurrence
    if row is not None and row.is_open:
        yield Message(
            to=[holder.person for holder in row.able(at=entry.at)],
            title=f"研修が終わりました：{session}",
            body="定期業務の画面で、実施を記録してください。",
            url=row.get_absolute_url(),
        )


@notice("audits.attendance.excused")
def excused(entry, attendance: Attendance):
    yield _to_person(attendance, "の対象外になりました")


@notice("audits.attendance.put_back")
def put_back(entry, attendance: Attendance):
    yield _to_person(attendance, "の受講の記録が未受講に戻りました")


@notice("audits.attendance.try_granted")
def try_granted(entry, attendance: Attendance):
    yield _to_person(attendance, "のテストを、もう一度受けられます")


def _to_person(attendance: Attendance, what: str) -> Message:
    session = attendance.session
    return Message(to=attendance.person, title=f"{session.course.title}（{session.name}）{what}", body="", url=session.get_absolute_url())
