"""`manage.py check`: no restore is unfinished, production has somewhere to put its backups and a key; with `--database`, they are fresh."""

from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.utils import timezone


def _as_warnings(problems: list[tuple[str, str, str]]) -> list[CheckMessage]:
    return [Warning(words, hint=hint, id=f"backup.{number}") for number, words, hint in problems]


@register()
def settings_are_whole(app_configs=None, **kwargs) -> list[CheckMessage]:
    """backup.W001: no place for backups in production; W002: no key."""
    from .state import settings_problems

    return _as_warnings(settings_problems())


@register()
def no_restore_is_unfinished(app_configs=None, **kwargs) -> list[CheckMessage]:
    """backup.E001: a restore was killed; attachments wait beside their place."""
    from .staging import Staging

    staging = Staging(Path(settings.MEDIA_ROOT))
    if not staging.is_left:
        return []
    hint = f"同じ控えで manage.py restore をもう一度実行してください。復元をやめるなら、{staging.folder} を消してください。"
    return [Error("復元が途中で終わったままです。", hint=hint, id="backup.E001")]


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
