"""訓練 stands before the title of every notice about a drill, on the screen and in mails (3.9.2.3)."""

from django.db import models

from incidents.models import Drill, Incident
from musashimurayama_isms.notifications.notices import register_mark

MARK = "【訓練】"


@register_mark
def drill(subject: models.Model | None) -> str:
    """The mark of an incident of a drill, of a row that hangs on one, and of the drill itself."""
    if isinstance(subject, Drill):
        return MARK
    incident = subject if isinstance(subject, Incident) else getattr(subject, "incident", None)
    return MARK if isinstance(incident, Incident) and incident.is_drill else ""
