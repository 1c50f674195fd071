"""How many messages wait at the broker; asked with little patience, since somebody waits for the page."""

from celery import current_app
from django.conf import settings
from kombu.exceptions import KombuError

PATIENCE = {"socket_timeout": 1, "socket_connect_timeout": 1}


def waiting() -> int | None:
    """The length of the queue; None where the broker does not answer."""
    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS, **PATIENCE}
    try:
        with current_app.connection_for_read(connect_timeout=1, transport_options=options) as connection:
            return connection.default_channel._size(current_app.conf.task_default_queue)
    except (KombuError, OSError, AttributeError):
        return None
