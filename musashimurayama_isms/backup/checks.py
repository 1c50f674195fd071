"""`manage.py check`: production has somewhere to put its backups and a key; with `--database default`, they are fresh and proved."""

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections
from django.utils import timezone


def _as_warnings(problems: list[tuple[str, str, str]]) -> list[CheckMessage]:
    return [Warning(words, hint=hint, id=f"backup.{number}") for number, words, hint in problems]


@register()
def settings_are_whole(app_configs=None, **kwargs) -> list[CheckMessage]:
    """backup.W001: no place for backups in production; W002: no key."""
    from .state import settings_problems

    return _as_warnings(settings_problems())


@register(Tags.database)
def backups_are_fresh(app_configs=None, databases=None, **kwargs) -> list[CheckMessage]:
    """backup.W003: none in the last two days; W004: never proved, or not for a year; W005: the last one failed. Production only."""
    from .models import Proof
    from .state import State

    if settings.IS_TRIAL or "default" not in (databases or []):
        return []
    if Proof._meta.db_table not in connections["default"].introspection.table_names():
        return []
    return _as_warnings(State.now(at=timezone.now()).row_problems())
