"""The class of an asset: what it may be, and its one door (3.5.1, 3.5.2.1.2, 3.5.2.5.3)."""

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Min

from assets.classification import AssetClass
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .class_change import ClassChange

if TYPE_CHECKING:
    from .asset import Asset


class Classing:
    """The part of Asset that knows classes; a smaller number is a higher class."""

    @cached_property
    def effective_class(self: "Asset") -> AssetClass:
        """The class it must be handled under: the highest of its own and of what the medium holds (3.5.2.5.3); computed, never stored."""
        known = getattr(self, "effective", None)
        inside = known or self.contents.kept().aggregate(highest=Min("asset_class"))["highest"]
        return AssetClass(min(self.asset_class, inside or self.asset_class))

    @property
    def class_label(self) -> str:
        """分類Ⅰ, as it must be handled."""
        return self.effective_class.label

    def at_least_as_original(self: "Asset") -> int:
        """The class written, or that of the original where it is higher."""
        return min(self.asset_class, self.copy_of.asset_class) if self.copy_of else self.asset_class

    def guard_class(self: "Asset") -> None:
        """InvalidTransition where the class is below what the content or the original asks for."""
        if self.has_my_number and self.asset_class != AssetClass.I:
            raise InvalidTransition("特定個人情報を含むものは分類Ⅰです。先に分類を上げてください。")
        if self.copy_of and self.asset_class > self.copy_of.asset_class:
            raise InvalidTransition(
                f"複製は元（{self.copy_of.number}、{self.copy_of.get_asset_class_display()}）より低い分類にできません。"
            )

    def guard_links(self: "Asset") -> None:
        """InvalidTransition where the original or the medium does not fit: in a circle, in another medium, or no longer there."""
        if self.copy_of and self.pk in self.copy_of.originals():
            raise InvalidTransition("複製の元に、自分自身やその複製は選べません。")
        holder = self.contained_in
        if holder is None:
            return
        if holder.pk == self.pk or holder.contained_in_id or (not self._state.adding and self.contents.exists()):
            raise InvalidTransition("媒体の中の媒体は登録できません。いちばん外の媒体を選んでください。")
        if holder.kind != self.Kind.MEDIUM or holder.is_over or holder.department_id != self.department_id:
            raise InvalidTransition("入っている媒体には、同じ課の使用中の電磁的記録媒体を選んでください。")

    def originals(self: "Asset") -> set:
        """The keys of this asset and of everything it is a copy of."""
        found, current = {self.pk}, self
        while current.copy_of_id and current.copy_of_id not in found:
            current = current.copy_of
            found.add(current.pk)
        return found

    @transaction.atomic
    def reclassify(self: "Asset", to: int, *, reason: str, by: User, at: datetime) -> None:
        """Change the class with a reason: up by any staff of the section, down by its officer alone.

        Copies are raised with their original (3.5.2.1.2); a medium follows what it holds by itself (3.5.2.5.3).
        InvalidTransition for the same class, for a disposed asset, or below what the content or the original asks for.
        """
        asset, to = self.lock(), AssetClass(to)
        if asset.is_over:
            raise InvalidTransition("廃棄した情報資産の分類は変えられません。")
        if to == asset.asset_class:
            raise InvalidTransition(f"この情報資産は、すでに{to.label}です。")
        asset._guard_staff(by, at=at)
        if to > asset.asset_class and not asset.can_decide(by, at=at):
            raise PermissionDenied("分類を下げるのは、所管課の情報セキュリティ担当者です。")
        was, asset.asset_class = asset.asset_class, to
        asset.guard_class()
        followers = asset._copies_below(to)
        asset._take_class(was, reason=reason, by=by, at=at)
        for copy in followers:
            before, copy.asset_class = copy.asset_class, to
            copy._take_class(before, reason=reason, by=by, at=at, follows=asset)
        record(by, "assets.asset.reclassified", asset, at=at, number=asset.number, was=was, asset_class=to.value, copies=len(followers))
        self.__dict__.pop("effective_class", None)
        self.refresh_from_db()

    def _take_class(self: "Asset", was: int, *, reason: str, by: User, at: datetime, follows: "Asset | None" = None) -> None:
        self.changed_at = at
        self.save(update_fields=["asset_class", "changed_at"])
        ClassChange.objects.create(asset=self, was=was, to=self.asset_class, reason=reason, follows=follows, by=by, at=at)

    def _copies_below(self: "Asset", to: AssetClass) -> list["Asset"]:
        """Copies and their copies, in use, of a lower class than this; locked, level by level."""
        found: dict = {}
        level = [self.pk]
        while level:
            rows = type(self).objects.kept().select_for_update(no_key=True).filter(copy_of__in=level).order_by("pk")
            rows = [row for row in rows if row.pk not in found and row.pk != self.pk]
            found.update((row.pk, row) for row in rows)
            level = [row.pk for row in rows]
        return [row for row in found.values() if row.asset_class > to]
