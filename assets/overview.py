"""Everything the page of one asset shows to one person, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from assets.handling import Answer, answers, further_rules
from assets.models import Asset, Move
from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.models import Entry

SHOWN = 20


@dataclass
class Overview:
    """One person's view of one asset at a moment."""

    asset: Asset
    user: User
    at: datetime

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.user, at=self.at)

    @cached_property
    def can_change(self) -> bool:
        return self.asset.can_change(self.user, at=self.at, reach=self.reach)

    @cached_property
    def can_decide(self) -> bool:
        return self.can_change and self.asset.can_decide(self.user, at=self.at, reach=self.reach)

    @cached_property
    def answers(self) -> list[Answer]:
        return list(answers(self.asset))

    @cached_property
    def further_rules(self) -> list[tuple[str, str]]:
        return list(further_rules(self.asset))

    @cached_property
    def responsible(self) -> User | None:
        return self.asset.responsible(on=day_of(self.at))

    @cached_property
    def permissions(self) -> list:
        """The 権限 beyond the section that are in force, the first to end first."""
        return list(self.asset.permissions.in_force(day_of(self.at)).select_related("person", "department__parent", "given_by"))

    @cached_property
    def seen_links(self) -> set:
        """The keys of the original and the medium, as far as the person sees them; of the others only the number is shown."""
        keys = [key for key in (self.asset.copy_of_id, self.asset.contained_in_id) if key]
        seen = Asset.objects.visible_to(self.user, at=self.at, reach=self.reach).filter(pk__in=keys)
        return set(seen.values_list("pk", flat=True)) if keys else set()

    @cached_property
    def copies(self) -> list[Asset]:
        return list(self._seen(self.asset.copies)[:SHOWN])

    @cached_property
    def contents(self) -> list[Asset]:
        return list(self._seen(self.asset.contents)[:SHOWN])

    def _seen(self, rows):
        return rows.visible_to(self.user, at=self.at, reach=self.reach).kept().for_list()

    @cached_property
    def class_changes(self) -> list:
        return list(self.asset.class_changes.select_related("by", "follows"))

    @cached_property
    def requests(self) -> list[Request]:
        """What was applied for about it, as far as the person sees it."""
        return list(Request.objects.about(self.asset).visible_to(self.user, at=self.at).select_related("type")[:SHOWN])

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.asset))

    @cached_property
    def move(self) -> Move | None:
        """Where it is going or has gone, until it is back."""
        return Move.objects.open().about(self.asset).select_related("carrier").first()

    @property
    def asks_for_class_one(self) -> bool:
        """Personal information of a lower class: to be looked at again (3.5.1)."""
        return self.asset.has_personal and self.asset.asset_class > 1

    @property
    def is_overdue(self) -> bool:
        """Material in the making past its end (3.5.2.3.3)."""
        return self.asset.is_unfinished and self.asset.unfinished_until < day_of(self.at)

    @property
    def incident_url(self) -> str:
        return incident_url(self.asset)


def incident_url(asset: Asset) -> str:
    """The address where a report of the loss begins, half filled; the incidents stand on a higher floor, known by name only."""
    known = {
        "kind": "lost",
        "personal_information": "yes" if asset.has_personal else "no",
        "information": str(asset),
        "asset_class": int(asset.effective_class),
        "place": asset.place,
    }
    try:
        return f"{reverse('incidents:start')}?{urlencode(known)}"
    except NoReverseMatch:
        return ""
