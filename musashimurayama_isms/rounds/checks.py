"""The schedule, the tasks and their words must fit: found at start, not when a reminder has failed to come."""

from celery import current_app
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.utils.module_loading import autodiscover_modules

from musashimurayama_isms.schedule import ON_DEMAND, SCHEDULE, WORDS

HINT = "musashimurayama_isms/schedule.py と、各アプリの tasks.py を確かめてください。"


@register()
def the_schedule_is_whole(app_configs=None, **kwargs) -> list[CheckMessage]:
    """rounds.W001: a row without a task; W002: a task without a row that is not on demand; W003: a row without Japanese words;
    W004: words without a row."""
    known = tasks()
    found = [(1, name, "の処理がありません") for name in sorted(set(SCHEDULE) - known)]
    found += [(2, name, "が予定表にありません") for name in sorted(known - set(SCHEDULE) - ON_DEMAND)]
    found += [(3, name, "に日本語の名称と説明がありません") for name in sorted(set(SCHEDULE) - set(WORDS))]
    found += [(4, name, "は予定表にないのに名称があります") for name in sorted(set(WORDS) - set(SCHEDULE))]
    return [Warning(f"定時の処理「{name}」{words}。", hint=HINT, id=f"rounds.W00{number}") for number, name, words in found]


def tasks() -> set[str]:
    """The tasks of the portal's own apps; imported by ourselves, because a worker that imports them runs the checks."""
    autodiscover_modules("tasks")
    ours = tuple(f"{app.rpartition('.apps.')[0] or app}." for app in settings.INSTALLED_APPS)
    return {name for name, task in current_app.tasks.items() if task.__module__.startswith(ours)}
