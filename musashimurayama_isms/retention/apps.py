"""保存年限と廃棄."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "musashimurayama_isms.retention"
    verbose_name = "保存年限と廃棄"

    def ready(self) -> None:
        """Register the words of the trail, and keep destroyed records as they are."""
        from musashimurayama_isms.trail.signals import recorded
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        from .guard import refuse_acts
        from .verbs import NAMES, VERBS

        register_verbs(VERBS)
        register_names(NAMES)
        recorded.connect(refuse_acts, dispatch_uid="retention.guard")
