"""One's own notices as a table."""

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .filters import NotificationFilter
from .models import Notification

COLUMNS = (
    Column("日時", "created_at", 18),
    Column("至急", "urgent", 8),
    Column("件名", "title", 50),
    Column("本文", "body", 60),
    Column("既読日時", "read_at", 18),
)


@table("notifications.notices", "お知らせ", filters=NotificationFilter)
def notices(asked: Asked) -> Sheet:
    """Newest first."""
    return Sheet(NotificationFilter(asked.query, queryset=Notification.objects.visible_to(asked.user)).qs, COLUMNS)
