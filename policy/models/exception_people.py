"""The people of an exception: who acts as the CISO on it, whose it is, who may do what with it now."""

from datetime import datetime

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.approvals.models import Chair
from musashimurayama_isms.approvals.roster import Roster


class ExceptionPeople:
    """Questions about persons; the rows are those of PolicyException, whose part this is."""

    def deciders(self, *, at: datetime) -> list[Standing]:
        """Who may act as the CISO on it: nobody who asked for it (3.4.3.1); where that leaves nobody, one up."""
        return Roster(at).able(Chair.CISO, self.department, self.request.barred)

    def deciding(self, user: User, *, at: datetime) -> Standing | None:
        """The hat in which the person may acknowledge and review it, or None."""
        return next((row for row in self.deciders(at=at) if row.person.pk == user.pk), None)

    def is_of_section(self, user: User, *, at: datetime) -> bool:
        """Its drafter and applicant, and everybody of the section it belongs to now."""
        here = self.department.successor_on(day_of(at))
        return self._is_party(user) or any(hat.department.pk in (here.pk, self.department_id) for hat in standings(user, at=at))

    def _is_party(self, user: User) -> bool:
        return user.pk in (self.request.drafter_id, self.request.applicant_id)

    def can_close(self, user: User, *, at: datetime) -> bool:
        """The closing report: its drafter and applicant, and whoever is the section's officer now."""
        return self.is_open and (self._is_party(user) or user.pk in {person.pk for person in self.officers(at=at)})

    def can_extend(self, user: User, *, at: datetime) -> bool:
        return self.is_open and self.is_of_section(user, at=at)

    def can_order_end(self, user: User, *, at: datetime) -> bool:
        """The CISO; for a permit whoever could take it back."""
        if not self.is_open:
            return False
        return self.deciding(user, at=at) is not None if self.is_emergency else self.request.can_recall(user, at=at)

    def officers(self, *, at: datetime) -> list[User]:
        """The section's officers of the moment, deputies included."""
        return [row.person for row in Roster(at).holders(RoleCode.SECTION_OFFICER, self.department)]

    def own_people(self, *, at: datetime) -> list[User]:
        """Whom it concerns: drafter, applicant, the section's officers, each once."""
        people = [self.request.drafter, self.request.applicant, *self.officers(at=at)]
        return list({person.pk: person for person in people}.values())
