"""What the page of a consultation shows: what it wants from me, the thread, what it has become."""

from datetime import datetime
from functools import cached_property

from incidents.alert_pages import with_files
from incidents.models import Consultation, ConsultationMessage, Incident
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.models import Entry


class ConsultationPage:
    """Everything about one consultation for one person at a moment."""

    def __init__(self, consultation: Consultation, user: User, *, at: datetime) -> None:
        self.consultation, self.user, self.at = consultation, user, at

    @property
    def is_mine(self) -> bool:
        return self.consultation.is_of(self.user)

    @cached_property
    def answerers(self) -> list:
        return self.consultation.answering(at=self.at)

    @property
    def can_answer(self) -> bool:
        return self.consultation.status != Consultation.Status.CLOSED and any(row.person.pk == self.user.pk for row in self.answerers)

    @property
    def waits_for_me(self) -> bool:
        return self.can_answer and self.consultation.status == Consultation.Status.ASKED

    @property
    def can_close(self) -> bool:
        return self.consultation.status != Consultation.Status.CLOSED and (self.is_mine or self.can_answer)

    @cached_property
    def messages(self) -> list[ConsultationMessage]:
        """The thread, each message with its files; two queries."""
        return with_files(self.consultation.messages.select_related("by"))

    @cached_property
    def advice(self) -> str:
        """The way onward that the latest answer names."""
        answers = [row for row in self.messages if row.kind == ConsultationMessage.Kind.ANSWER]
        return answers[-1].advice if answers else ""

    @property
    def advises_exception(self) -> bool:
        return self.is_mine and self.advice == ConsultationMessage.Advice.EXCEPTION and not self.consultation.has_request

    @property
    def advises_incident(self) -> bool:
        return self.is_mine and self.advice == ConsultationMessage.Advice.INCIDENT and not self.has_incident

    @property
    def has_incident(self) -> bool:
        incident = self.consultation.incident
        return incident is not None and incident.status != Incident.Status.DISCARDED

    @cached_property
    def entries(self):
        return Entry.objects.about(self.consultation)
