"""Who is who, on which day: people, departments, posts, roles, appointments, absences, log-in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "musashimurayama_isms.accounts"
    verbose_name = "組織・利用者"
