"""The roof: my desk, the frame around every page, error pages. Views only, no models."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "musashimurayama_isms.dashboard"
    verbose_name = "受信箱"

    def ready(self) -> None:
        """Fill the desk, the calendar and the search."""
        from . import providers  # noqa: F401 – its providers register themselves
        from .calendar import providers as calendar_providers  # noqa: F401
        from .search.indexing import register_all

        register_all()
