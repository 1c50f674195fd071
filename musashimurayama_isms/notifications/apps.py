"""Who is told of what: notices derived from the trail, the in-app inbox, mail."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "musashimurayama_isms.notifications"
    verbose_name = "お知らせ"

    def ready(self) -> None:
        from musashimurayama_isms.trail.signals import recorded

        from . import accounts, checks  # noqa: F401  (register themselves)
        from .notices import derive

        autodiscover_modules("notices")
        recorded.connect(derive, dispatch_uid="notifications.derive")
