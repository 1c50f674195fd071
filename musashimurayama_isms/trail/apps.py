"""The ground floor: the append-only, chained record of every act."""

from django.apps import AppConfig


class TrailConfig(AppConfig):
    name = "musashimurayama_isms.trail"
    verbose_name = "証跡"
