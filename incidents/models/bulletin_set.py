"""Questions about bulletins; `visible_to` is where every look-up starts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from incidents.bulletins.audience import Listener, condition
from incidents.hats import worn
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.japanese import words

from .bulletin_read import BulletinRead

# Who tells the staff: 中央 of programs and holes (3.10.4.1.3, 3.10.6.1-2), both of them of security at large (3.10.6.3).
ISSUERS = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)
OVERSEERS = (*ISSUERS, RoleCode.CISO, RoleCode.AUDIT_HEAD)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def asked_of(self, user: User, *, at: datetime) -> Self:
        """Those that reach the person in the posts of the day."""
        listener = Listener.of(user, at=at)
        return self.filter(condition(listener, self.model.departments.through.objects.all(), self.model.roles.through.objects.all()))

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All for those who issue and oversee; else what reaches the person, or reached and was read."""
        if worn(user, *OVERSEERS, at=at):
            return self.all()
        mine = self.model.objects.asked_of(user, at=at).values("pk")
        return self.filter(Q(pk__in=mine) | Q(reads__person=user)).distinct()

    def standing(self, *, on: date) -> Self:
        """Neither withdrawn nor past the last day."""
        return self.filter(status=self.model.Status.STANDING, expires_on__gte=on)

    def expired(self, *, on: date) -> Self:
        return self.filter(status=self.model.Status.STANDING, expires_on__lt=on)

    def unread_by(self, user: User, *, at: datetime) -> Self:
        """What the person is asked to read and has not, urgent ones first."""
        return self.asked_of(user, at=at).unread(user.pk, on=day_of(at)).order_by("urgency", "issued_at")

    def unread(self, person: int, *, on: date) -> Self:
        """Standing ones that the person has not read, asked or not."""
        return self.standing(on=on).filter(~Exists(_read_by(person)))

    def with_read(self, user: User) -> Self:
        """Each with `is_read`: whether the person has read the version that counts."""
        return self.annotate(is_read=Exists(_read_by(user)))

    def found(self, query: str) -> Self:
        """Rows in which every word stands, however it is typed."""
        rows = self
        for word in words(query):
            rows = rows.filter(search__contains=word)
        return rows


def _read_by(user: User | int) -> QuerySet[BulletinRead]:
    """The person's reading of a version that counts, for the bulletin of the outer query."""
    return BulletinRead.objects.filter(bulletin=OuterRef("pk"), person=user, version__gte=OuterRef("asked_since"))
