"""What the pages of the room show a person, asked with a bounded number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from audits.models import Attendance, Course, TrainingSession
from audits.training.figures import percent
from audits.training.forms import PeopleForm
from audits.training.hands import Hands
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.models import Entry

PAGE_SIZE = 50
Status = Attendance.Status


@dataclass(frozen=True)
class Tab:
    """A part of the room that the person may open."""

    slug: str
    title: str
    url_name: str


def tabs_for(hands: Hands) -> list[Tab]:
    """Own training for everyone; the section for chiefs; sessions, courses and the year for those who run or oversee training."""
    found = [Tab("mine", "自分の研修", "audits:training")]
    if hands.is_chief:
        found.append(Tab("section", "課の受講状況", "audits:training_section"))
    if hands.is_organiser or hands.is_wide or hands.is_chief:
        found.append(Tab("sessions", "回の一覧", "audits:training_sessions"))
    if hands.is_organiser or hands.is_wide:
        found.append(Tab("courses", "研修の内容", "audits:training_courses"))
    if hands.is_wide or hands.is_chief or hands.kinds:
        found.append(Tab("year", "年度の集計", "audits:training_year"))
    return found


@dataclass(frozen=True)
class Counts:
    """How many stand how; `done` of `asked`."""

    waiting: int = 0
    attended: int = 0
    completed: int = 0
    excused: int = 0

    @classmethod
    def of(cls, rows: QuerySet[Attendance]) -> "Counts":
        counted = rows.order_by().values("status").annotate(count=Count("pk"))
        return cls(**{row["status"]: row["count"] for row in counted})

    @property
    def missing(self) -> int:
        return self.waiting + self.attended

    @property
    def asked(self) -> int:
        return self.missing + self.completed

    @property
    def rate(self) -> int:
        return percent(self.completed, self.asked)


@dataclass(frozen=True)
class SectionLine:
    """How far one section is."""

    department: Department
    asked: int
    done: int

    @property
    def missing(self) -> int:
        return self.asked - self.done

    @property
    def rate(self) -> int:
        return percent(self.done, self.asked)


class SessionPage:
    """One session before one person."""

    def __init__(self, session: TrainingSession, user: User, *, at: datetime) -> None:
        self.session, self.user, self.at = session, user, at
        self.hands, self.on = Hands(user, at=at), day_of(at)

    @property
    def can_run(self) -> bool:
        return self.session.can_run(self.user, at=self.at, hands=self.hands)

    @cached_property
    def mine(self) -> Attendance | None:
        return self.session.attendances.filter(person=self.user).first()

    @property
    def can_attend(self) -> bool:
        """Whether the person may say now that they have read it, or were there."""
        session = self.session
        has_begun = session.starts_at is None or session.starts_at <= self.at
        return bool(self.mine and session.is_open and session.takes_self_entry and has_begun and self.mine.status == Status.WAITING)

    @property
    def can_take_test(self) -> bool:
        return bool(self.mine and self.session.is_open and self.mine.status == Status.ATTENDED and self.mine.tries_left)

    @property
    def sees_people(self) -> bool:
        """Runners and wide roles see all, a chief the own people."""
        return not self.session.is_draft and (self.can_run or self.hands.is_wide or self.hands.is_chief)

    @cached_property
    def people(self) -> QuerySet[Attendance]:
        """The rows that the person sees of others."""
        rows = self.session.attendances.all()
        return rows if self.can_run or self.hands.is_wide else rows.filter(self.hands.chief_rows("department"))

    @cached_property
    def counts(self) -> Counts:
        return Counts.of(self.people)

    @cached_property
    def sections(self) -> list[SectionLine]:
        """Each section that is seen, in the order of the organisation."""
        done = Count("pk", filter=Q(status=Status.COMPLETED))
        rows = {
            row["department"]: row for row in self.people.asked().order_by().values("department").annotate(asked=Count("pk"), done=done)
        }
        found = Department.objects.filter(pk__in=rows).select_related("parent")
        return [SectionLine(department, rows[department.pk]["asked"], rows[department.pk]["done"]) for department in found]

    @cached_property
    def entries(self) -> list[Entry]:
        """The history, for those who run or oversee it."""
        return list(Entry.objects.about(self.session)) if self.can_run or self.hands.is_wide else []

    @cached_property
    def groups(self) -> list[str]:
        return [str(row) for row in self.session.audiences.select_related("department__parent")]

    @cached_property
    def follow_ups(self) -> list[TrainingSession]:
        return list(self.session.follow_ups.visible_to(self.user, at=self.at, hands=self.hands).for_list())

    @property
    def last_attempt(self):
        return self.mine.attempts.last() if self.mine else None


class PeoplePage:
    """The people of a session that one person sees, narrowed and paged."""

    def __init__(self, page: SessionPage, query: Mapping) -> None:
        self.page, self.query = page, query
        departments = Department.objects.filter(pk__in=page.people.order_by().values("department")).select_related("parent")
        self.form = PeopleForm(query or None, departments=departments, can_run=page.can_run)

    @property
    def rows(self) -> QuerySet[Attendance]:
        """Who is missing first, then by section and name."""
        rows = self.page.people.select_related("person", "department__parent", "session__course")
        if self.form.is_bound and self.form.is_valid():
            rows = self._narrowed(rows, **self.form.cleaned_data)
        return rows.order_by("department__position", "person__kana", "person__name", "pk")

    @staticmethod
    def _narrowed(rows: QuerySet[Attendance], *, q: str, department: Department | None, state: str) -> QuerySet[Attendance]:
        if q:
            rows = rows.filter(Q(person__name__icontains=q) | Q(person__kana__icontains=q) | Q(person__staff_number=q))
        if department:
            rows = rows.filter(department=department)
        if state == "missing":
            return rows.missing()
        return rows.filter(status=state) if state else rows

    @cached_property
    def page_obj(self) -> Page:
        return Paginator(self.rows, PAGE_SIZE).get_page(self.query.get("page"))


def with_counts(sessions: Iterable[TrainingSession], hands: Hands) -> list[tuple[TrainingSession, Counts]]:
    """Each session with its counts, as far as the person sees its people; one query for all of them."""
    sessions = list(sessions)
    rows = Attendance.objects.filter(session__in=sessions)
    if not (hands.is_wide or hands.kinds):
        seen = hands.chief_rows("department") | Q(session__department__in=hands.led)
        rows = rows.filter(seen)
    found: dict[int, dict[str, int]] = {}
    for row in rows.order_by().values("session", "status").annotate(count=Count("pk")):
        found.setdefault(row["session"], {})[row["status"]] = row["count"]
    return [(session, Counts(**found.get(session.pk, {}))) for session in sessions]


def makeable_kinds(hands: Hands) -> list[str]:
    """The kinds of courses that the person may make: those of the city, and 職場での指導 of the own section or for all."""
    return [*hands.kinds, *([Course.Kind.WORKPLACE] if hands.led or Course.Kind.YEARLY in hands.kinds else [])]


def missing_of(hands: Hands, session: str = "") -> QuerySet[Attendance]:
    """The people for whom a chief answers and who are not through with an announced session, or with the one of this key."""
    rows = Attendance.objects.to_do().filter(hands.chief_rows("department"))
    if session.isdecimal():
        rows = rows.filter(session=session)
    rows = rows.select_related("person", "department__parent", "session__course")
    return rows.order_by("due_on", "department__position", "person__kana", "pk")
