"""Requests, routes, decisions (3.4.3.1): one engine that knows no subject, and the business of the committees."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApprovalsConfig(AppConfig):
    name = "musashimurayama_isms.approvals"
    verbose_name = "申請・許可"

    def ready(self) -> None:
        """Register the verbs and the reference data; find what the apps above do with their requests."""
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.parameters import routes
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from .catalogue import load_request_types, routes_in_force
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        register_loader(load_request_types)
        routes.register(routes_in_force)
        autodiscover_modules("requests")
