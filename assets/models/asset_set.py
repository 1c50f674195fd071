"""Questions about assets; `visible_to` is where every look-up starts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import F, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from assets.classification import AssetClass
from assets.reach import Reach
from musashimurayama_isms import japanese
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of

from .permission import AssetPermission


class AssetQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, those one has a 権限 for, all of them for the wide roles.

        A union of the three, each found by its index: one condition with an OR would read the register of the whole city.
        """
        return self.within(reach or Reach.of(user, at=at), on=day_of(at))

    def within(self, reach: Reach, *, on: date) -> Self:
        """What the person of this reach sees on a day: where a prepared question starts."""
        if reach.is_wide:
            return self.all()
        rows = self.model._base_manager.order_by()
        own = rows.filter(department__in=reach.staff | reach.divisions).values("pk")
        below = rows.filter(department__parent__in=reach.divisions).values("pk")
        given = AssetPermission.objects.in_force(on).filter(Q(person=reach.user) | Q(department__in=reach.staff))
        return self.filter(pk__in=own.union(below, given.order_by().values("asset")))

    def changeable_by(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of the sections where the person works; what is disposed of is no longer changed."""
        reach = reach or Reach.of(user, at=at)
        return self.filter(department__in=reach.staff).exclude(status=self.model.Status.DISPOSED)

    def in_use(self) -> Self:
        return self.filter(status=self.model.Status.IN_USE)

    def kept(self) -> Self:
        """Everything that is not disposed of, the lost ones too."""
        return self.exclude(status=self.model.Status.DISPOSED)

    def important(self) -> Self:
        """重要な情報資産: of a class Ⅱ or above as it must be handled."""
        return self.with_effective_class().filter(self._handled_under(AssetClass.II))

    def handled_as(self, asset_class: int) -> Self:
        """Those of exactly this class as it must be handled."""
        return self.filter(self._handled_under(asset_class)).exclude(self._handled_under(asset_class - 1))

    def _handled_under(self, asset_class: int) -> Q:
        """Of this class or a higher one, by itself or by what it holds; asked once for all rows, where `effective` is reckoned for each."""
        held = self.model._base_manager.filter(contained_in__isnull=False, asset_class__lte=asset_class)
        held = held.exclude(status=self.model.Status.DISPOSED)
        return Q(asset_class__lte=asset_class) | Q(pk__in=held.values("contained_in"))

    def overdue_unfinished(self, *, on: date) -> Self:
        """Material in the making whose end has passed: to be finished or erased (3.5.2.3.3)."""
        return self.in_use().filter(is_unfinished=True, unfinished_until__lt=on)

    def unchecked_since(self, day: date) -> Self:
        return self.filter(Q(last_checked_on__isnull=True) | Q(last_checked_on__lt=day))

    def with_effective_class(self) -> Self:
        """Each with `effective`: the highest class of its own and of what it holds (3.5.2.5.3), Ⅰ being 1."""
        held = self.model._base_manager.filter(contained_in=OuterRef("pk")).exclude(status=self.model.Status.DISPOSED)
        highest = held.order_by().values("contained_in").annotate(highest=Min("asset_class")).values("highest")
        inside = Coalesce(Subquery(highest), F("asset_class"))
        smaller = models.Case(models.When(asset_class__lt=inside, then=F("asset_class")), default=inside)
        return self.annotate(effective=models.ExpressionWrapper(smaller, output_field=models.PositiveSmallIntegerField()))

    def highest_class(self) -> AssetClass | None:
        """The class under which all of them together must be handled; None where there are none."""
        found = self.with_effective_class().order_by().aggregate(highest=Min("effective"))["highest"]
        return AssetClass(found) if found else None

    def search(self, text: str) -> Self:
        """Every word of the text, however it is typed."""
        rows = self
        for word in japanese.words(text):
            rows = rows.filter(search_text__contains=word)
        return rows

    def for_list(self) -> Self:
        return self.select_related("department__parent").with_effective_class()
