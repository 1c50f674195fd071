"""A meeting about one incident: 情報セキュリティ会議 or 緊急対策会議, called by telephone, held, with minutes (3.9.3.2, 3.4.2.5)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.chain import Party
from incidents.handling import actor_of, demand, guard_open, standing_in
from incidents.parties import COMMITTEE_CODE, Actor, actors
from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .incident_grant import IncidentGrant
from .triage import Triage

RUNNERS = (Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER, Party.COMMITTEE)


class IncidentMeetingQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As visible as the incident."""
        return self.filter(incident__in=Incident.objects.submitted().visible_to(user, at=at).order_by().values("pk"))

    def waiting_for(self, user: User) -> Self:
        """Called and not yet held, of an incident that goes on, with this person among the members."""
        return self.called().filter(incident__status__in=Incident.OPEN, members__person=user)

    def called(self) -> Self:
        """Neither held nor cancelled."""
        return self.filter(status=IncidentMeeting.Status.CALLED)


class IncidentMeeting(models.Model):
    """One meeting of one incident; the committee's own business with agenda and quorum is another matter (approvals.Meeting)."""

    class Kind(models.TextChoices):
        SECURITY = "security", "情報セキュリティ会議"
        EMERGENCY = "emergency", "緊急対策会議"

    class Status(models.TextChoices):
        CALLED = "called", "招集"
        HELD = "held", "開催済み"
        CANCELLED = "cancelled", "中止"

    TRANSITIONS = {Status.CALLED: {Status.HELD, Status.CANCELLED}, Status.HELD: set(), Status.CANCELLED: set()}
    # Who convenes it: the 総括管理者, whose secretariat may do it for him; the 中央管理者 on the 総括管理者's order.
    CALLERS = {
        Kind.SECURITY: (Party.GENERAL_MANAGER, Party.COMMITTEE),
        Kind.EMERGENCY: (Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER),
    }
    ALLOWED_BY = {
        Kind.SECURITY: (Triage.Outcome.SECURITY,),
        Kind.EMERGENCY: (Triage.Outcome.EMERGENCY, Triage.Outcome.SECURITY),
    }

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField("会議", max_length=16, choices=Kind)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.CALLED, db_index=True)
    planned_at = models.DateTimeField("予定日時")
    place = models.CharField("場所", max_length=200)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="招集した人", on_delete=models.PROTECT, related_name="+")
    called_as = models.CharField("役割", max_length=200)
    called_at = models.DateTimeField("招集日時")
    held_at = models.DateTimeField("開催日時", null=True, blank=True)
    minutes = models.TextField("議事の記録", blank=True, max_length=20000)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("記録日時", null=True, blank=True)
    ending = models.CharField("中止の理由", max_length=500, blank=True)

    objects = IncidentMeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "インシデントの会議"
        verbose_name_plural = "インシデントの会議"
        ordering = ["planned_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="held") | (Q(held_at__isnull=False) & ~Q(minutes="")), name="incidents_incidentmeeting_held_has_minutes"
            ),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(ending=""), name="incidents_incidentmeeting_cancelled_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"

    @property
    def is_called(self) -> bool:
        return self.status == self.Status.CALLED

    def can_run(self, user: User, *, at: datetime) -> bool:
        """総括管理者, 中央管理者 and the committee's people keep the list of calls, the attendance and the minutes."""
        return actor_of(user, self.incident, *RUNNERS, at=at) is not None

    @classmethod
    def can_call(cls, user: User, incident: Incident, kind: str, *, at: datetime) -> bool:
        return actor_of(user, incident, *cls.CALLERS[cls.Kind(kind)], at=at) is not None

    @classmethod
    def usual_members(cls, incident: Incident, kind: str, *, at: datetime) -> list[User]:
        """Those who belong to it: the committee's members, or the roles of incidents.emergency_meeting_members; not the chief concerned."""
        if kind == cls.Kind.SECURITY:
            committee = Committee.objects.filter(code=COMMITTEE_CODE).first()
            found = list(committee.members(day_of(at))) if committee else []
        else:
            roles = [standing_in(role, incident) if role in Party else role for role in value("incidents.emergency_meeting_members")]
            found = [actor.person for role in roles for actor in actors(role, incident.department, at=at)]
        left_out = _concerned(incident, at=at)
        return list({user.pk: user for user in found if user.pk not in left_out}.values())

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def call(
        cls, incident: Incident, kind: str, *, planned_at: datetime, place: str, members: Iterable[User], by: User, at: datetime
    ) -> "IncidentMeeting":
        """Convene it as the judgement of step 5 says; each member may read the incident's file until some time after the day.

        Raises InvalidTransition where no such judgement stands, ValidationError where the chief who is the matter is among
        the members or nobody is.
        """
        incident = incident.lock()
        guard_open(incident)
        actor = demand(by, incident, *cls.CALLERS[cls.Kind(kind)], at=at)
        now = incident.triages.last()
        if now is None or now.outcome not in cls.ALLOWED_BY[cls.Kind(kind)]:
            raise InvalidTransition("総括管理者の判断（第5段）で招集することになっている会議だけを招集できます。")
        members = list(members)
        if not members:
            raise ValidationError({"members": "会議に出る人を選んでください。"})
        if _concerned(incident, at=at) & {user.pk for user in members}:
            raise ValidationError({"members": "所属長に関わる報告のため、その所属長を会議に呼ぶことはできません。"})
        meeting = cls.objects.create(
            incident=incident, kind=kind, planned_at=planned_at, place=place, called_by=by, called_as=actor.label, called_at=at
        )
        until = day_of(max(planned_at, at)) + timedelta(days=value("incidents.meeting_reading_days"))
        for user in members:
            MeetingMember.objects.create(meeting=meeting, person=user)
            IncidentGrant.give(incident, user, reason=f"{meeting.get_kind_display()}への出席", until=until, by=by, at=at)
        meeting._record("incidents.meeting.called", by, actor, at=at, kind=kind, count=len(members))
        return meeting

    @transaction.atomic
    def hold(self, *, held_at: datetime, attended: Iterable[User], minutes: str, by: User, at: datetime) -> None:
        """It has met: who was there, what was said; what it decided follows as tasks (ResponseTask.order)."""
        meeting, actor = self._opened(by, at=at)
        meeting._move_to(self.Status.HELD)
        if held_at > at:
            raise ValidationError({"held_at": "日時が未来になっています。開催した日時を入力してください。"})
        if not minutes.strip():
            raise ValidationError({"minutes": "話し合ったことを入力してください。"})
        there = {user.pk for user in attended}
        for member in meeting.members.all():
            member.attended = member.person_id in there
            member.save(update_fields=["attended"])
        meeting.held_at, meeting.minutes, meeting.closed_by, meeting.closed_at = held_at, minutes, by, at
        meeting.save(update_fields=["status", "held_at", "minutes", "closed_by", "closed_at"])
        meeting._record("incidents.meeting.held", by, actor, at=at, kind=meeting.kind, count=len(there))

    @transaction.atomic
    def cancel(self, *, reason: str, by: User, at: datetime) -> None:
        """It does not take place; the reason stays, its members are told and read the report no longer."""
        meeting, actor = self._opened(by, at=at)
        meeting._call_off(reason, by=by, at=at)
        meeting.record_off(by, actor, at=at)

    @classmethod
    def call_off_all(cls, incident: Incident, reason: str, *, by: User, at: datetime) -> list["IncidentMeeting"]:
        """The incident ends: what is only called does not take place.

        The caller holds the incident's lock, has guarded the person, and records each one (`record_off`) after the last lock.
        """
        rows = list(cls.objects.called().filter(incident=incident))
        for meeting in rows:
            meeting.incident = incident
            meeting._call_off(reason, by=by, at=at)
        return rows

    def record_off(self, by: User, actor: Actor, *, at: datetime) -> None:
        """Its members hear that it does not take place."""
        self._record("incidents.meeting.cancelled", by, actor, at=at, kind=self.kind)

    def _call_off(self, reason: str, *, by: User, at: datetime) -> None:
        self._move_to(self.Status.CANCELLED)
        if not reason.strip():
            raise ValidationError({"reason": "中止する理由を入力してください。"})
        self.ending, self.closed_by, self.closed_at = reason, by, at
        self.save(update_fields=["status", "ending", "closed_by", "closed_at"])
        elsewhere = MeetingMember.objects.filter(meeting__incident=self.incident).exclude(meeting__status=self.Status.CANCELLED)
        grants = IncidentGrant.objects.open().filter(incident=self.incident, person__in=self.members.values("person"))
        for grant in grants.exclude(person__in=elsewhere.values("person")).select_related("person"):
            grant.incident = self.incident
            grant.end(at=at)

    def _opened(self, by: User, *, at: datetime) -> tuple["IncidentMeeting", Actor]:
        incident = self.incident.lock()
        guard_open(incident)
        meeting = IncidentMeeting.objects.get(pk=self.pk)
        meeting.incident = incident
        return meeting, demand(by, incident, *RUNNERS, at=at)

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この会議は「{self.get_status_display()}」のため、変更できません。")
        self.status = status

    def _record(self, verb: str, by: User, actor: Actor, *, at: datetime, **changes) -> None:
        record(by, verb, self.incident, role=actor.label, in_place_of=actor.in_place_of, at=at, meeting=self.pk, **changes)


