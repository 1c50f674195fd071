"""How an external service moves from stage to stage; each gate is the list of the stage before it (3.12.3.3 to 3.12.3.7)."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from assets.criteria import Stage
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .checklist import Checklist
from .permit import finish, lock_running
from .service_manager import ServiceManager

REVIEW = "external-service-review"
REVIEW_LEAD = 30  # days before the due day on which it appears on the desk
INSTRUCTION = "外部サービスの画面で「定期の確認」の項目に答えてください。確認を終えると、この業務も済みになります。"


class ServiceLife:
    """Transitions; the rows are those of ExternalService, whose part this is."""

    # -- by the permit -----------------------------------------------------------------------------------------------
    def approve(self, permit: Request, facts: Mapping[str, Any], manager: User, *, by: User, at: datetime) -> None:
        """The use is permitted: enter it as an approved service and name its manager (3.12.3.4.3). In the permit's transaction."""
        service = self.lock()
        service.move_to(self.Status.APPROVED)
        service.take(permit, facts)
        service.checklists.open().at_stage(Stage.SELECTION).get().close(by=by, at=at)
        Checklist.begin(Stage.PROCUREMENT, service, at=at)
        ServiceManager.name(service, manager, by=by, at=at)
        record(by, "assets.service.approved", service, at=at, permit=permit.number, until=_day(service.ends_on))

    def renew(self, permit: Request, facts: Mapping[str, Any], manager: User, *, by: User, at: datetime) -> None:
        """A new permit for a service in use: it follows the one before, which is completed. In the permit's transaction."""
        before = lock_running(self.permit)
        service = self.lock()
        if service.status not in self.APPROVED_STATES:
            raise InvalidTransition(f"この外部サービスは「{service.get_status_display()}」のため、更新できません。")
        service.take(permit, facts)
        finish(before, reason="新しい許可に引き継いだため", by=by, at=at)
        if service.manager != manager:
            ServiceManager.name(service, manager, by=by, at=at)
        record(by, "assets.service.renewed", service, at=at, permit=permit.number, until=_day(service.ends_on))

    @classmethod
    def admit(cls, permit: Request, facts: Mapping[str, Any], manager: User, *, by: User, at: datetime):
        """Enter a service below 分類Ⅱ that was permitted (3.12.4.2.2); it may be used at once. In the permit's transaction."""
        service = cls(department=permit.department, permit=permit, is_light=True, entered_by=permit.drafter, entered_at=at, **facts)
        service.status = cls.Status.IN_USE
        service.save(force_insert=True)
        ServiceManager.name(service, manager, by=by, at=at)
        service.put_in_use(by=by, at=at)
        record(by, "assets.service.approved", service, at=at, permit=permit.number, until=_day(service.ends_on))
        return service

    def lose_permit(self, reason: str, *, by: User | None, at: datetime) -> None:
        """The permit was recalled: before a contract nothing is left to do, else the end begins. In the recall's transaction."""
        service = self.lock()
        if service.status == self.Status.APPROVED:
            service.move_to(self.Status.DROPPED)
            service._leave(reason, at=at)
            record(by, "assets.service.dropped", service, at=at)
        elif service.status in (self.Status.CONTRACTED, self.Status.IN_USE):
            service.move_to(self.Status.ENDING)
            service.prepare_end(reason, by=by, at=at)

    def take(self, permit: Request, facts: Mapping[str, Any]) -> None:
        """Copy what was permitted from the permit."""
        for name, given in facts.items():
            setattr(self, name, given)
        self.permit = permit
        self.save(update_fields=["status", "permit", *facts])

    @transaction.atomic
    def drop(self, *, reason: str, by: User, at: datetime) -> None:
        """見送り: not used after all, before any contract. Whoever enters may give it up; a permit that runs is completed."""
        permit = lock_running(self.permit)
        service = self.lock()
        service.move_to(self.Status.DROPPED)
        if not service.can_enter(by, at=at):
            raise PermissionDenied("検討を取りやめられるのは、利用する課の職員と中央電子計算組織管理者です。")
        if service.request is not None:
            raise InvalidTransition("利用の申請が進んでいます。先に申請を取り下げてください。")
        service._leave(reason, at=at)
        finish(permit, reason="利用を見送ったため", by=by, at=at)
        record(by, "assets.service.dropped", service, at=at)
        self.refresh_from_db()

    # -- the stages --------------------------------------------------------------------------------------------------
    @transaction.atomic
    def note_contract(self, *, on: date, reference: str, by: User, at: datetime) -> None:
        """The contract is made: only after everything was checked against the specification (3.12.3.3.2)."""
        service = self.lock()
        service.move_to(self.Status.CONTRACTED)
        if not service.can_procure(by, at=at):
            raise PermissionDenied("契約を記録できるのは、中央電子計算組織管理者です。")
        if on > day_of(at):
            raise InvalidTransition("契約日が未来になっています。契約を結んだ日を入力してください。")
        service._close(Stage.PROCUREMENT, by=by, at=at)
        service.contracted_on, service.contract_reference = on, reference
        service.save(update_fields=["status", "contracted_on", "contract_reference"])
        Checklist.begin(Stage.BUILD, service, at=at)
        record(by, "assets.service.contracted", service, at=at, contracted_on=on.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def start_use(self, *, by: User, at: datetime) -> None:
        """Everything was checked at build (3.12.3.5.2): it may be used, and is confirmed from now on at the city's interval."""
        service = self._managed(self.Status.IN_USE, by=by, at=at)
        service._close(Stage.BUILD, by=by, at=at)
        service.put_in_use(by=by, at=at)
        self.refresh_from_db()

    def put_in_use(self, *, by: User, at: datetime) -> None:
        """Note the first day and set up the confirmation, in the caller's transaction."""
        self.used_since = day_of(at)
        self.save(update_fields=["status", "used_since"])
        Checklist.begin(self.confirmation_stage, self, at=at)
        self.set_review(by=by, at=at)
        record(by, "assets.service.put_in_use", self, at=at, since=self.used_since.isoformat())

    def set_review(self, *, by: User, at: datetime) -> None:
        """The confirmation that comes round (3.12.3.6.3), in the hands of the manager; where nobody is, of the section's officer."""
        before = day_of(at) - timedelta(days=1)  # so that the first round falls one interval from now, not today
        known = Duty.objects.filter(code=REVIEW).about(self).first()
        Duty.ensure(
            REVIEW,
            subject=self,
            by=by,
            at=at,
            title=f"外部サービスの利用状況の確認：{self.name}",
            instruction=INSTRUCTION,
            clauses=["3.12.4.1.3", "3.12.4.2.1"] if self.is_light else ["3.12.3.6.3"],
            mechanism="duty:external-service-review",
            owner=Duty.Owner.SECTION_OFFICER,
            per=Duty.Per.ONE,
            department=self.department,
            interval=Duty.Interval.MONTHS,
            every_months=value("duties.external_services_every_months"),
            anchor_on=known.anchor_on if known else before,
            day=known.day if known else before.day,
            lead_days=REVIEW_LEAD,
            hands_to=self.manager,
        )

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """The list of this round is answered: keep it, open the next one, and settle the duty that waits for it (3.12.3.6.3)."""
        service = self.lock()
        if service.status != self.Status.IN_USE:
            raise InvalidTransition(f"この外部サービスは「{service.get_status_display()}」のため、定期の確認はありません。")
        service._guard_manager(by, at=at)
        service._close(service.confirmation_stage, by=by, at=at)
        Checklist.begin(service.confirmation_stage, service, at=at)
        service._settle_round(by=by, at=at)
        record(by, "assets.service.confirmed", service, at=at)
        self.refresh_from_db()

    def _settle_round(self, *, by: User, at: datetime) -> None:
        """The round that is on the desk, if any; one confirmed early is left to its time."""
        duty = Duty.objects.filter(code=REVIEW).about(self).first()
        waiting = duty.occurrences.open().appeared(on=day_of(at)).order_by("due_on").first() if duty else None
        if waiting is not None and waiting.can_complete(by, at=at):
            waiting.complete(by=by, at=at, note="確認表に答えました。")

    @transaction.atomic
    def begin_end(self, *, reason: str, by: User, at: datetime) -> None:
        """The use is to end: from now on the list of 3.12.3.7 stands before it."""
        service = self._managed(self.Status.ENDING, by=by, at=at)
        service.prepare_end(reason, by=by, at=at)
        self.refresh_from_db()

    def prepare_end(self, reason: str, *, by: User | None, at: datetime) -> None:
        """Open the last list, in the caller's transaction; `by` None where a recalled permit ends it."""
        self.ending = reason
        self.save(update_fields=["status", "ending"])
        Checklist.leave_open(self, at=at)
        Checklist.begin(self.stage, self, at=at)
        record(by, "assets.service.ending", self, at=at)

    @transaction.atomic
    def end(self, *, by: User, at: datetime) -> None:
        """Data and accounts are gone (3.12.3.7.2): close the row, the naming, the duty and the permit."""
        permit = lock_running(self.permit)
        service = self._managed(self.Status.ENDED, by=by, at=at)
        last = Stage.LIGHT_END if service.is_light else Stage.END
        service._close(last, by=by, at=at)
        service._leave(service.ending, at=at)
        finish(permit, reason="利用を終えたため", by=by, at=at)
        record(by, "assets.service.ended", service, at=at)
        self.refresh_from_db()

    # -- what they share ---------------------------------------------------------------------------------------------
    def _managed(self, status: str, *, by: User, at: datetime):
        """The locked row in its new state, for the manager."""
        service = self.lock()
        service.move_to(status)
        service._guard_manager(by, at=at)
        return service

    def _guard_manager(self, by: User, *, at: datetime) -> None:
        if not self.can_manage(by, at=at):
            raise PermissionDenied("この手続は、外部サービス管理者が行います。")

    def _close(self, stage: str, *, by: User, at: datetime) -> None:
        self.checklists.open().at_stage(stage).get().close(by=by, at=at)

    def _leave(self, reason: str, *, at: datetime) -> None:
        """The service leaves the register of what may be used; its row stays."""
        self.ending, self.ended_on = reason, day_of(at)
        self.save(update_fields=["status", "ending", "ended_on"])
        Checklist.leave_open(self, at=at)
        ServiceManager.end_all(self, on=day_of(at))
        for duty in Duty.objects.active().about(self):
            duty.stop(at=at)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
