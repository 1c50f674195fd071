"""The LOGGING of Django, gunicorn and Celery: the same lines from each process, as setting LOG_FORMAT says."""

import logging.config
import sys
from pathlib import Path
from typing import Any

FORMATS = ("plain", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATTERS = {
    "plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    "json": {"()": "musashimurayama_isms.logs.lines.JsonFormatter"},
}


def logging_of(form: str, level: str) -> dict[str, Any]:
    """The dictionary for logging.config. In JSON each request has its line, whatever the level.

    Lines go to standard output; those of a command of manage.py, whose answer stands there, to standard error.
    """
    is_json = form == "json"
    stream = "ext://sys.stdout" if is_json and Path(sys.argv[0]).name != "manage.py" else "ext://sys.stderr"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {form: FORMATTERS[form]},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "stream": stream}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "musashimurayama_isms.logs.requests": {"level": "INFO" if is_json else level},
            "django": {"handlers": [], "level": level, "propagate": True},  # Django's own handlers would say it twice, and in full
            "django.server": {"handlers": [], "propagate": True},
        },
    }


def set_up_celery(loglevel: int | str | None = None, **kwargs: object) -> None:
    """For Celery's signal `setup_logging`: the portal's LOGGING instead of Celery's own, with Celery at the level of its command."""
    from django.conf import settings  # not yet there when this module is read

    logging.config.dictConfig(settings.LOGGING)
    logging.getLogger("celery").setLevel(loglevel or logging.INFO)
