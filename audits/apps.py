"""The floor of audits, inspections, training and policy review (3.13, 3.9.2)."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "監査・点検"

    def ready(self) -> None:
        """Register the verbs, and the mechanisms that this floor keeps."""
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        from .inspections import figures
        from .review import figures as review_figures
        from .review import following  # noqa: F401  listens to the trail
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register_together(figures.CODES, figures.inspected)
        mechanisms.register(review_figures.MECHANISM, review_figures.reviewed)
