"""Questions about the reports to authorities."""

from datetime import date, datetime
from typing import Self

from django.db import models

from incidents.chain import Party
from incidents.parties import Reach, Reached
from musashimurayama_isms.accounts.models import User

OPEN = ("undecided", "waiting")
UNASKED = (Party.SECTION_OFFICER, Party.DIVISION_OFFICER, Party.CENTRAL_MANAGER)  # the questions wait for step 7, the committee's


class AuthorityReportQuerySet(models.QuerySet):
    """Questions about reports; they are as visible as their incident."""

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        return self.within(reach or Reach.of(user, at=at))

    def within(self, reach: Reached) -> Self:
        """What the person of this reach sees: where a prepared question starts."""
        incidents = self.model._meta.get_field("incident").related_model.objects
        return self.filter(incident__in=incidents.submitted().within(reach).order_by().values("pk"))

    def open(self) -> Self:
        """Not sent, and not settled in another way."""
        return self.filter(status__in=OPEN)

    def real(self) -> Self:
        """Of incidents that count: a drill, a mistake and a report merged into another oblige to nothing. A closed one still does."""
        return self.filter(incident__is_drill=False).exclude(incident__status__in=("mistaken", "merged"))

    def live(self) -> Self:
        """Open ones whose clock runs."""
        return self.open().real()

    def first_stage(self) -> Self:
        """Those that the step 外部報告 of the chain waits for."""
        return self.filter(stage__is_later=False)

    def overdue(self, *, on: date) -> Self:
        """Open past their day; computed when asked, never stored."""
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Live ones that a party of this person sends; what hangs on the questions is at first the matter of those who answer them."""
        reach = reach or Reach.of(user, at=at)
        return self.to_act_on().filter(reach.as_party("holder", "incident__department"))

    def to_act_on(self) -> Self:
        """Live ones that somebody can take up now: without the questions answered, those of who answers them alone."""
        assessments = self.model._meta.get_field("incident").related_model._meta.get_field("assessments").related_model.objects
        judged = models.Exists(assessments.filter(incident=models.OuterRef("incident")))
        return self.live().exclude(~judged, status="undecided", holder__in=UNASKED)

    def with_facts(self) -> Self:
        return self.select_related("stage__authority", "incident__kind", "incident__department__parent", "decided_by")

    def by_due(self) -> Self:
        """The most urgent first, those without a day last."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "stage__authority__position", "stage__position", "pk")
