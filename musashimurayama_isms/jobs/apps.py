"""Long work as rows: lease, progress, retry; Celery only carries."""

from django.apps import AppConfig
from django.core.checks import register
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "musashimurayama_isms.jobs"
    verbose_name = "処理"

    def ready(self) -> None:
        from musashimurayama_isms.pdf import check_fonts
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        register_verbs(
            {
                "jobs.job.requested": "処理を依頼",
                "jobs.job.cancelled": "処理を取消",
                "jobs.job.cancel_asked": "実行中の処理の取消を依頼",
                "jobs.job.files_removed": "保存期間が過ぎた結果のファイルを削除",
                "jobs.job.done": "処理が完了",
                "jobs.job.failed": "処理が失敗",
                "jobs.result.missed": "結果のファイルがディスクにないことを発見",
            }
        )
        register_names({"repeats": "もとの処理", "files": "ファイル数"})
        register(check_fonts)  # papers are made here
        autodiscover_modules("jobs")
