"""Whom a holder may hand an occurrence to: the persons of the holder's department and of those below it."""

from datetime import date

from django.db.models import Q, QuerySet

from musashimurayama_isms.accounts.models import Appointment, Department, User

from ..parties import Holder


def colleagues(holder: Holder, *, on: date) -> QuerySet[User]:
    """Everyone of the holder's line but the holder."""
    return User.objects.filter(pk__in=_in_line(holder, on=on).values("person")).exclude(pk=holder.person.pk)


def department_of(person: User, holder: Holder, *, on: date) -> Department:
    """The person's department in the holder's line: the hand-over is good as long as the person is there."""
    return _in_line(holder, on=on).filter(person=person).select_related("post__department").first().post.department


def is_there(person: int, department: int, *, on: date) -> bool:
    """Whether the person is still in the department."""
    return Appointment.objects.in_force(on).serving(on).filter(person=person, post__department=department).exists()


def _in_line(holder: Holder, *, on: date) -> QuerySet[Appointment]:
    line = Q(post__department=holder.department) | Q(post__department__parent=holder.department)
    return Appointment.objects.in_force(on).serving(on).filter(line)
