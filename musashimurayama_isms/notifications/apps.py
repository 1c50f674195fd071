"""Who is told of what: notices derived from the trail, the in-app inbox, mail."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "musashimurayama_isms.notifications"
    verbose_name = "お知らせ"
