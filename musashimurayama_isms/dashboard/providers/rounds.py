"""Scheduled work that is late or has failed, for the administrators of the portal."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.rounds.board import Board

from ..desk import Item, waits


@waits
def rounds(user: User, at: datetime) -> Iterator[Item]:
    """One row for all of it: what to do stands on the page."""
    if not is_staff_of_portal(user, at=at):
        return
    troubled = Board(at=at).troubled
    if troubled:
        since = min(line.trouble_since for line in troubled if line.trouble_since)
        names = "、".join(line.title for line in troubled[:3]) + ("ほか" if len(troubled) > 3 else "")
        title = f"定時の処理 {len(troubled)}件が遅れているか失敗しています"
        yield Item(title, reverse("jobs:health"), since, "確認", as_role="ポータル管理者", why=names, is_urgent=True)
