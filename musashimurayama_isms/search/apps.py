"""The folded words that search looks at; what is searched, and who sees it, is said by the roof."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "musashimurayama_isms.search"
    verbose_name = "検索"

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers itself)
