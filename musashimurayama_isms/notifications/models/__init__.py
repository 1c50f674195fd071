"""Notices to persons, and how each person wants to be told."""

from .choice import MailChoice
from .notification import BACK_OFF, MOST_ATTEMPTS, STALE_AFTER, Notification, NotificationQuerySet, unread_count

__all__ = ["BACK_OFF", "MOST_ATTEMPTS", "STALE_AFTER", "MailChoice", "Notification", "NotificationQuerySet", "unread_count"]
