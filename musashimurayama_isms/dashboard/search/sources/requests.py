"""Requests, their types, and the business of the committee."""

import re
from collections.abc import Iterator
from typing import Any

from musashimurayama_isms.approvals.models import Circulation, Item, Meeting, Request, RequestType
from musashimurayama_isms.approvals.models.request_set import Reach

from ..asking import Asker
from ..numbers import of_form, of_request
from ..source import Rows

CODE = re.compile(r"^[a-z0-9_.:-]*$")


def _seen(model: Any):
    return lambda asker: model.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of)).for_list()


def _requests(asker: Asker):
    rows = Request.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of))
    return rows.select_related("type", "department__parent")


def _typed(content: Any) -> Iterator[str]:
    """Everything that was typed into a form, whatever its shape; codes of choices, days and keys are no words of people."""
    if isinstance(content, str):
        if not CODE.match(content):
            yield content
    elif isinstance(content, dict):
        for part in content.values():
            yield from _typed(part)
    elif isinstance(content, list):
        for part in content:
            yield from _typed(part)


SOURCES = [
    Rows(
        "request-types",
        "申請の種類",
        "stamp",
        RequestType,
        seen=lambda asker: RequestType.objects.filter(is_active=True),
        words=lambda row: (row.name, row.description),
        line=lambda row: f"様式第{row.form_number}号" if row.form_number else "",
        number=of_form,
    ),
    Rows(
        "requests",
        "申請・許可",
        "stamp",
        Request,
        seen=_requests,
        words=lambda row: (row.number, row.type.name, row.title, *_typed(row.content)),
        title=lambda row: f"{row} {row.title}".strip(),
        line=lambda row: f"{row.department.full_name}　{row.get_status_display()}",
        number=of_request,
    ),
    Rows(
        "business",
        "委員会の案件",
        "people",
        Item,
        seen=_seen(Item),
        words=lambda row: (row.title, row.explanation),
        title=lambda row: f"{row} {row.title}",
        line=lambda row: row.get_status_display(),
    ),
    Rows(
        "meetings",
        "委員会の会議",
        "people",
        Meeting,
        seen=_seen(Meeting),
        words=lambda row: (str(row), row.place),
        line=lambda row: row.get_status_display(),
    ),
    Rows(
        "circulations",
        "周知・協議の文書",
        "file",
        Circulation,
        seen=_seen(Circulation),
        words=lambda row: (row.title, row.text, row.counterpart),
        title=lambda row: f"{row} {row.title}",
        line=lambda row: row.get_status_display(),
    ),
]
