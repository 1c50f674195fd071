"""The values of the environment file that the page shows: name of the setting → how it stands in this process."""

from collections.abc import Callable
from datetime import timedelta

from django.conf import settings

IN_FORCE: dict[str, Callable[[], int]] = {
    "SESSION_IDLE_MINUTES": lambda: settings.SESSION_IDLE // timedelta(minutes=1),
    "SESSION_ABSOLUTE_HOURS": lambda: settings.SESSION_ABSOLUTE // timedelta(hours=1),
    "LOGIN_FAILURE_LIMIT": lambda: settings.AXES_FAILURE_LIMIT,
    "LOGIN_LOCK_MINUTES": lambda: settings.AXES_COOLOFF_TIME // timedelta(minutes=1),
    "ATTACHMENT_MEGABYTES": lambda: settings.ATTACHMENT_MEGABYTES,
    "RECORD_MEGABYTES": lambda: settings.RECORD_MEGABYTES,
}
