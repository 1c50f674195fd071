"""What the policy leaves open and the city chooses: each gap with its default until then."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "musashimurayama_isms.parameters"
    verbose_name = "未定事項"

    def ready(self) -> None:
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import checks  # noqa: F401  (registers itself)
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
