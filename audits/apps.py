"""The floor of audits, inspections, training and policy review (3.13, 3.9.2); its first run is built with its obligations."""

from django.apps import AppConfig


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = "監査・点検"
