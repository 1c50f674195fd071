"""Pages of long lists."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import EmptyPage, Page, Paginator
from django.utils.functional import cached_property


class LongList(Paginator):
    """A page of a queryset in two questions: its keys, counted from whichever end of the list is nearer, then its rows.

    Otherwise the database draws up every row before the page, with all that a row shows, only to throw it away. The queryset needs
    an order; rows that the order does not tell apart may come twice, so the order ends with something unique.

    Rows are counted up to CAP: of a longer list people are told that it is longer, and only who turns to a page beyond has all of
    it counted. So the first pages of a list cost the same however long it grows.
    """

    CAP = 1_000
    is_capped = False

    @cached_property
    def count(self) -> int:
        """How many rows there are; CAP + 1 where there are more and nobody has asked for a page beyond."""
        found = self._keys()[: self.CAP + 1].count()
        self.is_capped = found > self.CAP
        return found

    @property
    def total(self) -> str:
        """The count in words: 312件, or 1000件以上."""
        return f"{self.CAP}件以上" if self.is_capped else f"{self.count}件"

    def __iter__(self) -> Iterator[Page]:
        """All pages, those beyond CAP too."""
        page = self.page(1)
        yield page
        while page.has_next():
            page = self.page(page.next_page_number())
            yield page

    def page(self, number: Any) -> Page:
        """The page, or the exceptions of Paginator for a number that is none."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        return self._get_page(self._rows(bottom, min(bottom + self.per_page, self.count)), number, self)

    def validate_number(self, number: Any) -> int:
        """As Paginator does; counts all where the page lies beyond what was counted."""
        try:
            valid = super().validate_number(number)
        except EmptyPage:
            if not self.is_capped:
                raise
            valid = self.num_pages
        if self.is_capped and valid * self.per_page > self.CAP:
            self.count, self.is_capped = self._keys().count(), False
            self.__dict__.pop("num_pages", None)
            valid = super().validate_number(number)
        return valid

    def _keys(self) -> Any:
        return self.object_list.order_by().values("pk")

    def _rows(self, bottom: int, top: int) -> Any:
        rows, after = self.object_list.all(), self.count - top
        is_nearer_to_the_end = bottom > after and not self.is_capped
        keys = rows.reverse()[after : after + top - bottom] if is_nearer_to_the_end else rows[bottom:top]
        return rows.filter(pk__in=list(keys.values_list("pk", flat=True)))
