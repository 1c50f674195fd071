"""Long work as rows: lease, progress, retry; Celery only carries."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "musashimurayama_isms.jobs"
    verbose_name = "処理"
