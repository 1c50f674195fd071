"""Incidents and the chain that carries them to the CISO (3.9.3)."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        from incidents import figures, panels  # noqa: F401  panels register what a clause page shows of the chain
        from incidents.calls import verbs as calls_verbs
        from incidents.continuity import duties, keepers
        from incidents.continuity import verbs as continuity_verbs
        from incidents.drills import keepers as drill_keepers
        from incidents.drills import marks  # noqa: F401  the notices of a drill say so
        from incidents.drills import verbs as drill_verbs
        from incidents.verbs import NAMES, VERBS
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        mechanisms.register("report:incident", figures.chain)
        for words in (calls_verbs, continuity_verbs, drill_verbs):
            register_verbs(words.VERBS)
            register_names(words.NAMES)
        for code, keeper in (keepers.MECHANISMS | drill_keepers.MECHANISMS).items():
            mechanisms.register(code, keeper)
        register_loader(duties.load)
