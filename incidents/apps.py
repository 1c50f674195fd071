"""Incidents and the chain that carries them to the CISO (3.9.3)."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        from incidents import alert_figures, figures, panels  # noqa: F401  panels register what a clause page shows of the chain
        from incidents.bulletins import verbs as bulletin_verbs
        from incidents.inquiries import open_points  # noqa: F401  an incident waits for its inquiries
        from incidents.inquiries import verbs as inquiry_verbs
        from incidents.verbs import NAMES, VERBS
        from incidents.vulnerabilities import verbs as vulnerability_verbs
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        for room in (bulletin_verbs, vulnerability_verbs, inquiry_verbs):
            register_verbs(room.VERBS)
            register_names(room.NAMES)
        mechanisms.register("report:incident", figures.chain)
        mechanisms.register("duty:security-information", alert_figures.security_information)
