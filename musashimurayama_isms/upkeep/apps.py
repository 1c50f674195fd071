"""Upkeep of an installation; no tables of its own."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "musashimurayama_isms.upkeep"
    verbose_name = "運転の状態"
