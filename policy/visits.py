"""One look at the policy: who looks, when, at which revision; what may be seen is asked once a page."""

from datetime import date, datetime
from functools import cached_property

from django.http import Http404
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.prepared import Prepared
from policy.hands import Hands
from policy.models import Clause, Exemption, GlossaryTerm, Obligation, Revision
from policy.models.clause import ClauseQuerySet
from policy.models.document import RevisionQuerySet
from policy.models.obligation import ExemptionQuerySet, ObligationQuerySet


def _in_force(rows: RevisionQuerySet, on: date) -> RevisionQuerySet:
    return rows.of_the_policy().in_force(on).select_related("document__owner")


_IN_FORCE = Prepared(lambda on: _in_force(Revision.objects.all(), on))
_IN_FORCE_FOR_ALL = Prepared(lambda on: _in_force(Revision.objects.public(), on))


class Visit:
    """What a person sees of the policy at a moment: the revision in force, or the one with this key where it is visible."""

    def __init__(self, user: User | None, *, at: datetime, revision_pk: int | None = None) -> None:
        self.user = user
        self.at = at
        self.revision_pk = revision_pk

    @property
    def today(self) -> date:
        return day_of(self.at)

    @property
    def is_administrator(self) -> bool:
        return self.hands.is_administrator

    @cached_property
    def hands(self) -> Hands:
        """What the person may do for a text that is not in force yet."""
        return Hands.of(self.user, at=self.at)

    @property
    def revisions(self) -> RevisionQuerySet:
        """The visible revisions (the same as `visible_to`, with the person's standing asked once)."""
        rows = Revision.objects.of_the_policy().select_related("document__owner")
        return rows if self.is_administrator else rows.public(self.hands.states)

    @cached_property
    def in_force(self) -> Revision | None:
        found = (_IN_FORCE if self.is_administrator else _IN_FORCE_FOR_ALL)(on=self.today)
        return found[0] if found else None

    @cached_property
    def revision(self) -> Revision | None:
        """The revision looked at; None where none is in force. Raises Http404 for a key that is not visible."""
        if self.revision_pk is None or (self.in_force and self.in_force.pk == self.revision_pk):
            return self.in_force
        revision = self.revisions.filter(pk=self.revision_pk).first()
        if revision is None:
            raise Http404
        return revision

    @property
    def is_current(self) -> bool:
        return self.revision is not None and self.revision == self.in_force

    @cached_property
    def clauses(self) -> ClauseQuerySet:
        """The visible clauses of the revision, in the order of the document."""
        rows = Clause.objects.filter(revision=self.revision)
        return (rows if self.sees_all else rows.public()).order_by("position")

    @property
    def sees_all(self) -> bool:
        """Whether no chapter of the revision is closed to the person: whoever may see a draft sees all of it."""
        return self.is_administrator or (self.revision is not None and self.revision.status != Revision.Status.PUBLISHED)

    @property
    def obligations(self) -> ObligationQuerySet:
        """The visible obligations, whatever the revision."""
        rows = Obligation.objects.in_force()
        return rows if self.is_administrator else rows.public()

    @property
    def exemptions(self) -> ExemptionQuerySet:
        """The visible reasons why a clause obliges nobody."""
        rows = Exemption.objects.in_force()
        return rows if self.is_administrator else rows.public()

    @cached_property
    def terms(self) -> list[GlossaryTerm]:
        return list(GlossaryTerm.objects.filter(revision=self.revision))

    def url_of(self, number: str) -> str:
        """The address of a clause in the revision looked at."""
        if self.is_current or self.revision is None:
            return reverse("policy:clause", args=[number])
        return reverse("policy:revision_clause", args=[self.revision.pk, number])

    @property
    def print_url(self) -> str:
        if self.is_current or self.revision is None:
            return reverse("policy:print")
        return reverse("policy:revision_print", args=[self.revision.pk])


class Operator(Visit):
    """The operator at the server's command line: sees all, is no user."""

    def __init__(self, *, at: datetime) -> None:
        super().__init__(None, at=at)

    is_administrator = True
