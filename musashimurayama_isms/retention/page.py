"""The page of one disposal: what one person may do with it now."""

from datetime import datetime
from functools import cached_property

from django.db.models import Count

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import Standing
from musashimurayama_isms.trail.models import Entry

from .hands import Hands, deciders
from .models import Disposal


class DisposalPage:
    """What one person is shown of one disposal at a moment."""

    def __init__(self, disposal: Disposal, user: User, *, at: datetime) -> None:
        self.disposal, self.user, self.at = disposal, user, at
        self.hands = Hands(user, at=at)

    @cached_property
    def deciders(self) -> list[Standing]:
        waits = self.disposal.status == Disposal.Status.PROPOSED
        return deciders(self.disposal.holder, self.disposal.department, self.disposal.proposed_by, at=self.at) if waits else []

    @property
    def may_decide(self) -> bool:
        return any(hat.person.pk == self.user.pk for hat in self.deciders)

    @cached_property
    def may_withdraw(self) -> bool:
        is_open = self.disposal.status in (Disposal.Status.PROPOSED, Disposal.Status.PERMITTED)
        return is_open and self.hands.proposing_hat(self.disposal.holder, self.disposal.department) is not None

    @cached_property
    def is_of_circle(self) -> bool:
        return self.hands.is_of_circle(self.disposal.holder, self.disposal.department)

    @property
    def is_permitted(self) -> bool:
        return self.disposal.status == Disposal.Status.PERMITTED

    @property
    def is_witnessed(self) -> bool:
        return self.disposal.is_witnessed(at=self.at)

    @property
    def may_witness(self) -> bool:
        return self.is_permitted and self.is_of_circle and not (self.is_witnessed and self.disposal.witnessed_by_id == self.user.pk)

    @property
    def may_carry_out(self) -> bool:
        return self.is_permitted and self.is_of_circle and self.is_witnessed and self.disposal.witnessed_by_id != self.user.pk

    @cached_property
    def may_go_on(self) -> bool:
        return self.disposal.status == Disposal.Status.RUNNING and self.is_of_circle and not self.disposal.is_at_work

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows are in which state."""
        return dict(self.disposal.rows.order_by().values_list("state").annotate(count=Count("pk")))

    @property
    def destroyed(self) -> int:
        return self.counts.get("destroyed", 0)

    @property
    def left(self) -> int:
        return self.counts.get("left", 0)

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.disposal))
