"""What the 中央電子計算組織管理者 does about a violation: notice, gravity, suspension, hand-over (3.11.2.3.2, 3.11.6)."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from incidents.chain import Party
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .kind import IncidentKind
from .violation_record import ViolationRecord
from .violation_word import ViolationWord

if TYPE_CHECKING:
    from .violation import Violation

Kind = ViolationRecord.Kind
SUSPENSION, BAN = "suspension", "terminal-ban"
OVERSEER_ONLY = "この判断ができるのは、中央電子計算組織管理者だけです。"
TOLD_OF_SUSPENSION = (Party.CISO, Party.GENERAL_MANAGER, Party.DIVISION_OFFICER)


class Oversight:
    """The acts of the overseer: the 中央電子計算組織管理者, or who stands above where that one is the matter."""

    def can_oversee(self, user: User, *, at: datetime) -> bool:
        return self.is_open and self.actor(self.overseer, user, at=at) is not None

    @transaction.atomic
    def notify(self, text: str, *, by: User, at: datetime) -> None:
        """通知: the officer of the section is told and asked to see to it (3.11.6.2.1)."""
        row: Violation = self.lock()
        if row.status != row.Status.FOUND:
            raise InvalidTransition("担当者にはすでに通知されています。最新の状況を表示しました。")
        row.move_to(row.Status.NOTIFIED)
        actor = row.need(row.overseer, by, at=at, words=OVERSEER_ONLY)
        row._settle_clock(at=at)
        row.read_by(actor, at=at)
        row.write(Kind.NOTICE, text or "適切な措置を求めます。", by=by, at=at, as_role=actor.label)
        row.tell([row.handler], ViolationWord.Occasion.NOTICE, by=by, at=at)
        record(by, "incidents.violation.notified", row, role=actor.label, in_place_of=actor.in_place_of, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def weigh(self, text: str, *, is_grave: bool, by: User, at: datetime) -> None:
        """影響の判断 (3.11.2.3.2): a grave one is handled after the 業務継続計画（ICT編）; may be judged anew."""
        row = self._locked_open(by, at=at)
        row.is_grave = is_grave
        row.save(update_fields=["is_grave"])
        actor = row.actor(row.overseer, by, at=at)
        row.read_by(actor, at=at)
        words = "重大な影響のおそれあり（業務継続計画（ICT編）による）" if is_grave else "重大な影響のおそれなし"
        row.write(Kind.GRAVITY, f"{words}。{text}", by=by, at=at, as_role=actor.label)
        record(by, "incidents.violation.weighed", row, role=actor.label, in_place_of=actor.in_place_of, at=at, grave=is_grave)
        self.refresh_from_db()

    @transaction.atomic
    def dismiss(self, text: str, *, by: User, at: datetime) -> None:
        """違反ではなかった: ended with its reason, never deleted."""
        row: Violation = self.lock()
        row.move_to(row.Status.UNFOUNDED)
        actor = row.need(row.overseer, by, at=at, words=OVERSEER_ONLY)
        row.read_by(actor, at=at)
        row._settle_clock(at=at)
        row.write(Kind.UNFOUNDED, text, by=by, at=at, as_role=actor.label, is_for_person=True)
        record(by, "incidents.violation.dismissed", row, role=actor.label, in_place_of=actor.in_place_of, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def guide_again(self, text: str, *, by: User, at: datetime) -> None:
        """停止しない判断: the right of use may be stopped, it need not; the officer is asked to go on guiding."""
        row: Violation = self.lock()
        if row.status != row.Status.NOT_IMPROVED:
            raise InvalidTransition("この判断は、指導しても改善しないと報告された件だけにできます。")
        row.move_to(row.Status.NOTIFIED)
        actor = row.need(row.overseer, by, at=at, words=OVERSEER_ONLY)
        row._settle_clock(at=at)
        row.read_by(actor, at=at)
        row.write(Kind.DECISION, text, by=by, at=at, as_role=actor.label)
        row.tell([row.handler], ViolationWord.Occasion.AGAIN, by=by, at=at)
        record(by, "incidents.violation.guide_again", row, role=actor.label, in_place_of=actor.in_place_of, at=at)
        self.refresh_from_db()

    # -- suspension ------------------------------------------------------------------------------------------------
    @property
    def suspensions(self):
        """The requests by which the right of use was stopped, or is about to be."""
        return Request.objects.about(self).filter(type__code=SUSPENSION)

    @transaction.atomic
    def begin_suspension(self, *, by: User, at: datetime) -> Request:
        """A draft of the act of office that stops the right of use, with what is known; the own one that was begun before."""
        row: Violation = self.lock()
        if row.status != row.Status.NOT_IMPROVED:
            raise InvalidTransition("利用権を停止できるのは、指導しても改善しないと報告された件だけです。")
        row.need(row.overseer, by, at=at, words=OVERSEER_ONLY)
        begun = row.suspensions.filter(drafter=by, status=Request.Status.DRAFT).first()
        if begun is not None:
            return begun
        guidance = row.records.filter(kind=Kind.GUIDANCE).last()
        content = {
            "department": row.department_id,
            "violation": str(row),  # its words stay in its own file: the request has other readers
            "guided_on": day_of(row.guided_at).isoformat(),
            "guidance": guidance.text[:1000] if guidance else "",
        }
        return Request.draft(SUSPENSION, by=by, at=at, subjects=[row], content=content)

    @transaction.atomic
    def suspend(self, request: Request, *, by: User, at: datetime) -> None:
        """The act of office has been done: the three whom the policy names are told (3.11.6.2.3). In the transaction of that act."""
        row: Violation = self.lock()
        row.move_to(row.Status.SUSPENDED)
        row._settle_clock(at=at)
        if (actor := row.actor(row.overseer, by, at=at)) is not None:
            row.read_by(actor, at=at)
        row.write(Kind.SUSPENSION, f"{request}により、利用権を停止・剥奪した。", by=by, at=at, is_for_person=True)
        row.tell(TOLD_OF_SUSPENSION, ViolationWord.Occasion.SUSPENSION, by=by, at=at)
        record(by, "incidents.violation.suspended", row, at=at, number=request.number)

    @transaction.atomic
    def lift(self, request: Request, *, by: User | None, at: datetime) -> None:
        """The right of use was given back: the matter is over. In the transaction of that act."""
        row: Violation = self.lock()
        row.move_to(row.Status.LIFTED)
        row._settle_clock(at=at)
        row.write(Kind.LIFTED, f"{request}による停止を終えた。", by=by, at=at, is_for_person=True)
        record(by, "incidents.violation.lifted", row, at=at, number=request.number)

    @transaction.atomic
    def begin_ban(self, *, by: User, at: datetime) -> Request:
        """A draft of the ban of a terminal (3.10.1.16.4), an act of office of its own.

        The officers of the section will read it: where the matter is kept from one of them, or they were not told yet, the draft
        does not speak of it.
        """
        row: Violation = self._locked_open(by, at=at)
        reason = {"reason": str(row)} if row._is_seen_by_officers(at=at) else {}
        return Request.draft(BAN, by=by, at=at, content={"department": row.department_id, **reason})

    def _is_seen_by_officers(self, *, at: datetime) -> bool:
        row = type(self).objects.filter(pk=self.pk)
        officers = {hat.person for hat in acting(RoleCode.SECTION_OFFICER, at=at, department=self.department)}
        return all(row.visible_to(officer, at=at).exists() for officer in officers)

    # -- beyond the portal -----------------------------------------------------------------------------------------
    @transaction.atomic
    def hand_over(self, text: str, *, on: date, by: User, at: datetime) -> None:
        """職員課への引継ぎ: that it was handed over for discipline is recorded, no more (3.11.6.1)."""
        row: Violation = self.lock()
        actor = row.need(row.overseer, by, at=at, words=OVERSEER_ONLY)
        if row.status in (row.Status.FOUND, row.Status.UNFOUNDED):
            raise InvalidTransition(f"この件は「{row.get_status_display()}」のため、引継ぎを記録できません。")
        if row.handed_over_on:
            raise InvalidTransition("職員課への引継ぎは、すでに記録されています。")
        if not day_of(row.reported_at) <= on <= day_of(at):
            raise ValidationError({"on": "引き継いだ日は、報告の日から今日までの日を入力してください。"})
        row.handed_over_on = on
        row.save(update_fields=["handed_over_on"])
        row.write(Kind.HAND_OVER, text or "職員課へ引き継いだ。", by=by, at=at, as_role=actor.label)
        until = {"on": on.isoformat()}
        record(by, "incidents.violation.handed_over", row, role=actor.label, in_place_of=actor.in_place_of, at=at, **until)
        self.refresh_from_db()

    @transaction.atomic
    def begin_incident(self, *, by: User, at: datetime) -> Incident:
        """A draft of an incident with what was found, where it is one as well; past the chief where the chief is the matter."""
        row = self._locked_open(by, at=at)
        if row.incident is None or row.incident.status == Incident.Status.DISCARDED:
            row.incident = Incident.objects.create(
                reporter=by,
                department=row.department,
                kind=IncidentKind.objects.get(code="other"),
                noticed_at=row.reported_at,
                occurred_at=row.happened_at,
                personal_information=Incident.Answer.UNKNOWN,
                summary=row.what,
                bypasses_chief=row.is_narrow,
            )
            row.save(update_fields=["incident"])
            record(by, "incidents.violation.became_incident", row, at=at)
        self.refresh_from_db()
        return row.incident

    def _locked_open(self, user: User, *, at: datetime) -> "Violation":
        row: Violation = self.lock()
        if not row.is_open:
            raise InvalidTransition("この件は終わっています。最新の状況を表示しました。")
        if row.actor(row.overseer, user, at=at) is None:
            raise PermissionDenied(OVERSEER_ONLY)
        return row

    def read_by(self, actor, *, at: datetime) -> None:
        """Whoever acts on it has read what was told before."""
        for word in self.words.pending():
            word.violation = self
            if word.actor(actor.person, at=at):
                word.close(actor, at=at)
