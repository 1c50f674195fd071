"""The floor of audits, inspections, training and policy review (3.13, 3.9.2)."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "監査・点検"

    def ready(self) -> None:
        """Register the words of the rooms and what they keep; the duties keep what no floor counts by itself."""
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        from . import duty_figures
        from .inspections import figures as inspections
        from .review import figures as review
        from .review import following  # noqa: F401  listens to the trail
        from .training import figures as training
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register_together(inspections.CODES, inspections.inspected)
        mechanisms.register("ledger:training", training.records)
        mechanisms.register(review.MECHANISM, review.reviewed)
        mechanisms.register_together(sorted(duty_figures.codes()), duty_figures.rounds)
