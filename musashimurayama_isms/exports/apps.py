"""Tables that leave the portal."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExportsConfig(AppConfig):
    name = "musashimurayama_isms.exports"
    verbose_name = "表の書き出し"

    def ready(self) -> None:
        from musashimurayama_isms.trail.verbs import register_names, register_verbs

        register_verbs({"exports.table.taken": "一覧を表に書き出し"})
        register_names({"table": "表", "format": "形式", "count": "件数", "filter": "絞り込み"})
        autodiscover_modules("tables")
