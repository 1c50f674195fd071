"""Terms that the whole city or many sections have: a changed policy to be confirmed (3.9.1.1), the 棚卸 (3.5.1)."""

from collections.abc import Iterator

from assets.models import StockTakeSection
from musashimurayama_isms.accounts.standing import day_of
from policy.models import ConfirmationRound

from ..entries import Asked, Entry, Kind, shows


@shows(Kind.CAMPAIGN)
def confirmations(asked: Asked) -> Iterator[Entry]:
    """Everybody is asked; whether one has confirmed says the page, here the term alone counts."""
    on = day_of(asked.at)
    for row in ConfirmationRound.objects.filter(due_on__range=(asked.since, asked.until)).select_related("revision__document"):
        yield Entry(row.due_on, f"{row}の期限", row.get_absolute_url(), Kind.CAMPAIGN, is_open=row.due_on >= on)


@shows(Kind.CAMPAIGN)
def stock_takes(asked: Asked) -> Iterator[Entry]:
    """The section's sheet of the 棚卸; one line a day for the many sections of the city."""
    rows = StockTakeSection.objects.visible_to(asked.user, at=asked.at).filter(stock_take__due_on__range=(asked.since, asked.until))
    found: dict[int, list[StockTakeSection]] = {}
    for row in asked.narrowed(rows).select_related("stock_take", "department"):
        found.setdefault(row.stock_take_id, []).append(row)
    for sections in found.values():
        take, one = sections[0].stock_take, len(sections) == 1
        yield Entry(
            take.due_on,
            f"{take}の期限",
            take.get_absolute_url(),
            Kind.CAMPAIGN,
            place=sections[0].department.name if one else "",
            is_open=any(row.closed_at is None for row in sections),
            count=len(sections),
        )
