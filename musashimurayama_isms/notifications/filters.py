"""How the inbox is narrowed; kept in the URL."""

import django_filters

from .kinds import Kind
from .models import Notification


class NotificationFilter(django_filters.FilterSet):
    """未読 or 既読, and the kind."""

    state = django_filters.ChoiceFilter(label="状態", choices=[("unread", "未読"), ("read", "既読")], method="in_state", empty_label="全て")

    kind = django_filters.ChoiceFilter(label="種類", choices=Kind.choices, empty_label="全て")

    class Meta:
        model = Notification
        fields: list[str] = []

    def in_state(self, rows, name: str, value: str):
        return rows.unread() if value == "unread" else rows.exclude(read_at=None)
