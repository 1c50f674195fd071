"""Committees: they receive through their secretariat, their members sit by post (3.4.2.4, 3.4.2.10)."""

from datetime import date

from django.db import models
from django.db.models import Q

from ..memory import once
from .appointment import Appointment
from .department import Department
from .periods import Period, PeriodQuerySet
from .post import Post
from .user import User


class CommitteeManager(models.Manager["Committee"]):
    def get_by_natural_key(self, code: str) -> "Committee":
        return self.get(code=code)


class Committee(models.Model):
    """A committee such as 情報化推進委員会; its secretariat is a section (default 行政経営課, left open by the policy)."""

    code = models.CharField("コード", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    clause = models.CharField("根拠条項", max_length=32)
    secretariat = models.ForeignKey(Department, verbose_name="事務局", on_delete=models.PROTECT, related_name="+")

    objects = CommitteeManager()

    class Meta:
        verbose_name = "委員会"
        verbose_name_plural = "委員会"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def members(self, on: date) -> models.QuerySet[User]:
        """The persons whose posts have a seat on the day."""
        posts = Seat.objects.in_force(on).filter(committee=self).values("post")
        return User.objects.filter(is_active=True, appointments__in=Appointment.objects.in_force(on).filter(post__in=posts)).distinct()

    def seated(self, on: date) -> list[tuple["Seat", list[Appointment]]]:
        """The seats on the day, the chair first, each with who holds the post; asked once a page."""
        return once(("seated", self.pk, on), lambda: self._seated(on))

    def _seated(self, on: date) -> list[tuple["Seat", list[Appointment]]]:
        seats = self.seats.in_force(on).select_related("post__department__parent")
        rows = Appointment.objects.in_force(on).filter(post__in=seats.values("post")).select_related("person").order_by("pk")
        return [(seat, [row for row in rows if row.post_id == seat.post_id]) for seat in seats]

    def secretaries(self, on: date) -> models.QuerySet[User]:
        """The persons of the secretariat section on the day."""
        posts = Post.objects.in_force(on).filter(department=self.secretariat.successor_on(on)).values("pk")
        return User.objects.filter(is_active=True, appointments__in=Appointment.objects.in_force(on).filter(post__in=posts)).distinct()

    def has(self, user: User, on: date) -> bool:
        """Whether the person is a member or a secretary on the day, by one question."""
        seats = Seat.objects.in_force(on).filter(committee=self).values("post")
        desk = Post.objects.in_force(on).filter(department=self.secretariat.successor_on(on)).values("pk")
        mine = Appointment.objects.in_force(on).filter(person=user, person__is_active=True)
        return mine.filter(Q(post__in=seats) | Q(post__in=desk)).exists()


class SeatQuerySet(PeriodQuerySet):
    def get_by_natural_key(self, committee: str, post: str) -> "Seat":
        """The latest seat of a post on a committee: a seat that the city has ended is still known, so it is not set up again."""
        return self.filter(committee__code=committee, post__code=post).latest("since")


class Seat(Period):
    """A post that sits on a committee."""

    committee = models.ForeignKey(Committee, verbose_name="委員会", on_delete=models.CASCADE, related_name="seats")
    post = models.ForeignKey(Post, verbose_name="職", on_delete=models.PROTECT, related_name="seats")
    is_chair = models.BooleanField("委員長", default=False)

    objects = SeatQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "委員"
        verbose_name_plural = "委員"
        ordering = ["-is_chair", "post__position"]

    def __str__(self) -> str:
        return f"{self.committee} {self.post}"

    def natural_key(self) -> tuple[str, str]:
        return (self.committee.code, self.post.code)
