"""Incidents and the chain that carries them to the CISO (3.9.3), the answer to them, and what the city warns of."""

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "インシデント"

    def ready(self) -> None:
        """Register the verbs and the mechanisms; what is not used below registers itself."""
        from incidents import alert_figures, figures, panels, report_figures  # noqa: F401
        from incidents.authorities import closing, sources  # noqa: F401  open points, and what fills the copy sheets
        from incidents.authorities import figures as authorities
        from incidents.continuity import keepers as continuity
        from incidents.direct import open_points as _direct  # noqa: F401
        from incidents.drills import keepers as drills
        from incidents.drills import marks  # noqa: F401
        from incidents.inquiries import open_points as _inquiries  # noqa: F401
        from incidents.response import figures as response
        from incidents.response import open_points as _response  # noqa: F401
        from incidents.verbs import NAMES, VERBS
        from incidents.violations import suspensions
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs
        from policy import mechanisms

        register_verbs(VERBS)
        register_names(NAMES)
        kept = {"report:incident": figures.chain, "duty:security-information": alert_figures.security_information}
        kept |= {"report:authority": authorities.reports, "report:publication-press": authorities.publications}
        kept |= continuity.MECHANISMS | drills.MECHANISMS | response.KEEPERS | report_figures.KEEPERS
        for code, keeper in kept.items():
            mechanisms.register(code, keeper)
        mechanisms.register_together(report_figures.KINDS, report_figures.of_kinds)
        mechanisms.register_together(report_figures.VIOLATIONS, report_figures.of_violations)
        recorded.connect(suspensions.follow, dispatch_uid="incidents.suspensions")
