"""Incidents and the chain that carries them to the CISO (3.9.3)."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        from incidents import figures, panels  # noqa: F401  panels register what a clause page shows of the chain
        from incidents.authorities import closing, sources  # noqa: F401  open points, and what fills the copy sheets
        from incidents.authorities import figures as authorities
        from incidents.verbs import NAMES, VERBS
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register("report:incident", figures.chain)
        mechanisms.register("report:authority", authorities.reports)
        mechanisms.register("report:publication-press", authorities.publications)
