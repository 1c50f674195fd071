"""The ground floor: the append-only, chained record of every act."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TrailConfig(AppConfig):
    name = "musashimurayama_isms.trail"
    verbose_name = "証跡"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers itself)
        from .triggers import prepare
        from .verbs import register_names, register_verbs

        register_verbs({"trail.readings.sealed": "閲覧記録を封印"})
        register_names({"count": "件数", "digest": "SHA-256", "kind": "種類", "reason": "理由"})
        post_migrate.connect(prepare, sender=self, dispatch_uid="trail.prepare")
