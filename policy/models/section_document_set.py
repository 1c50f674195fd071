"""Questions about the sections' documents; `visible_to` is where every look-up starts."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from guardian.shortcuts import get_objects_for_user

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from policy.clearance import ALL_STAFF, NAMED, Clearance

from .document_version import DocumentVersion
from .reading_grant import VIEW, ReadingGrant
from .regulation import Regulation


class SectionDocumentQuerySet(models.QuerySet):
    """Questions about the documents; `visible_to` is where every look-up starts."""

    def visible_to(self, user: User, *, at: datetime, clearance: Clearance | None = None) -> Self:
        """The own section's documents; of others' those once in force, restricted ones only for readers and by duty.

        Whoever holds a duty that reads all sees a document from the day it is sent for approval. Administrators of the
        portal have no key of their own (3.10.1.5). Who reads the 実施手順 of a section is the city's choice
        (policy.procedure_readers). `clearance` where the caller has asked for it already.
        """
        clearance, on = clearance or Clearance.of(user, at=at), day_of(at)
        versions = DocumentVersion.objects.filter(document=OuterRef("pk"))
        answered = Q(owner__in=clearance.divisions) | Q(owner__parent__in=clearance.divisions) | Q(owner__in=clearance.officer_of)
        if clearance.reads_all:
            return self.filter(answered | Q(owner__in=clearance.sections) | Exists(versions.submitted()))
        guarded = Q(confidentiality=self.model.Confidentiality.RESTRICTED)
        procedures = Q(kind=self.model.Kind.PROCEDURE)
        granted = self._granted(user, clearance, on=on)
        readable = ~guarded | granted | (procedures if clearance.procedure_readers == ALL_STAFF else Q(pk__in=()))
        own = Q(owner__in=clearance.sections)
        if clearance.procedure_readers == NAMED:
            own &= ~(procedures & guarded) | granted | Exists(versions.filter(drafted_by=user))
        return self.filter(answered | own | (Exists(versions.once_in_force(on)) & readable))

    def _granted(self, user: User, clearance: Clearance, *, on: date) -> Q:
        """Documents that the person, or one of the person's sections, is named a reader of."""
        grants = ReadingGrant.objects.in_force(on).filter(document=OuterRef("pk"))
        permitted = get_objects_for_user(user, VIEW, klass=self.model, with_superuser=False, accept_global_perms=False, use_groups=False)
        to_person = Q(Exists(grants.of_person(user, clearance))) & Q(pk__in=permitted.order_by().values("pk"))
        return to_person | Q(Exists(grants.filter(department__in=clearance.sections)))

    def in_use(self, on: date) -> Self:
        """Those with a version in force on the day."""
        return self.filter(Exists(DocumentVersion.objects.in_force(on).filter(document=OuterRef("pk"))))

    def review_overdue(self, on: date) -> Self:
        """In force, and the day of the review has passed."""
        return self.in_use(on).filter(review_on__lt=on)

    def for_list(self, on: date) -> Self:
        """With what a line of a list shows: number and day of the version in force, and how far the next one is."""
        in_force = DocumentVersion.objects.in_force(on).filter(document=OuterRef("pk"))
        coming = DocumentVersion.objects.on_the_way(on).filter(document=OuterRef("pk")).order_by("-number")
        return self.select_related("owner__parent").annotate(
            number_in_force=Subquery(in_force.values("number")[:1]),
            in_force_since=Subquery(in_force.values("effective_on")[:1]),
            coming=Subquery(coming.values("status")[:1]),
        )

    def narrowed(self, wanted: Mapping[str, Any], *, on: date) -> Self:
        """Those that match `kind`, `owner`, `state` and `q`, as the list's filter gives them."""
        rows = self.filter(**{name: wanted[name] for name in ("kind", "owner") if name in wanted})
        if "q" in wanted:
            rows = rows.filter(title__icontains=wanted["q"])
        return rows.in_state(wanted["state"], on=on) if "state" in wanted else rows

    def in_state(self, state: str, *, on: date) -> Self:
        """in_use · on_the_way · overdue · withdrawn."""
        if state == "on_the_way":
            return self.filter(Exists(DocumentVersion.objects.on_the_way(on).filter(document=OuterRef("pk"))))
        if state == "withdrawn":
            return self.filter(withdrawn_on__lte=on)
        return self.review_overdue(on) if state == "overdue" else self.in_use(on)

    def under(self, number: str, *, regulations: Iterable[Regulation]) -> Self:
        """Those that hang on a clause or on one below it, by themselves or by one of these regulations that they fulfil."""
        clauses = self.model._meta.get_field("own_clauses").related_model.objects.filter(document=OuterRef("pk"))
        named = clauses.filter(Q(clause=number) | Q(clause__startswith=f"{number}."))
        fulfilling = self.model.regulations.through.objects.filter(sectiondocument=OuterRef("pk"), regulation__in=list(regulations))
        return self.filter(Exists(named) | Exists(fulfilling))