class MeetingMember(models.Model):
    """One person called to a meeting: reached by telephone or not, there or not."""

    class Reached(models.TextChoices):
        NOT_YET = "not_yet", "未連絡"
        COMING = "coming", "出席の返事"
        NOT_COMING = "not_coming", "欠席の返事"
        NO_ANSWER = "no_answer", "応答なし"

    meeting = models.ForeignKey(IncidentMeeting, verbose_name="会議", on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.PROTECT, related_name="+")
    reached = models.CharField("連絡", max_length=16, choices=Reached, default=Reached.NOT_YET)
    reached_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="連絡した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reached_at = models.DateTimeField("連絡日時", null=True, blank=True)
    attended = models.BooleanField("出席", null=True, blank=True)

    class Meta:
        verbose_name = "会議に出る人"
        verbose_name_plural = "会議に出る人"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="incidents_meetingmember_once")]

    def __str__(self) -> str:
        return f"{self.meeting}（{self.person}）"

    @transaction.atomic
    def tick(self, reached: str, *, by: User, at: datetime) -> None:
        """Called by telephone: coming, not coming, no answer; a member may answer for oneself."""
        incident = self.meeting.incident.lock()
        meeting = IncidentMeeting.objects.get(pk=self.meeting_id)
        if not meeting.is_called:
            raise InvalidTransition("この会議の連絡はすでに終わっています。")
        role = "会議に出る人" if self.person_id == by.pk else demand(by, incident, *RUNNERS, at=at).label
        self.reached, self.reached_by, self.reached_at = self.Reached(reached), by, at
        self.save(update_fields=["reached", "reached_by", "reached_at"])
        record(by, "incidents.meeting.reached", incident, role=role, at=at, meeting=meeting.pk, member=self.person.name, reply=reached)


def _concerned(incident: Incident, *, at: datetime) -> set[int]:
    """The chief who is the matter of a report that goes past him, and who stands in for that chief."""
    if not incident.bypasses_chief:
        return set()
    return {*incident.kept_from(at=at), *(actor.person.pk for actor in actors(Party.SECTION_OFFICER, incident.department, at=at))}
