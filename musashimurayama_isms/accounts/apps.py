"""Who is who, on which day: people, departments, posts, roles, appointments, absences, log-in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "musashimurayama_isms.accounts"
    verbose_name = "組織・利用者"

    def ready(self) -> None:
        """Register the verbs of this floor, say who reads the trail, listen to log-ins."""
        import musashimurayama_isms.fields  # noqa: F401  (its words stand in Django's own fields)
        from musashimurayama_isms.trail.access import register_reader
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import checks  # noqa: F401  (registers itself)
        from .entrance import records
        from .standing import is_staff_of_portal
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_verbs(records.VERBS)
        register_names(NAMES)
        register_reader(is_staff_of_portal)
