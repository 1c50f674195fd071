"""The floor of requests, routes, steps and decisions (3.4.3.1); its engine is built with its first customer."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "musashimurayama_isms.approvals"
    verbose_name = "申請・許可"
