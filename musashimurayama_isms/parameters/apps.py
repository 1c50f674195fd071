"""What the policy leaves open and the city chooses: each gap with its default until then."""

from django.apps import AppConfig


class ParametersConfig(AppConfig):
    name = "musashimurayama_isms.parameters"
    verbose_name = "未定事項"

    def ready(self) -> None:
        from musashimurayama_isms.accounts import choices
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from . import checks  # noqa: F401  (registers itself)
        from .values import value
        from .verbs import NAMES, VERBS

        choices.read_from(value)

        register_verbs(VERBS)
        register_names(NAMES)
