"""What the section's officer does about a violation: guidance, its effect, and the words of the person named (3.11.6.2)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from incidents.chain import Party
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import closing_on
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .violation_record import ViolationRecord
from .violation_word import ViolationWord

if TYPE_CHECKING:
    from .violation import Violation

Kind = ViolationRecord.Kind
HANDLER_ONLY = "この対応ができるのは、指導を担当する役割の方だけです。"


class Guidance:
    """The acts of the handler, and the answer of the person named."""

    @transaction.atomic
    def identify(self, person: User, *, by: User, at: datetime) -> None:
        """Say who it was. From now on the matter is kept from that person, and an act of that person falls to the next one up.

        One named before by mistake is let in again, but not where few know of it: whom the reporter wished kept out stays out.
        """
        row: Violation = self.lock()
        actor = row.actor(row.handler, by, at=at) or row.actor(row.overseer, by, at=at)
        if not row.is_open:
            raise InvalidTransition("この件は終わっています。最新の状況を表示しました。")
        if actor is None:
            raise PermissionDenied("違反した人を記録できるのは、指導や判断を担当する役割の方だけです。")
        if person == by:
            raise ValidationError({"person": "自分が違反した人のときは、上の職の方が記録します。"})
        if row.told_person_at:
            raise InvalidTransition("本人にはすでに伝えています。違う人のときは、違反ではないと判断して終え、新しく報告してください。")
        if row.person_id and not row.is_narrow:
            row.kept_from.remove(row.person_id)
        row.person = person
        row.kept_from.add(person)
        before = {row.handler, row.overseer}
        row.handler, row.overseer = row.resolve(Party.SECTION_OFFICER, at=at), row.resolve(Party.CENTRAL_MANAGER, at=at)
        row.is_narrow = row.is_narrow or row.handler != Party.SECTION_OFFICER
        row.save(update_fields=["person", "handler", "overseer", "is_narrow"])
        if row.status != row.Status.FOUND:
            fallen_to = [party for party in (row.handler, row.overseer) if party not in before]
            row.tell(fallen_to, ViolationWord.Occasion.NOTICE, by=by, at=at)
        record(by, "incidents.violation.identified", row, role=actor.label, in_place_of=actor.in_place_of, at=at, handler=row.handler)
        self.refresh_from_db()

    @transaction.atomic
    def guide(self, text: str, *, check_on: date, by: User, at: datetime) -> ViolationRecord:
        """指導: spoken to the person, who sees the matter from now on; `check_on` is when its effect is looked at (3.11.6.2.3)."""
        row: Violation = self.lock()
        row.move_to(row.Status.GUIDED)
        actor = row.need(row.handler, by, at=at, words=HANDLER_ONLY)
        row.read_by(actor, at=at)
        if check_on < day_of(at):
            raise ValidationError({"check_on": "過ぎた日です。改善を確かめる日は、今日か先の日にしてください。"})
        row.guided_at = at
        row.told_person_at = row.told_person_at or (at if row.person_id else None)
        row.due_at = closing_on(check_on)
        row.save(update_fields=["status", "guided_at", "told_person_at", "due_at"])
        entry = row.write(Kind.GUIDANCE, text, by=by, at=at, as_role=actor.label, is_for_person=True)
        until = {"check_on": check_on.isoformat()}
        record(by, "incidents.violation.guided", row, role=actor.label, in_place_of=actor.in_place_of, at=at, **until)
        self.refresh_from_db()
        return entry

    @transaction.atomic
    def judge(self, text: str, *, is_improved: bool, by: User, at: datetime) -> ViolationRecord:
        """改善の確認: it has improved, or the overseer is told that guidance did not help."""
        row: Violation = self.lock()
        row.move_to(row.Status.IMPROVED if is_improved else row.Status.NOT_IMPROVED)
        if row.guided_at is None:
            raise InvalidTransition("先に指導を記録してください。")
        actor = row.need(row.handler, by, at=at, words=HANDLER_ONLY)
        row.read_by(actor, at=at)
        row._settle_clock(at=at)
        entry = row.write(Kind.CHECK, text, by=by, at=at, as_role=actor.label, is_for_person=True)
        if not is_improved:
            row.tell([row.overseer], ViolationWord.Occasion.FAILED, by=by, at=at)
        verb = "incidents.violation.improved" if is_improved else "incidents.violation.not_improved"
        record(by, verb, row, role=actor.label, in_place_of=actor.in_place_of, at=at)
        self.refresh_from_db()
        return entry

    @transaction.atomic
    def settle(self, text: str, *, by: User, at: datetime) -> ViolationRecord:
        """What came of an access record that the section was asked to look at (3.10.1.6.2): no guidance is called for."""
        row: Violation = self.lock()
        if row.spec.needs_guidance:
            raise InvalidTransition("この種別は、指導を記録してから改善を確かめます。")
        row.move_to(row.Status.IMPROVED)
        actor = row.need(row.handler, by, at=at, words=HANDLER_ONLY)
        row.read_by(actor, at=at)
        row._settle_clock(at=at)
        entry = row.write(Kind.SETTLED, text, by=by, at=at, as_role=actor.label)
        record(by, "incidents.violation.settled", row, role=actor.label, in_place_of=actor.in_place_of, at=at)
        self.refresh_from_db()
        return entry

    def can_state(self, user: User) -> bool:
        """The person named may answer as long as the matter is open."""
        return self.is_open and self.person_id == user.pk and self.told_person_at is not None

    @transaction.atomic
    def state(self, text: str, *, by: User, at: datetime) -> ViolationRecord:
        """本人の説明: the words of the person named, beside those of the others."""
        row: Violation = self.lock()
        if not row.is_open:
            raise InvalidTransition("この件は終わっています。最新の状況を表示しました。")
        if not row.can_state(by):
            raise PermissionDenied("説明を書けるのは、違反したとされた本人だけです。")
        entry = row.write(Kind.STATEMENT, text, by=by, at=at, as_role="本人", is_for_person=True)
        record(by, "incidents.violation.stated", row, role="本人", at=at)
        return entry

    def can_note(self, user: User, *, at: datetime) -> bool:
        """Whoever handles it, and the reporter: facts that came later."""
        return self.reporter_id == user.pk or type(self).objects.handled_by(user, at=at).filter(pk=self.pk).exists()

    @transaction.atomic
    def note(self, text: str, *, by: User, at: datetime) -> ViolationRecord:
        """A fact added later, with what hangs on it as evidence."""
        row: Violation = self.lock()
        if not row.can_note(by, at=at):
            raise PermissionDenied("この件に追記することはできません。")
        entry = row.write(Kind.NOTE, text, by=by, at=at)
        record(by, "incidents.violation.noted", row, at=at)
        return entry

    def _settle_clock(self, *, at: datetime) -> None:
        """The next term of the new state, or the end."""
        self.restart_clock(at=at)
        if not self.is_open:
            self.ended_at = at
        self.save(update_fields=["status", "due_at", "ended_at"])
