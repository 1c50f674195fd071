"""One row of what waits, as the list draws it."""

from dataclasses import dataclass

from ..desk import Item, Ready
from .acts import ACTS, Act


@dataclass(frozen=True)
class Offer:
    """An act with what it would be done to."""

    act: Act
    ready: Ready


@dataclass(frozen=True)
class Row:
    """An item, its place on the page, and what the list can do with it."""

    item: Item
    number: int

    @property
    def offers(self) -> list[Offer]:
        return [Offer(ACTS[ready.slug], ready) for ready in self.item.acts]

    @property
    def direct(self) -> Offer | None:
        """The act that a button in the row does at once."""
        return next((offer for offer in self.offers if offer.act.is_direct), None)

    @property
    def looked(self) -> Offer | None:
        """The act whose content is shown first."""
        return next((offer for offer in self.offers if offer.act.look), None)

    @property
    def ticked(self) -> Offer | None:
        """The act that is done on several that are ticked."""
        return next((offer for offer in self.offers if offer.act.takes_several), None)
