"""Who is told of what: notices derived from the trail, the in-app inbox, mail."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "musashimurayama_isms.notifications"
    verbose_name = "お知らせ"

    def ready(self) -> None:
        from musashimurayama_isms.trail.signals import recording
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import accounts, checks  # noqa: F401  (register themselves)
        from .notices import derive, read_by_acting

        register_verbs({"notifications.choice.changed": "お知らせの受け取りかたを変更"})
        register_names({"mail_ways": "種類ごとの受け取りかた", "digest_hour": "まとめの時刻", "quiet_hours": "送らない時間"})

        autodiscover_modules("notices")
        recording.connect(derive, dispatch_uid="notifications.derive")
        recording.connect(read_by_acting, dispatch_uid="notifications.read_by_acting")
