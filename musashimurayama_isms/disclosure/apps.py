"""Masked copies of records."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "musashimurayama_isms.disclosure"
    verbose_name = "情報公開"

    def ready(self) -> None:
        """Register the words of the trail."""
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
