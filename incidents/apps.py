"""Incidents and the chain that carries them to the CISO (3.9.3)."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        from incidents import figures, panels, report_figures  # noqa: F401  panels register what a clause page shows of the chain
        from incidents.direct import open_points  # noqa: F401  they register what a kind leaves open
        from incidents.verbs import NAMES, VERBS
        from incidents.violations import suspensions
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register("report:incident", figures.chain)
        mechanisms.register_together(report_figures.KINDS, report_figures.of_kinds)
        mechanisms.register_together(report_figures.VIOLATIONS, report_figures.of_violations)
        for code, keeper in report_figures.KEEPERS.items():
            mechanisms.register(code, keeper)
        recorded.connect(suspensions.follow, dispatch_uid="incidents.suspensions")
