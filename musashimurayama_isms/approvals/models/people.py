"""The people of a request: who may submit it, who is barred from deciding it, who may do what with it now."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings

from ..roster import Barred, Roster, names

if TYPE_CHECKING:
    from .step import Step


class People:
    """Questions about persons; the rows are those of Request, whose part this is."""

    @property
    def barred(self) -> Barred:
        """Who may not decide this request (3.4.3.1)."""
        parties = {self.drafter_id, self.applicant_id, *self.matter.parties(self)} - {None}
        decisions = [row for row in self.decisions.all() if row.version == self.version and row.disputed_at is None]
        waived = {row.person_id for row in self.waivers.all() if row.version == self.version and row.is_granted}
        return Barred(frozenset(parties), frozenset(row.person_id for row in decisions), frozenset(waived))

    def barred_with(self, people: Iterable[User]) -> Barred:
        """Who may not decide it once one of `people` has submitted it."""
        barred = self.barred
        return replace(barred, parties=barred.parties | {person.pk for person in people})

    def may_submit(self, roster: Roster) -> list[Standing]:
        """Those to whom a draft can be handed: every role of the type but 職員等, which is the drafter."""
        codes = [code for code in self.type.applicants if code != RoleCode.TERMINAL_USER]
        return [row for code in codes for row in roster.holders(code, self.department)]

    @property
    def open_step(self) -> "Step | None":
        """Where it waits now."""
        step = self.steps.open().prefetch_related("seats__department__parent").first()
        if step is not None:
            step.request = self
        return step

    def line(self, chair: str, department: Department, *, at: datetime) -> list[Standing]:
        """Who may act in a role for a department, without asking who is barred."""
        return Roster(at).holders(chair, department)

    def separated_holders(self, *, at: datetime) -> list[User]:
        """Who holds a seat of the open step and may not decide because of being part of the request."""
        step, roster, barred = self.open_step, Roster(at), self.barred
        seats = [seat for seat in step.seats.all() if seat.decision_id is None] if step else []
        rows = [row for seat in seats for row in roster.holders(seat.chair, seat.department) if barred.bars(row)]
        return names([row for row in rows if row.person.pk in barred.parties])

    def applying(self, user: User, *, at: datetime, hats: Iterable[Standing] | None = None) -> Standing | None:
        """The hat in which the person may submit this request: a role of the type, for this section; None for anyone else.

        `hats` are the person's standings where the caller has asked for them already.
        """
        worn = standings(user, at=at) if hats is None else hats
        hats = [hat for hat in worn if hat.role.code in self.type.applicants and self._fits(hat, at=at)]
        return next((hat for hat in hats if hat.role.code != RoleCode.TERMINAL_USER or user.pk == self.drafter_id), None)

    def _fits(self, hat: Standing, *, at: datetime) -> bool:
        here = self.department.successor_on(day_of(at))
        if hat.role.reach == hat.role.Reach.SECTION:
            return hat.department.pk == here.pk
        if hat.role.reach == hat.role.Reach.DIVISION:
            return hat.department.pk == here.division.successor_on(day_of(at)).pk
        return True

    def can_edit(self, user: User, *, at: datetime) -> bool:
        """The drafter while it lies with them, the applicants while it waits for them to submit."""
        if self.status in (self.Status.DRAFT, self.Status.RETURNED):
            return user.pk in (self.drafter_id, self.applicant_id)
        return self.status == self.Status.PREPARED and self.applying(user, at=at) is not None

    def can_withdraw(self, user: User) -> bool:
        """取下げ: the drafter or the applicant, while nothing is decided."""
        return self.status in self.UNDECIDED and user.pk in (self.drafter_id, self.applicant_id)

    def can_complete(self, user: User, *, at: datetime) -> bool:
        """Who says that it is done, while the permit runs or has run out, unless the matter's own page does."""
        runs = self.status in (self.Status.RUNNING, self.Status.EXPIRED)
        return runs and self.is_completed_by(user, at=at) and self.matter.business(self) is None

    @property
    def awaited(self) -> str:
        """Whom a running permit waits for, in words."""
        roles = "・".join(RoleCode(code).label for code in self.matter.completed_by)
        return f"{roles}の記録" if roles else "申請者の完了"

    def is_completed_by(self, user: User, *, at: datetime, hats: Iterable[Standing] | None = None) -> bool:
        """The applicant, the drafter, and the roles that carry it out."""
        if user.pk in (self.drafter_id, self.applicant_id):
            return True
        roles = self.matter.completed_by
        worn = () if not roles else standings(user, at=at) if hats is None else hats
        return any(hat.role.code in roles and self._fits(hat, at=at) for hat in worn)

    def can_recall(self, user: User, *, at: datetime) -> bool:
        """Whoever may act in a seat of the last step, for a permit that runs."""
        last = self.steps.filter(version=self.version).prefetch_related("seats__department__parent").last()
        if self.status not in (self.Status.RUNNING, self.Status.EXPIRED) or last is None:
            return False
        roster, barred = Roster(at), self.barred
        return any(row.person == user for seat in last.seats.all() for row in roster.able(seat.chair, seat.department, barred))
