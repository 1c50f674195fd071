"""Incidents and the chain that carries them to the CISO (3.9.3), the answer to them, and what the city warns of."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        """Register the verbs, the reference data and the mechanisms; what is not used below registers itself."""
        from incidents import alert_figures, figures, panels  # noqa: F401
        from incidents.authorities import closing, sources  # noqa: F401  open points, and what fills the copy sheets
        from incidents.authorities import figures as authorities
        from incidents.continuity import duties
        from incidents.continuity import keepers as continuity
        from incidents.drills import keepers as drills
        from incidents.drills import marks  # noqa: F401
        from incidents.inquiries import open_points as _inquiries  # noqa: F401
        from incidents.response import figures as response
        from incidents.response import open_points as _response  # noqa: F401
        from incidents.verbs import NAMES, VERBS
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        register_loader(duties.load)
        kept = {"report:incident": figures.chain, "duty:security-information": alert_figures.security_information}
        kept |= {"report:authority": authorities.reports, "report:publication-press": authorities.publications}
        for code, keeper in (kept | continuity.MECHANISMS | drills.MECHANISMS | response.KEEPERS).items():
            mechanisms.register(code, keeper)
