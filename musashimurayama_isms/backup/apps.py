"""Backups of the whole portal, and the proof that they can be restored."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    name = "musashimurayama_isms.backup"
    verbose_name = "控えと復元"

    def ready(self) -> None:
        """Register the words of the trail and the checks."""
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import checks  # noqa: F401  (registers itself)
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
