"""What comes round: each run is noted, administrators see what is late or has failed."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "musashimurayama_isms.rounds"
    verbose_name = "定時の処理"

    def ready(self) -> None:
        from musashimurayama_isms.trail.verbs import register_verbs

        from . import checks, recording  # noqa: F401  (they register themselves)

        register_verbs({"rounds.task.ordered": "定時の処理を今すぐ実行"})
