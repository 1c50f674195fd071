"""Questions about the rows of the ledgers: who sees them, what they are about, what is due."""

from datetime import date, datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from assets.ledgers import registry
from assets.ledgers.declaration import Party
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.japanese import words
from musashimurayama_isms.jobs.subjects import key_of

from .ledger_history import LedgerSubject


def _codes(*, keeper: Party | None = None, confined: bool = False) -> list[str]:
    return [row.code for row in registry.ledgers() if (row.keeper == keeper if keeper else row.is_confined == confined)]


class LedgerEntryQuerySet(models.QuerySet):
    """Questions about rows; `of(...).visible_to(...)` is where every look-up starts."""

    def of(self, *codes: str) -> Self:
        return self.filter(ledger__in=codes)

    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        """The rows of one's section, of a confined ledger the officers' only; the city's own ledgers for the 課 that keeps them."""
        reach = reach or RegisterReach.of(user, at=at)
        if reach.is_wide:
            return self
        confined = _codes(confined=True)
        seen = (reach.seen() & ~Q(ledger__in=confined)) | (reach.seen_by_office() & Q(ledger__in=confined))
        if reach.is_central_staff:
            seen |= Q(ledger__in=_codes(keeper=Party.CENTRAL_SECTION))
        return self.filter(seen)

    def about(self, subject: models.Model) -> Self:
        """Rows that concern an object of any kind."""
        links = LedgerSubject.objects.filter(content_type=ContentType.objects.get_for_model(subject), object_id=key_of(subject))
        return self.filter(pk__in=links.values("entry"))

    def open(self) -> Self:
        """Rows of which something is still expected; a corrected one has handed that on."""
        return self.filter(is_open=True, correction__isnull=True)

    def current(self) -> Self:
        """Without rows that a later one corrects."""
        return self.filter(correction__isnull=True)

    def due(self, *, until: date) -> Self:
        """Open rows whose day comes by `until`."""
        return self.open().filter(due_on__lte=until)

    def found(self, query: str) -> Self:
        """Rows in whose text every word of the query stands."""
        rows = self
        for word in words(query):
            rows = rows.filter(search__contains=word)
        return rows
