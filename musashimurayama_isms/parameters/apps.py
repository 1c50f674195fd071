"""What the policy leaves open and the city chooses: each gap with its default until then."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "musashimurayama_isms.parameters"
    verbose_name = "未定事項"
