"""Incidents and the chain that carries them to the CISO (3.9.3)."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        from incidents import figures, panels  # noqa: F401  panels register what a clause page shows of the chain
        from incidents.response import open_points  # noqa: F401  registers what the response leaves open
        from incidents.response import verbs as response_verbs
        from incidents.response.figures import KEEPERS
        from incidents.verbs import NAMES, VERBS
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS | response_verbs.VERBS)
        register_names(NAMES | response_verbs.NAMES)
        mechanisms.register("report:incident", figures.chain)
        for code, keeper in KEEPERS.items():
            mechanisms.register(code, keeper)
