"""Training as tables: courses, sessions, the people of one, who is missing of the own section, the year, one's own record."""

from functools import partial

from django.db.models import Count, Q
from django.http import Http404

from audits.models import Attendance, Course, TrainingSession
from audits.training.figures import Year
from audits.training.filters import SessionFilter
from audits.training.forms import PeopleForm
from audits.training.hands import Hands
from audits.training.page import PeoplePage, SessionPage, missing_of, with_counts
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

COURSES = (
    *columns_of(Course, "title", "kind", "theme", "department", "status", title=36, theme=24, department=28),
    Column("問題", lambda course: len(course.questions), 8),
    Column("行った回", "held", 8),
)


def _of_session(path: str):
    """A value of the session, whose counts stand beside it."""
    column = Column("", path)
    return lambda pair: column.of(pair[0])


SESSIONS = (
    Column("研修", _of_session("course.title"), 36),
    Column("回", _of_session("name"), 20),
    Column("年度", lambda pair: fiscal_year_label(pair[0].fiscal_year), 12),
    Column("形式", _of_session("get_form_display"), 14),
    Column("開始日時", _of_session("starts_at"), 18),
    Column("受ける期限", _of_session("due_on"), 12),
    Column("状態", _of_session("get_status_display"), 12),
    Column("対象", lambda pair: pair[1].asked, 8),
    Column("修了", lambda pair: pair[1].completed, 8),
)
PERSON = (
    Column("所属", "department.full_name", 32),
    Column("職員番号", "person.staff_number", 12),
    Column("氏名", "person.name", 18),
)
RUNNERS = (
    Column("状態", "get_status_display", 12),
    *columns_of(Attendance, "attended_on", "due_on", "completed_at", "best_score", "tries_used", completed_at=18),
)
OUTWARD = (
    Column("状態", "outward", 12),
    Column("受けた日", lambda row: row.attended_on if row.outward == "済み" else None, 12),
    Column("期限", "due_on", 12),
)
MISSING = (*PERSON, Column("研修", "session.course.title", 36), Column("回", "session.name", 20), Column("期限", "due_on", 12))
MINE = (
    Column("研修", "session.course.title", 36),
    Column("年度", lambda row: fiscal_year_label(row.session.fiscal_year), 12),
    *columns_of(Attendance, "status", "attended_on", "completed_at", "best_score", completed_at=18),
)
YEAR = (
    Column("所属", "department.full_name", 32),
    Column("対象", "asked", 10),
    Column("修了", "done", 10),
    Column("まだ", lambda line: line.asked - line.done, 10),
    Column("受講率（％）", "rate", 14),
    Column("前年度の受講率（％）", "before", 20),
)


def _hands(asked: Asked) -> Hands:
    return Hands(asked.user, at=asked.at)


@table("audits.courses", "研修")
def courses(asked: Asked) -> Sheet:
    """The courses that the person runs or oversees."""
    hands = _hands(asked)
    if not (hands.is_organiser or hands.is_wide):
        raise Http404("この一覧はありません。")
    held = Count("sessions", filter=Q(sessions__status__in=("open", "closed")))
    rows = Course.objects.visible_to(asked.user, at=asked.at, hands=hands).select_related("department__parent").annotate(held=held)
    return Sheet(rows.order_by("status", "kind", "title", "pk"), COURSES)


@table("audits.sessions", "研修の回", filters=SessionFilter)
def sessions(asked: Asked) -> Sheet:
    """The sessions that the person runs or oversees, each with its counts as far as the person sees its people."""
    hands = _hands(asked)
    if not (hands.is_organiser or hands.is_wide or hands.is_chief):
        raise Http404("この一覧はありません。")
    rows = TrainingSession.objects.visible_to(asked.user, at=asked.at, hands=hands).for_list()
    return Sheet(SessionFilter(asked.query, queryset=rows).qs, SESSIONS, draw=partial(with_counts, hands=hands))


@table("audits.people", "受講の状況", filters=PeopleForm)
def people(asked: Asked) -> Sheet:
    """The people of a session; results of tests for who runs the session alone."""
    found = asked.subject(TrainingSession.objects.visible_to(asked.user, at=asked.at).for_list())
    page = SessionPage(found, asked.user, at=asked.at)
    if not page.sees_people:
        raise Http404("この一覧はありません。")
    columns = (*PERSON, *(RUNNERS if page.can_run else OUTWARD))
    return Sheet(PeoplePage(page, asked.query).rows, columns, about=str(found), subject=found)


@table("audits.missing", "まだ受けていない職員", narrows=("session",))
def missing(asked: Asked) -> Sheet:
    """The people for whom a chief answers and who are not through with an announced session."""
    hands = _hands(asked)
    if not hands.is_chief:
        raise Http404("この一覧はありません。")
    return Sheet(missing_of(hands, asked.query.get("session", "")), MISSING)


@table("audits.my_training", "自分の受講の記録")
def my_training(asked: Asked) -> Sheet:
    """What the person has done, latest first."""
    rows = Attendance.objects.filter(person=asked.user).exclude(session__status="draft")
    rows = rows.exclude(pk__in=Attendance.objects.filter(person=asked.user).waiting_for(asked.user).values("pk"))
    return Sheet(rows.select_related("session__course").order_by("-due_on", "-pk"), MINE)


@table("audits.training_year", "研修の集計", narrows=("year", "course"))
def year(asked: Asked) -> Sheet:
    """How many were asked and are through, section by section, with the year before."""
    page = Year(asked.user, at=asked.at, year=asked.query.get("year", ""), course=asked.query.get("course", ""))
    if not page.may_see:
        raise Http404("この一覧はありません。")
    return Sheet(page.lines, YEAR, about=page.label)
