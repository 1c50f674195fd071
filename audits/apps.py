"""The floor of audits, inspections, training and policy review (3.13, 3.9.2)."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "監査・点検"

    def ready(self) -> None:
        """Register the words of the rooms, what they keep, and what follows a personnel change.

        The duties keep what no floor counts by itself: they come last.
        """
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        from . import duty_figures, figures, personnel
        from .follow_up import gates  # noqa: F401  an audit waits for its findings
        from .inspections import figures as inspections
        from .review import figures as review
        from .review import following  # noqa: F401  listens to the trail
        from .training import figures as training
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        register_holdings(personnel.audits_of)
        recorded.connect(personnel.after_change, dispatch_uid="audits.personnel")
        mechanisms.register("ledger:audit", figures.ledger)
        mechanisms.register("duty:audit", figures.duty)
        mechanisms.register_together(inspections.CODES, inspections.inspected)
        mechanisms.register("ledger:training", training.records)
        mechanisms.register(review.MECHANISM, review.reviewed)
        mechanisms.register_together(sorted(duty_figures.codes()), duty_figures.rounds)
