"""外部サービス管理者 (3.12.3.4.3): a person named for one service; the role is carried by a post of the section, as every role is.

The naming says for which service, the appointment that the person holds the role at all. A transfer ends the appointment, and
with it the naming: then somebody else has to be named.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models

from musashimurayama_isms.accounts.models import Appointment, Department, Post, Role, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .service import ExternalService

POST_TITLE = "外部サービス管理者"


class ServiceManagerQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(ended_on__isnull=True)


class ServiceManager(models.Model):
    """One person named for one service from a day, until somebody else is named or the service ends."""

    service = models.ForeignKey("assets.ExternalService", verbose_name="外部サービス", on_delete=models.PROTECT, related_name="managers")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="外部サービス管理者", on_delete=models.PROTECT, related_name="managed_services"
    )
    post = models.ForeignKey(Post, verbose_name="職", on_delete=models.PROTECT, related_name="+")
    since = models.DateField("指名の日")
    ended_on = models.DateField("終わった日", null=True, blank=True)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="指名した人", on_delete=models.PROTECT, related_name="+")

    objects = ServiceManagerQuerySet.as_manager()

    class Meta:
        verbose_name = "外部サービス管理者の指名"
        verbose_name_plural = "外部サービス管理者の指名"
        ordering = ["-since", "-pk"]
        indexes = [models.Index(fields=["person", "ended_on"])]
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=models.Q(ended_on__isnull=True), name="assets_servicemanager_one_open")
        ]

    def __str__(self) -> str:
        return self.person.name

    @staticmethod
    def candidates(section: Department, *, on: date) -> models.QuerySet[User]:
        """The staff of the section on the day."""
        here = Appointment.objects.in_force(on).serving(on).filter(post__department=section.successor_on(on))
        return User.objects.filter(pk__in=here.values("person")).order_by("kana", "pk")

    @classmethod
    def name(cls, service: "ExternalService", person: User, *, by: User, at: datetime) -> "ServiceManager":
        """Name the person from today; the earlier naming ends. In the transaction of an act that has guarded `by`.

        InvalidTransition where the person does not work in the section of the service.
        """
        on = day_of(at)
        section = service.department.successor_on(on)
        if not cls.candidates(section, on=on).filter(pk=person.pk).exists():
            raise InvalidTransition(f"{person.name}さんは、いま{section.name}の職員ではありません。別の人を選んでください。")
        cls.end_all(service, on=on)
        post = _post_of(section, on=on)
        if not Appointment.objects.in_force(on).filter(person=person, post=post, until__isnull=True).exists():
            Appointment.objects.create(person=person, post=post, kind=Appointment.Kind.NAMED, since=on, named_by=by)
        row = cls.objects.create(service=service, person=person, post=post, since=on, named_by=by)
        record(by, "assets.service.manager_named", service, at=at, person=person.name, since=on.isoformat())
        return row

    @classmethod
    def end_all(cls, service: "ExternalService", *, on: date) -> None:
        """End the naming for a service; whoever manages no other gives up the role as well."""
        for row in service.managers.open():
            row.ended_on = on
            row.save(update_fields=["ended_on"])
            if not cls.objects.open().filter(person=row.person, post=row.post).exists():
                held = Appointment.objects.in_force(on).filter(person=row.person, post=_as_it_goes_on(row.post, on=on), until__isnull=True)
                held.update(until=on)


def _as_it_goes_on(post: Post, *, on: date) -> Post:
    """The post of the naming, or what a reorganisation has put in its place: the appointment has gone over to it."""
    following = post.successor_on(on)
    if following.is_in_force(on):
        return following
    here = Post.objects.in_force(on).filter(department=following.department.successor_on(on), title=following.title)
    return here.first() or following


def _post_of(section: Department, *, on: date) -> Post:
    """The post of the section that carries the role; made when the section names its first manager."""
    found = Post.objects.in_force(on).filter(department=section, roles__code=RoleCode.SERVICE_MANAGER).first()
    if found is None:
        found = Post.objects.create(
            code=f"{section.code}.service-manager-{on:%Y%m%d}", department=section, title=POST_TITLE, since=on, position=95
        )
        found.roles.set(Role.objects.filter(code=RoleCode.SERVICE_MANAGER))
    return found
