"""Who is asked to a session: written down when it is announced, and following the staff from then on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from audits.training.hands import joined_months_later
from audits.training.kinds import Kind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.values import value

from .attendance import Attendance
from .audience import people, staff

if TYPE_CHECKING:
    from .training_session import TrainingSession

AT_ONCE = 500
GRACE = timedelta(days=14)
LEFT = "退職や異動により、対象でなくなりました。"
Status = Attendance.Status


@dataclass(frozen=True)
class Changes:
    """How many were asked, how many are no longer, how many moved to another section."""

    added: int = 0
    released: int = 0
    moved: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.released or self.moved)


def enrol(session: "TrainingSession", *, at: datetime) -> int:
    """Ask everyone of the groups who is not asked yet; gives how many. The caller holds the session's lock."""
    on, known = day_of(at), set(session.attendances.values_list("person", flat=True))
    term = Term.of(session, on=on)
    wanted = people(list(session.audiences.select_related("session__follow_up_of")), on=on, with_fixed_term=session.with_fixed_term)
    rows = [
        Attendance(session=session, person=user, department_id=user.department, due_on=term.due(user), enrolled_at=at)
        for user in wanted
        if user.pk not in known
    ]
    Attendance.objects.bulk_create(rows, batch_size=AT_ONCE)
    return len(rows)


def align(session: "TrainingSession", *, at: datetime) -> Changes:
    """Follow the staff: new ones are asked, those who left the groups are released, those who moved are counted where they are now.

    What a person has attended stays as it is. A follow-up keeps its list: whoever missed the first session is on it already.
    """
    on = day_of(at)
    groups = list(session.audiences.select_related("session__follow_up_of"))
    found = staff(on=on) if session.follow_up_of_id else people(groups, on=on, with_fixed_term=session.with_fixed_term)
    wanted = {user.pk: user for user in found}
    rows = list(session.attendances.missing())
    gone = [row.pk for row in rows if row.person_id not in wanted]
    moved = [row for row in rows if row.person_id in wanted and wanted[row.person_id].department != row.department_id]
    for row in moved:
        row.department_id = wanted[row.person_id].department
    Attendance.objects.bulk_update(moved, ["department"], batch_size=AT_ONCE)
    released = session.attendances.missing().filter(pk__in=gone).update(status=Status.EXCUSED, reason=LEFT, is_released=True)
    back = session.attendances.filter(status=Status.EXCUSED, is_released=True, person__in=list(wanted)).exclude(pk__in=gone)
    returned = back.update(status=Status.WAITING, reason="", is_released=False, attended_on=None, how="")
    added = 0 if session.follow_up_of_id else enrol(session, at=at)
    return Changes(added + returned, released, len(moved))


@dataclass(frozen=True)
class Term:
    """Until when a person has to attend; who comes later has as much time as the others."""

    session: "TrainingSession"
    on: date
    months: int

    @classmethod
    def of(cls, session: "TrainingSession", *, on: date) -> "Term":
        is_for_new = session.course.kind == Kind.NEW_STAFF
        return cls(session, on, value("duties.new_staff_training_months") if is_for_new else 0)

    def due(self, user: User) -> date:
        """`user` has the `joined_on` of audience.staff."""
        session = self.session
        if not session.is_reading:
            return session.due_on
        if self.months:
            return min(session.due_on, max(joined_months_later(user.joined_on, self.months), self.on + GRACE))
        opened = day_of(session.opened_at)
        return max(session.due_on, self.on + (session.due_on - opened)) if self.on > opened else session.due_on
