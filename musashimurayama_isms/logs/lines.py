"""A record as one line of JSON, closed by default: of what a message was filled with only numbers and known codes stay.

The template of a message is written by a programmer, what fills it may be a name, a password or an address of a page. Some
libraries fill their messages before they hand them over: those stay out, and `where` says which line of which file spoke.
An error is told by its kind, its code and its place, never by its words: those of a database quote the values of the row.
"""

import json
import logging
import re
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.schedule import SCHEDULE

from .current import request_id

ROOT = f"{Path(__file__).resolve().parents[2]}/"
HIDDEN = "…"
OURS = ("musashimurayama_isms", "policy", "assets", "incidents", "audits")
SPEAK_IN_TEMPLATES = (*OURS, "celery", "kombu")  # these never fill a message beforehand
TASK = re.compile(rf"(?:{'|'.join(sorted({name.partition('.')[0] for name in SCHEDULE}))})\.[a-z_]+")
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OWN, INNERMOST = 8, 4  # frames of the portal that are told, and of whatever raised the error
CAUSES = 4


class JsonFormatter(logging.Formatter):
    """time (Japan), level, logger, message; request, where, error and the figures of a request where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, TOKYO).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        if number := request_id():
            line["request"] = number
        words = message_of(record)
        if words:
            line["message"] = words
        if not words or record.levelno >= logging.ERROR:
            line["where"] = f"{_short(record.pathname)}:{record.lineno}"
        line.update(getattr(record, "figures", {}))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = error_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def message_of(record: logging.LogRecord) -> str:
    """The words of a record with what may be told; empty where nobody knows what the words hold."""
    if not isinstance(record.msg, str):
        return ""
    if not record.args:
        return record.msg if record.name.startswith(SPEAK_IN_TEMPLATES) else ""
    try:
        return record.msg % _tellable(record.args)
    except (TypeError, ValueError, KeyError):  # a number was wanted where something hidden stands
        return record.msg


def _tellable(args: Any) -> Any:
    if isinstance(args, dict):
        return {name: tellable(value) for name, value in args.items()}
    return tuple(tellable(value) for value in args)


def tellable(value: object) -> object:
    """Numbers, truth values, keys of rows and codes of tasks; an error by its kind; `HIDDEN` for all else."""
    if value is None or isinstance(value, int | float | UUID):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str) and (KEY.fullmatch(value) or TASK.fullmatch(value)):
        return value
    return HIDDEN


def error_of(error: BaseException, causes: int = CAUSES) -> dict[str, Any]:
    """Kind, code and place of an error and of what it came from.

    Only a setting that is wrong keeps its words: they are written for the administrator, and the portal does not start.
    """
    told: dict[str, Any] = {"kind": f"{type(error).__module__}.{type(error).__qualname__}"}
    code = getattr(error, "pgcode", None) or getattr(error, "errno", None)
    if isinstance(code, str | int):
        told["code"] = code
    if type(error).__name__ == "ImproperlyConfigured":
        told["words"] = str(error)
    frames = traceback.extract_tb(error.__traceback__)
    near = [frame for frame in frames[:-INNERMOST] if frame.filename.startswith(ROOT) and "site-packages" not in frame.filename]
    told["where"] = [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in (*near[-OWN:], *frames[-INNERMOST:])]
    cause = error.__cause__ or error.__context__
    if cause is not None and causes:
        told["cause"] = error_of(cause, causes - 1)
    return told


def _short(path: str) -> str:
    return path.rpartition("site-packages/")[2].removeprefix(ROOT)
