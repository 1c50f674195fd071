"""The floor of duties that come round and their occurrences; its engine is built with its first customer."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "musashimurayama_isms.duties"
    verbose_name = "定期業務"
