"""People and departments of the organisation chart, which all the staff read."""

from django.db.models import Prefetch, QuerySet

from musashimurayama_isms.accounts.models import Appointment, Department, User

from ..asking import Asker
from ..source import Rows


def _people(asker: Asker) -> QuerySet[User]:
    """Who serves today, with the posts of today."""
    held = Appointment.objects.in_force(asker.on).select_related("post__department__parent").order_by("pk")
    return User.objects.serving(asker.on).prefetch_related(Prefetch("appointments", held, to_attr="held"))


SOURCES = [
    Rows(
        "people",
        "職員",
        "person",
        User,
        seen=_people,
        words=lambda row: (row.name, row.kana),
        line=lambda row: "、".join(str(appointment.post) for appointment in row.held),
    ),
    Rows(
        "departments",
        "組織",
        "people",
        Department,
        seen=lambda asker: Department.objects.in_force(asker.on).select_related("parent"),
        words=lambda row: (row.name, row.full_name),
        title=lambda row: row.full_name,
        line=lambda row: row.get_kind_display(),
    ),
]
