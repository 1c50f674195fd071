"""What has to be done because of an incident, tracked to its end: decisions, orders, recurrence prevention, the CISO's instructions."""

from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse

from incidents.chain import Party, StepCode
from incidents.handling import Spoken, acted, actor_of, guard_drill, guard_open
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .incident_meeting import RUNNERS, IncidentMeeting
from .oral import OralEntry
from .response_task_set import ResponseTaskQuerySet
from .response_task_steering import Steering, guard_check, guard_days, guard_owner
from .writing import write

OWNERS = [choice for choice in Party.choices if choice[0] != Party.REPORTER]
CHECKERS = (Party.COMMITTEE, Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER, Party.CISO)


class ResponseTask(Steering, models.Model):
    """One tracked measure: it belongs to a party of a department and so follows the post, whoever holds it."""

    class Kind(models.TextChoices):
        DECISION = "decision", "会議の決定"
        ORDER = "order", "応急措置の指示"
        PREVENTION = "prevention", "再発防止策"
        INSTRUCTION = "instruction", "CISOの指示"

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        OPEN = "open", "実施待ち"
        DONE = "done", "実施済み"
        EFFECTIVE = "effective", "効果あり"
        INEFFECTIVE = "ineffective", "効果なし"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {
        Status.DRAFT: {Status.OPEN, Status.DROPPED},
        Status.OPEN: {Status.DONE, Status.DROPPED},
        Status.DONE: {Status.EFFECTIVE, Status.INEFFECTIVE},
        Status.EFFECTIVE: set(),
        Status.INEFFECTIVE: set(),
        Status.DROPPED: set(),
    }
    ORDERERS = {
        Kind.DECISION: RUNNERS,
        Kind.ORDER: (Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER),
        Kind.PREVENTION: (Party.COMMITTEE,),
        Kind.INSTRUCTION: (Party.CISO,),
    }

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField("種類", max_length=16, choices=Kind)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.OPEN)
    words = models.TextField("すること", max_length=2000)
    owner = models.CharField("担当", max_length=32, choices=OWNERS)
    department = models.ForeignKey(Department, verbose_name="担当の課", on_delete=models.PROTECT, related_name="+")
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="担当する人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("期限")
    check_on = models.DateField("効果を確かめる日", null=True, blank=True)
    meeting = models.ForeignKey(
        IncidentMeeting, verbose_name="決めた会議", null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    follows = models.ForeignKey("self", verbose_name="前の措置", null=True, blank=True, on_delete=models.PROTECT, related_name="followers")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="決めた人", on_delete=models.PROTECT, related_name="+")
    ordered_as = models.CharField("役割", max_length=200)
    ordered_at = models.DateTimeField("決めた日時")
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="実施した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_as = models.CharField("役割", max_length=200, blank=True)
    done_at = models.DateTimeField("実施日時", null=True, blank=True)
    done_note = models.TextField("したこと", blank=True, max_length=2000)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="効果を確かめた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_as = models.CharField("役割", max_length=200, blank=True)
    checked_at = models.DateTimeField("効果を確かめた日時", null=True, blank=True)
    ending = models.TextField("効果・取りやめの理由", blank=True, max_length=2000)

    objects = ResponseTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "措置"
        verbose_name_plural = "措置"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["status", "due_on"]), models.Index(fields=["owner", "department", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=("done", "effective", "ineffective")) | Q(done_at__isnull=False),
                name="incidents_responsetask_done_has_time",
            ),
            models.CheckConstraint(
                condition=Q(check_on__isnull=True) | Q(check_on__gte=F("due_on")), name="incidents_responsetask_check_follows"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("done_by")), name="incidents_responsetask_checked_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:task", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_unchecked(self) -> bool:
        return self.status == self.Status.DONE and self.check_on is not None

    @property
    def waits_until(self) -> date | None:
        """The day that counts now: for the deed, or for the check of its effect."""
        if self.status in (self.Status.OPEN, self.Status.DRAFT):
            return self.due_on
        return self.check_on if self.is_unchecked else None

    def is_overdue(self, *, on: date) -> bool:
        return self.status != self.Status.DRAFT and self.waits_until is not None and self.waits_until < on

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, *, at: datetime) -> list[Actor]:
        """Who may do it: the person it is handed to while in that department, and whoever acts for the party."""
        found = self.incident.able(self.owner, at=at, department=self.department)
        known = {*self.incident.kept_from(at=at), *(actor.person.pk for actor in found)}
        if self.handed_to and self.handed_to.pk not in known and self._is_there(self.handed_to, at=at):
            found = [Actor(self.handed_to, f"{self.department.name}の担当"), *found]
        return found

    def one_up(self, *, at: datetime) -> list[Actor]:
        """Who stands above its party."""
        return self.incident.one_up(self.owner, at=at, department=self.department)

    def _is_there(self, user: User, *, at: datetime) -> bool:
        return Appointment.objects.in_force(day_of(at)).serving(day_of(at)).filter(person=user, post__department=self.department).exists()

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        """The person as one who may do it now, or None; serves button and method alike."""
        return next((row for row in self.able(at=at) if row.person.pk == user.pk), None) if self.is_running else None

    def checker(self, user: User, *, at: datetime) -> Actor | None:
        """The person as one who may check its effect: never who did it, nor who has to do it (separation by person)."""
        if not self.is_unchecked or user.pk in {self.done_by_id, *(row.person.pk for row in self.able(at=at))}:
            return None
        return actor_of(user, self.incident, *CHECKERS, at=at)

    def can_steer(self, user: User, *, at: datetime) -> bool:
        """Whoever may order such a thing may also put it off or drop it."""
        return actor_of(user, self.incident, *self.ORDERERS[self.Kind(self.kind)], at=at) is not None

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def order(
        cls,
        incident: Incident,
        kind: str,
        *,
        words: str,
        owner: str,
        department: Department,
        due_on: date,
        by: User,
        at: datetime,
        check_on: date | None = None,
        handed_to: User | None = None,
        meeting: IncidentMeeting | None = None,
        spoken: Spoken | None = None,
    ) -> "ResponseTask":
        """Enter a measure with its owner and its day; a recurrence-prevention measure is a draft until the CISO confirms it.

        Raises PermissionDenied for who may not order such a thing, ValidationError where owner or days do not fit.
        """
        incident = incident.lock()
        guard_open(incident)
        act = acted(incident, *cls.ORDERERS[cls.Kind(kind)], by=by, at=at, spoken=spoken)
        if (kind == cls.Kind.DECISION) != (meeting is not None) or (meeting and meeting.status != IncidentMeeting.Status.HELD):
            raise InvalidTransition("会議の決定は、開催を記録した会議から入力してください。")
        if kind == cls.Kind.PREVENTION and incident.steps.filter(code=StepCode.PREVENTION, done_at__isnull=False).exists():
            raise InvalidTransition("再発防止策はCISOに報告済みです。差戻しの後か、CISOの指示として追加してください。")
        guard_owner(incident, owner, department, handed_to, at=at)
        guard_days(due_on, check_on, at=at)
        guard_check(kind, check_on)
        task = cls.objects.create(
            incident=incident,
            kind=kind,
            status=cls.Status.DRAFT if kind == cls.Kind.PREVENTION else cls.Status.OPEN,
            words=words,
            owner=owner,
            department=department,
            handed_to=handed_to,
            due_on=due_on,
            check_on=check_on,
            meeting=meeting,
            ordered_by=act.actor.person,
            ordered_as=act.actor.label,
            ordered_at=act.at,
        )
        if act.hand and spoken:
            OralEntry.of_order(incident, spoken, act.actor, by=by, at=at, task=task)
        write("incidents.task.ordered", incident, act.actor, act.hand, at=act.at, task=task.pk, kind=kind, owner=owner, due=due_on)
        return task

    def open_draft(self) -> None:
        """The CISO has confirmed it: from now on it waits for its owner. The caller holds the lock and records the confirmation."""
        self._move_to(self.Status.OPEN)
        self.save(update_fields=["status"])

    @transaction.atomic
    def complete(self, *, note: str, by: User, at: datetime) -> None:
        """Its owner says what was done; evidence is attached to the task."""
        task = self._locked()
        guard_drill(task.incident)
        task._move_to(self.Status.DONE)
        actor = next((row for row in task.able(at=at) if row.person.pk == by.pk), None)
        if actor is None:
            raise PermissionDenied("実施を記録できるのは担当の方だけです。")
        if not note.strip():
            raise ValidationError({"note": "何をしたかを入力してください。"})
        task.done_by, task.done_as, task.done_at, task.done_note = by, actor.label, at, note
        task.save(update_fields=["status", "done_by", "done_as", "done_at", "done_note"])
        task._record("incidents.task.done", by, actor, at=at)

    @transaction.atomic
    def check_effect(
        self, *, effective: bool, words: str, by: User, at: datetime, again_due_on: date | None = None
    ) -> "ResponseTask | None":
        """Somebody other than its owner looks whether it works; where it does not, a new measure follows, due on `again_due_on`."""
        task = self._locked()
        guard_drill(task.incident)
        actor = task.checker(by, at=at)
        task._move_to(self.Status.EFFECTIVE if effective else self.Status.INEFFECTIVE)
        if actor is None:
            raise PermissionDenied(
                "効果を確かめられるのは、担当の方と実施した方を除く、委員会・中央電子計算組織管理者・総括管理者・CISOです。"
            )
        if not words.strip():
            raise ValidationError({"words": "どのように確かめたかを入力してください。"})
        if not effective and again_due_on is None:
            raise ValidationError({"again_due_on": "効果がないときは、新しい措置の期限を入力してください。"})
        task.checked_by, task.checked_as, task.checked_at, task.ending = by, actor.label, at, words
        task.save(update_fields=["status", "checked_by", "checked_as", "checked_at", "ending"])
        follower = None if effective else task._follow(again_due_on, by, actor, at=at)
        task._record("incidents.task.checked", by, actor, at=at, effective=effective)
        return follower

    def _follow(self, due_on: date, by: User, actor: Actor, *, at: datetime) -> "ResponseTask":
        """The new measure in the place of one that did not work: same owner, checked as long after as the first one."""
        guard_days(due_on, None, at=at)
        return ResponseTask.objects.create(
            incident=self.incident,
            kind=self.kind,
            words=f"効果のある方法に改める：{self.words}"[:2000],
            owner=self.owner,
            department=self.department,
            handed_to=self.handed_to,
            due_on=due_on,
            check_on=due_on + (self.check_on - self.due_on),
            follows=self,
            ordered_by=by,
            ordered_as=actor.label,
            ordered_at=at,
        )

    def _locked(self) -> "ResponseTask":
        """Read again under the incident's lock; tasks outlive the closing of their incident, for they are tracked to the end."""
        incident = self.incident.lock()
        task = ResponseTask.objects.select_related("department__parent", "handed_to").get(pk=self.pk)
        task.incident = incident
        return task

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)] or (self.status == self.Status.DONE and self.check_on is None):
            raise InvalidTransition(f"この措置は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _record(self, verb: str, by: User, actor: Actor, *, at: datetime, **changes) -> None:
        record(by, verb, self.incident, role=actor.label, in_place_of=actor.in_place_of, at=at, task=self.pk, **changes)
