"""Questions about requests; `visible_to` is where every look-up starts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from guardian.shortcuts import get_objects_for_user

from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.seats import is_of_a_committee
from musashimurayama_isms.accounts.standing import Standing, answered_departments, day_of, standings
from musashimurayama_isms.jobs.subjects import key_of

from ..matters import confined
from .request_type import Chair, RequestType

WIDE = {RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER}
LOCAL = {RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER}


@dataclass(frozen=True)
class Reach:
    """What one person reaches at a moment: roles of the whole city, sections and divisions answered for, the committee."""

    user: User
    city: frozenset[str]
    sections: frozenset[int]
    divisions: frozenset[int]
    homes: frozenset[int]
    is_of_committee: bool

    @classmethod
    def of(cls, user: User, *, at: datetime, hats: list[Standing] | None = None) -> "Reach":
        """The reach of a person; `hats` are the standings where the caller has asked for them already."""
        hats = standings(user, at=at) if hats is None else hats
        return cls(
            user=user,
            city=frozenset(hat.role.code for hat in hats if hat.role.reach == hat.role.Reach.CITY and hat.scope == "any"),
            sections=frozenset(answered_departments(hats, RoleCode.SECTION_OFFICER)),
            divisions=frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
            homes=frozenset(hat.department.pk for hat in hats),
            is_of_committee=once(("of_committee", user.pk), lambda: is_of_a_committee(user, on=day_of(at)), at=at),
        )

    @property
    def is_wide(self) -> bool:
        """CISO, 総括管理者 and 中央管理者 see every request of the city that has left its drafter."""
        return bool(self.city & WIDE)

    @property
    def sees_committee(self) -> bool:
        """The committee's room: its members and secretariat, and the roles that see the whole city."""
        return self.is_of_committee or self.is_wide

    @property
    def chairs(self) -> set[str]:
        """The chairs this person may sit on, somewhere."""
        found = set(self.city) & set(Chair.values)
        found |= {Chair.SECTION_OFFICER.value} if self.sections else set()
        return found | ({Chair.DIVISION_OFFICER.value} if self.divisions else set())

    def of_department(self, field: str = "department") -> Q:
        """Rows of the sections and divisions that the person answers for."""
        inside = Q(**{f"{field}__in": self.divisions}) | Q(**{f"{field}__parent__in": self.divisions})
        return Q(**{f"{field}__in": self.sections}) | inside

    def as_recipient(self, field: str = "department") -> Q:
        """Rows sent to a department that the person belongs to or answers for; what goes to a 部 is for its sections too."""
        mine = self.homes | self.sections | self.divisions
        return Q(**{f"{field}__in": mine}) | Q(**{f"{field}__children__in": self.homes})


class RequestQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """Own ones; of what has left its drafter: those one decides or has decided, of one's sections, of the city for the wide roles.

        And what was granted person by person. Drafts are their drafter's alone.
        """
        reach = reach or Reach.of(user, at=at or timezone.now())
        sent = ~Q(status__in=self.model.PRIVATE)
        mine = Q(drafter=user) | (sent & (Q(applicant=user) | self._granted(user)))
        if reach.is_wide:
            return self.filter(mine | sent)
        role = self._decides(reach) | self._may_submit(reach) | self._is_named(user)
        open_to_section = reach.of_department() & ~Q(type__code__in=confined())
        return self.filter(mine | (sent & (open_to_section | role)))

    def _granted(self, user: User) -> Q:
        """What was granted to the person; nothing is ever granted to a group, and to ask for groups would walk through all rows."""
        granted = get_objects_for_user(user, "approvals.view_request", klass=self.model, with_superuser=False, use_groups=False)
        return Q(pk__in=granted.values("pk"))

    def _decides(self, reach: Reach) -> Q:
        """Requests with a seat for one of the person's roles."""
        seats = self._seats().filter(Q(chair__in=reach.city & set(Chair.values)) | (Q(chair__in=LOCAL) & reach.of_department()))
        found = Q(Exists(seats))
        if reach.is_of_committee:
            found |= Q(Exists(self._seats().filter(chair=Chair.COMMITTEE)))
        return found

    def _may_submit(self, reach: Reach) -> Q:
        """Drafts handed to a role of the whole city that sees nothing else, such as the auditors."""
        if not reach.city:
            return Q(pk__in=[])
        applicants = RequestType.objects.values_list("pk", "applicants")
        return Q(status=self.model.Status.PREPARED, type__in=[pk for pk, roles in applicants if reach.city & set(roles)])

    def _seats(self) -> models.QuerySet:
        seat = self.model._meta.get_field("steps").related_model._meta.get_field("seats").related_model
        return seat.objects.filter(step__request=OuterRef("pk"))

    def _is_named(self, user: User) -> Q:
        """Those who have decided, or in whose name somebody has."""
        decision = self.model._meta.get_field("decisions").related_model
        return Q(Exists(decision.objects.filter(Q(person=user) | Q(in_place_of=user), request=OuterRef("pk"))))

    def about(self, subject: models.Model) -> Self:
        """The requests about one subject, newest first."""
        content_type = ContentType.objects.get_for_model(subject)
        return self.filter(subjects__content_type=content_type, subjects__object_id=key_of(subject)).order_by("-created_at")

    def live(self) -> Self:
        """Those in which something is still to happen, drafts left out."""
        return self.filter(status__in=self.model.LIVE)

    def undecided(self) -> Self:
        return self.filter(status__in=self.model.UNDECIDED)

    def running(self) -> Self:
        return self.filter(status=self.model.Status.RUNNING)

    def over(self, *, on: date) -> Self:
        """Permits whose last day is over."""
        return self.running().filter(ends_on__lt=on)

    def decided(self) -> Self:
        """Permitted or refused, whatever became of the permit afterwards."""
        return self.filter(status__in=self.model.DECIDED)

    def prepared(self) -> Self:
        """Handed over by their drafters, waiting for an applicant to submit them; `applying` says for whom."""
        return self.filter(status=self.model.Status.PREPARED)

    def for_list(self) -> Self:
        return self.select_related("type", "department__parent", "drafter", "applicant")

    def with_run(self) -> Self:
        """With versions, steps, decisions and overrides: all that the page of one request asks for."""
        return self.for_list().prefetch_related(
            "subjects__object",
            "united",
            "versions",
            "steps__seats__department__parent",
            "steps__seats__decision__person",
            "steps__seats__decision__in_place_of",
            "decisions__person",
            "decisions__in_place_of",
            "decisions__entered_by",
            "waivers__person",
            "waivers__asked_by",
            "waivers__answered_by",
        )
