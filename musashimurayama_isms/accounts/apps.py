"""Who is who, on which day: people, departments, posts, roles, appointments, absences, log-in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "musashimurayama_isms.accounts"
    verbose_name = "組織・利用者"

    def ready(self) -> None:
        """Register the verbs of this floor and listen to log-ins."""
        from musashimurayama_isms.trail.verbs import register_verbs

        from .entrance import records

        register_verbs(records.VERBS)
