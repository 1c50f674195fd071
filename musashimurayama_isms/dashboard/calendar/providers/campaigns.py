"""Terms that the whole city or many sections have: a changed policy to be confirmed (3.9.1.1), the 棚卸 (3.5.1)."""

from collections.abc import Iterator

from assets.models import StockTakeSection
from musashimurayama_isms.accounts.standing import day_of
from policy.models import ConfirmationRound

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.CAMPAIGN, only_if=lambda since, until: ConfirmationRound.objects.all())
def confirmations(asked: Asked) -> Iterator[Entry]:
    """One's own with one's own term; else the term of all, open while somebody has not confirmed. A replaced text asks nobody."""
    on = day_of(asked.at)
    current = list(ConfirmationRound.objects.current(on=on))
    replaced = ConfirmationRound.objects.exclude(pk__in=[row.pk for row in current]).select_related("revision__document")
    terms = [(row, row.due_on, False) for row in replaced.filter(due_on__range=(asked.since, asked.until))]
    for row in current:
        people = row.people(on=on)
        if asked.scope == Scope.MINE:
            terms += [(row, row.due_for(me.joined_on), me.confirmed_at is None) for me in people.filter(pk=asked.user.pk)]
        else:
            terms.append((row, row.due_on, asked.narrowed(people).filter(confirmed_at=None).exists()))
    for row, day, is_open in terms:
        if asked.since <= day <= asked.until:
            yield Entry(day, f"{row}の期限", row.get_absolute_url(), Kind.CAMPAIGN, is_open=is_open)


@shows(Kind.CAMPAIGN, only_if=lambda since, until: StockTakeSection.objects.filter(stock_take__due_on__range=(since, until)))
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
