"""Who may do what with a move: the part of Move that knows persons."""

from datetime import datetime

from assets.reach import Reach
from musashimurayama_isms.accounts.models import User


class MovePeople:
    """Questions about persons; each takes the reach where the caller has asked for it already."""

    @property
    def people(self) -> set[int]:
        """Keys of the carrier and of those who applied."""
        return {self.carrier_id, self.request.drafter_id, self.request.applicant_id} - {None}

    def can_record(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The carrier, the applicants, the section's officer; any staff of the section where a contractor carries."""
        reach = reach or Reach.of(user, at=at)
        here = reach.staff if self.carrier_id is None else reach.officer
        return user.pk in self.people or self.department_id in here

    def can_confirm(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Another person of the section than who carried it and who said that it is back."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.staff and user.pk not in (self.carrier_id, self.returned_by_id)

    def can_lose(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Whoever may record, and all staff of the section: a loss is said by whoever sees it first (3.9.3.1.1)."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.staff or self.can_record(user, at=at, reach=reach)

    def can_settle(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The section's 情報セキュリティ担当者, when what is lost does not turn up."""
        return self.department_id in (reach or Reach.of(user, at=at)).officer
