"""Incidents and the chain that carries them to the CISO (3.9.3), the answer to them, and what the city warns of."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        """Register the verbs, the reference data and the mechanisms; what is not used below registers itself."""
        from incidents import alert_figures, figures, panels, report_figures  # noqa: F401
        from incidents.continuity import duties
        from incidents.continuity import keepers as continuity
        from incidents.direct import open_points as direct_points  # noqa: F401
        from incidents.drills import keepers as drills
        from incidents.drills import marks  # noqa: F401
        from incidents.inquiries import open_points  # noqa: F401
        from incidents.verbs import NAMES, VERBS
        from incidents.violations import suspensions
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        register_loader(duties.load)
        kept = {"report:incident": figures.chain, "duty:security-information": alert_figures.security_information}
        for code, keeper in (kept | continuity.MECHANISMS | drills.MECHANISMS | report_figures.KEEPERS).items():
            mechanisms.register(code, keeper)
        mechanisms.register_together(report_figures.KINDS, report_figures.of_kinds)
        mechanisms.register_together(report_figures.VIOLATIONS, report_figures.of_violations)
        recorded.connect(suspensions.follow, dispatch_uid="incidents.suspensions")
