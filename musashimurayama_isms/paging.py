"""Pages of long lists."""

from typing import Any

from django.core.paginator import Page, Paginator


class LongList(Paginator):
    """A page of a queryset in two questions: its keys, counted from whichever end of the list is nearer, then its rows.

    Otherwise the database draws up every row before the page, with all that a row shows, only to throw it away. The queryset needs
    an order; rows that the order does not tell apart may come twice, so the order ends with something unique.
    """

    def page(self, number: Any) -> Page:
        """The page, or the exceptions of Paginator for a number that is none."""
        number = self.validate_number(number)
        bottom = (number - 1) * self.per_page
        return self._get_page(self._rows(bottom, min(bottom + self.per_page, self.count)), number, self)

    def _rows(self, bottom: int, top: int) -> Any:
        rows, after = self.object_list, self.count - top
        keys = rows.reverse()[after : after + top - bottom] if bottom > after else rows[bottom:top]
        return rows.filter(pk__in=list(keys.values_list("pk", flat=True)))
