"""Training for the tests: a course with a test, a session of it, announced by the general manager."""

from datetime import date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from audits.models import Attendance, Audience, Course, TrainingSession
from audits.training.kinds import Kind
from audits.training.questions import Question
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.fiscal import TOKYO

AT = datetime(2026, 6, 1, 10, 0, tzinfo=TOKYO)
DUE = date(2026, 6, 30)
EVERYONE = [{"group": Audience.Group.EVERYONE}]
QUESTIONS = [
    Question("席を離れるとき、画面はどうしますか。", ["ロックする", "そのまま"], 0, "短い時間でもロックします。", "3.9.1.8"),
    Question("誤送信に気づいたら、いつ報告しますか。", ["翌週", "すぐに"], 1, "早いほど被害が小さくなります。", "3.9.3.1.1"),
]
RIGHT, WRONG = [0, 1], [1, 0]


def make_course(cast, *, kind: str = Kind.YEARLY, by=None, at: datetime = AT, questions=QUESTIONS, **facts) -> Course:
    """A course with two questions, or with those that are given."""
    by = by or cast.general_manager
    course = Course.make(kind=kind, by=by, at=at, **{"title": "情報セキュリティの基本", "theme": "日ごろの守り", "tries": 2, **facts})
    for question in questions:
        course.put_question(question, by=by, at=at)
    return course


def make_session(cast, course: Course | None = None, *, by=None, at: datetime = AT, audiences=EVERYONE, **facts) -> TrainingSession:
    """A draft for everyone: read by oneself until the end of June, with something to read."""
    by = by or cast.general_manager
    facts = {"name": "第1回", "form": TrainingSession.Form.READING, "due_on": DUE, **facts}
    session = TrainingSession.prepare(course or make_course(cast, at=at), by=by, at=at, audiences=audiences, **facts)
    if session.is_reading:
        attach(session, SimpleUploadedFile("資料.txt", "守ること".encode()), by=by)
    return session


def announced(cast, course: Course | None = None, *, by=None, at: datetime = AT, **facts) -> TrainingSession:
    """A session that has been announced."""
    session = make_session(cast, course, by=by, at=at, **facts)
    session.open(by=by or cast.general_manager, at=at)
    return session


def row_of(session: TrainingSession, person) -> Attendance:
    """The person's row of a session."""
    return session.attendances.select_related("session__course", "person").get(person=person)


def completed(session: TrainingSession, person, *, at: datetime = AT) -> Attendance:
    """The person has read it and passed the test."""
    row = row_of(session, person)
    row.attend(by=person, at=at)
    if row.status == Attendance.Status.ATTENDED:
        row.take_test(RIGHT, by=person, at=at)
    return row
