"""The rooms of 監査・点検, and which of them a person may open: the tabs above each room's list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from audits.parties import Reach
from audits.review.hands import Hands
from musashimurayama_isms.accounts.models import User

May = Callable[[User, datetime], bool]


def everyone(user: User, at: datetime) -> bool:
    return True


def planners(user: User, at: datetime) -> bool:
    """Who works on the plans of audits, or sees every audit."""
    reach = Reach.of(user, at=at)
    return reach.plans or reach.sees_all


def reviewers(user: User, at: datetime) -> bool:
    """Who sees the reviews of the policy."""
    return Hands(user, at=at).sees


@dataclass(frozen=True)
class Room:
    """One room: its slug, its word, the name of its URL, who may open it."""

    slug: str
    label: str
    url_name: str
    may_open: May = everyone


ROOMS = (
    Room("engagements", "監査", "audits:engagements"),
    Room("programmes", "監査計画", "audits:programmes", planners),
    Room("medium", "中期計画", "audits:medium_term", planners),
    Room("actions", "指摘への対処", "audits:actions"),
    Room("inspections", "自己点検", "audits:inspections"),
    Room("training", "研修・訓練", "audits:training"),
    Room("reviews", "ポリシーの見直し", "audits:policy_reviews", reviewers),
)


def tabs(user: User, here: str, *, at: datetime) -> list[dict]:
    """The rooms that the person may open; `here` is the slug of the one that is open."""
    return [
        {"label": room.label, "url": reverse(room.url_name), "is_current": room.slug == here} for room in ROOMS if room.may_open(user, at)
    ]
