"""What whoever has ordered a measure may still change of it: draft words, the day, whether it is done at all."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from incidents.chain import Party
from incidents.handling import demand, standing_in
from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .note import Note


class Steering:
    """The part of ResponseTask that belongs to those who order, not to those who do."""

    @transaction.atomic
    def revise(
        self, *, words: str, owner: str, department: Department, due_on: date, check_on: date | None, by: User, at: datetime
    ) -> None:
        """Change a draft before the CISO has confirmed it."""
        task = self._locked()
        actor = demand(by, task.incident, *self.ORDERERS[self.Kind(task.kind)], at=at)
        if task.status != "draft":
            raise InvalidTransition("確認された措置は書き換えられません。期限の変更か取りやめを選んでください。")
        guard_owner(task.incident, owner, department, task.handed_to, at=at)
        guard_days(due_on, check_on, at=at)
        guard_check(task.kind, check_on)
        task.words, task.owner, task.department, task.due_on, task.check_on = words, owner, department, due_on, check_on
        task.save(update_fields=["words", "owner", "department", "due_on", "check_on"])
        task._record("incidents.task.revised", by, actor, at=at, owner=owner, due=due_on)

    @transaction.atomic
    def put_off(self, *, to: date, reason: str, by: User, at: datetime) -> None:
        """Another day, with a reason that stays among the notes of the incident."""
        task = self._locked()
        actor = demand(by, task.incident, *self.ORDERERS[self.Kind(task.kind)], at=at)
        if not task.is_running:
            raise InvalidTransition(f"この措置は「{task.get_status_display()}」のため、期限を変えられません。")
        if not reason.strip():
            raise ValidationError({"reason": "期限を変える理由を入力してください。"})
        gap = task.check_on - task.due_on if task.check_on else None
        guard_days(to, None, at=at)
        moved_from, task.due_on = task.due_on, to
        task.check_on = to + gap if gap is not None else None
        task.save(update_fields=["due_on", "check_on"])
        text = f"措置「{task.words}」の期限を{wareki(moved_from)}から{wareki(to)}に変更：{reason}"
        Note.objects.create(incident=task.incident, text=text, by=by, at=at)
        task._record("incidents.task.put_off", by, actor, at=at, moved_from=moved_from, due=to)

    @transaction.atomic
    def drop(self, *, reason: str, by: User, at: datetime) -> None:
        """It will not be done; the reason stays."""
        task = self._locked()
        actor = demand(by, task.incident, *self.ORDERERS[self.Kind(task.kind)], at=at)
        task.let_go(reason)
        task._record("incidents.task.dropped", by, actor, at=at)

    def let_go(self, reason: str) -> None:
        """Drop it with a reason; the caller holds the lock, has guarded the person and records it."""
        self._move_to("dropped")
        if not reason.strip():
            raise ValidationError({"reason": "取りやめる理由を入力してください。"})
        self.ending = reason
        self.save(update_fields=["status", "ending"])


def guard_owner(incident: Incident, owner: str, department: Department, handed_to: User | None, *, at: datetime) -> None:
    """Not to those from whom a report about a chief is kept; a person only in the department that answers for the deed.

    To the manager of a service or an account only where the report names one.
    """
    if standing_in(owner, incident) != owner or (
        incident.bypasses_chief
        and (owner == Party.SERVICE_MANAGER or (owner == Party.SECTION_OFFICER and department == incident.department))
    ):
        raise ValidationError({"owner": "所属長に関わる報告のため、この担当には割り当てられません。ほかの担当を選んでください。"})
    if owner == Party.SERVICE_MANAGER and not incident.has_manager:
        raise ValidationError({"owner": "この報告に外部サービスもアカウントも記されていないため、ほかの担当を選んでください。"})
    if handed_to and handed_to.pk in incident.kept_from(at=at):
        raise ValidationError({"handed_to": "所属長に関わる報告のため、この方には任せられません。ほかの方を選んでください。"})
    if handed_to and not Appointment.objects.in_force(day_of(at)).filter(person=handed_to, post__department=department).exists():
        raise ValidationError({"handed_to": "担当する人は、担当の課に所属する職員から選んでください。"})


def guard_check(kind: str, check_on: date | None) -> None:
    """The effect of a recurrence-prevention measure is always checked."""
    if kind == "prevention" and check_on is None:
        raise ValidationError({"check_on": "再発防止策では、効果を確かめる日を入力してください。"})


def guard_days(due_on: date, check_on: date | None, *, at: datetime) -> None:
    if due_on < day_of(at):
        raise ValidationError({"due_on": "期限は今日以後の日にしてください。"})
    if check_on and check_on < due_on:
        raise ValidationError({"check_on": "効果を確かめる日は、期限の日以後にしてください。"})
