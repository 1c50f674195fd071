"""The floor of audits, inspections, training and policy review (3.13, 3.9.2)."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "監査・点検"

    def ready(self) -> None:
        """Register the verbs, the yearly duty, what the floor keeps, and what follows a personnel change."""
        from audits import figures, personnel
        from audits.duty import load_duty
        from audits.follow_up import gates  # noqa: F401  an audit waits for its findings
        from audits.inspections import figures as inspections
        from audits.verbs import NAMES, VERBS
        from musashimurayama_isms.accounts.handover import register_holdings
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        register_loader(load_duty)
        register_holdings(personnel.audits_of)
        recorded.connect(personnel.after_change, dispatch_uid="audits.personnel")
        mechanisms.register("ledger:audit", figures.ledger)
        mechanisms.register("duty:audit", figures.duty)
        mechanisms.register_together(inspections.CODES, inspections.inspected)
