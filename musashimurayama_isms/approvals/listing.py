"""One list of the room as a person sees it: its scope, what waits for the person in it, narrowed by the address."""

from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet
from django.http import QueryDict

from musashimurayama_isms.accounts.models import User

from .filters import RequestFilter
from .models import Request
from .models.request_set import Reach
from .scopes import WAITING, Scope, for_lines, requests_of, scopes_of
from .waiting import Waiting, waiting_for


class Listing:
    """The page and the table of a list are both drawn from here."""

    def __init__(self, user: User, query: QueryDict, slug: str, *, at: datetime) -> None:
        """LookupError for a list that there is not, or not for this person."""
        self.user, self.query, self.at = user, query, at
        self.reach = Reach.of(user, at=at)
        self.scopes = scopes_of(self.reach)
        self.scope: Scope = {row.slug: row for row in self.scopes}[slug]

    @cached_property
    def waiting(self) -> dict[object, Waiting]:
        """What waits for the person, by request; ?act= leaves these kinds of acts, 後閲 for one."""
        acts = [act for act in self.query.getlist("act") if act]
        found = [row for row in waiting_for(self.user, at=self.at) if not acts or row.act in acts]
        return {row.request.pk: row for row in reversed(found)}

    @cached_property
    def filter(self) -> RequestFilter:
        return RequestFilter(self.query, queryset=self._rows)

    @property
    def _rows(self) -> QuerySet[Request]:
        if self.scope is WAITING:
            seen = Request.objects.visible_to(self.user, at=self.at, reach=self.reach)
            return for_lines(seen.filter(pk__in=self.waiting)).order_by("waiting_since", "pk")
        return requests_of(self.scope, self.user, self.reach, at=self.at)
