"""Duties that come round and their occurrences: made ahead, done with evidence, following the post."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "musashimurayama_isms.duties"
    verbose_name = "定期業務"

    def ready(self) -> None:
        from musashimurayama_isms.accounts.reference import register_loader
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import catalogue, events, raising
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        events.register_event("personnel-change", "人事異動", verbs=["accounts.personnel_change.applied"])
        events.register_event("new-staff", "年度途中の採用")
        register_loader(catalogue.load_duties)
        recorded.connect(raising.follow, dispatch_uid="duties.events")
        recorded.connect(raising.follow_arrivals, dispatch_uid="duties.arrivals")
        recorded.connect(catalogue.follow_choice, dispatch_uid="duties.choices")
