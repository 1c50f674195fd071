"""The tabs of an incident's file; each room of the response adds one line."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from incidents.models import Incident


def always(incident: "Incident") -> bool:
    return True


@dataclass(frozen=True)
class Tab:
    """A page of the file: its word, the name of its URL (which takes the incident's pk), and when it is there."""

    label: str
    url_name: str
    is_there: Callable[["Incident"], bool] = always


TABS = [
    Tab("概要", "incidents:detail"),
    Tab("対応", "incidents:response"),
    Tab("外部報告・公表", "incidents:authorities"),
    Tab("電話連絡", "incidents:calls"),
    Tab("訓練の評価", "incidents:drill_of", lambda incident: incident.is_drill),
    Tab("横展開", "incidents:incident_inquiries"),
]


def tabs_of(incident: "Incident", current: str) -> list[dict]:
    """The tabs of one incident as its frame draws them; `current` is the name of the URL of the page itself."""
    return [
        {"label": tab.label, "url": reverse(tab.url_name, args=[incident.pk]), "is_current": tab.url_name == current}
        for tab in TABS
        if tab.is_there(incident)
    ]
