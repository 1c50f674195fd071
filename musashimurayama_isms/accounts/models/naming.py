"""Naming a person: the chief of a section its 情報化推進員 (3.4.2.8), the holder of a post the deputy for some days."""

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from .absence import Deputyship
from .appointment import Appointment
from .department import Department
from .post import Post
from .role import RoleCode
from .user import User


class Naming(Appointment):
    """An appointment made by the chief of a section; the same rows as `Appointment`."""

    class Meta:
        proxy = True
        verbose_name = "指名"
        verbose_name_plural = "指名"

    @staticmethod
    def can_name(user: User, section: Department, *, at: datetime) -> bool:
        """Whether the person is the 所属長 of the section now, or acts for an absent one."""
        return any(row.person == user for row in standing.acting(RoleCode.SECTION_OFFICER, at=at, department=section))

    @staticmethod
    def candidates(section: Department, *, on: date):
        """The staff of the section on the day."""
        return standing.holders(RoleCode.TERMINAL_USER, on=on, department=section).order_by("kana", "pk")

    @classmethod
    def name_promoter(cls, section: Department, person: User, *, since: date, by: User, at: datetime) -> "Naming":
        """Name the 情報化推進員 of a section from a day; the earlier one's naming ends the day before.

        PermissionDenied for whoever is not the chief; InvalidTransition where the section has no such post, the person is
        not of the section, or a later naming is on record.
        """
        with transaction.atomic():
            post = (
                Post.objects.select_for_update(no_key=True)
                .in_force(since)
                .filter(department=section, roles__code=RoleCode.PROMOTER)
                .first()
            )
            if post is None:
                raise InvalidTransition(f"{section}に情報化推進員の職がありません。行政経営課に連絡してください。")
            if not cls.can_name(by, section, at=at):
                raise PermissionDenied
            if not cls.candidates(section, on=since).filter(pk=person.pk).exists():
                raise InvalidTransition(f"{person.name}さんは、その日に{section}の職員ではありません。")
            _end_earlier(post, person, since)
            naming = cls.objects.create(person=person, post=post, kind=cls.Kind.NAMED, since=since, named_by=by)
            record(by, "accounts.appointment.promoter_named", person, at=at, post=str(post), since=since.isoformat())
        return naming


def _end_earlier(post: Post, person: User, since: date) -> None:
    held = Q(post=post) | Q(post__successor=post)  # on the day of a change the earlier one is still in the post that this one follows
    for row in Appointment.objects.filter(held).overlapping(since, None).select_related("person"):
        if row.person_id == person.pk:
            raise InvalidTransition(f"{person.name}さんは、すでに{post}に指名されています。")
        if row.since >= since:
            raise InvalidTransition(
                f"{row.person.name}さんの指名（{row.since:%Y-%m-%d}から）がすでにあります。それより後の日にしてください。"
            )
        row.until = since - timedelta(days=1)
        row.save(update_fields=["until"])


class DeputyNaming(Deputyship):
    """The naming of a deputy for a period; the same rows as `Deputyship`."""

    class Meta:
        proxy = True
        verbose_name = "代理の指名"
        verbose_name_plural = "代理の指名"

    @staticmethod
    def can_name(user: User, post: Post, *, at: datetime) -> bool:
        """The holder of the post, the 職員課 and the administrators of the portal (for a vacant post nobody else is there)."""
        held = Appointment.objects.in_force(standing.day_of(at)).filter(post=post, person=user).exists()
        return post.is_single and (held or user.is_superuser or standing.has_role(user, RoleCode.PERSONNEL, RoleCode.ADMINISTRATOR, at=at))

    @classmethod
    def name(cls, post: Post, deputy: User, *, since: date, until: date, by: User, at: datetime) -> "DeputyNaming":
        """Name a deputy from a day to a day. PermissionDenied and InvalidTransition as for every act here."""
        with transaction.atomic():
            Post.objects.select_for_update(no_key=True).get(pk=post.pk)
            if not cls.can_name(by, post, at=at):
                raise PermissionDenied
            _guard_deputy(post, deputy, since, until, today=standing.day_of(at))
            row = cls.objects.create(post=post, deputy=deputy, since=since, until=until, named_by=by)
            record(by, "accounts.deputyship.named", deputy, at=at, post=str(post), since=since.isoformat(), until=until.isoformat())
        return row

    def end(self, *, by: User, at: datetime) -> None:
        """End with yesterday a naming that runs; drop one that begins today or later. The trail keeps both."""
        today = standing.day_of(at)
        with transaction.atomic():
            row = (
                DeputyNaming.objects.select_for_update(of=("self",), no_key=True)
                .select_related("post__department__parent", "deputy")
                .get(pk=self.pk)
            )
            if row.until and row.until < today:
                raise InvalidTransition("この代理の期間は、すでに終わっています。")
            if not self.can_name(by, row.post, at=at):
                raise PermissionDenied
            record(by, "accounts.deputyship.ended", row.deputy, at=at, post=str(row.post), until=today.isoformat())
            if row.since >= today:
                row.delete()
            else:
                row.until = today - timedelta(days=1)
                row.save(update_fields=["until"])


def _guard_deputy(post: Post, deputy: User, since: date, until: date, *, today: date) -> None:
    if since < today or until < since:
        raise InvalidTransition("代理の期間は、今日以後の日で、始まりから終わりの順にしてください。")
    if not User.objects.serving(until).filter(pk=deputy.pk).exists():
        raise InvalidTransition(f"{deputy.name}さんは、その期間に在職していません。")
    if Appointment.objects.filter(post=post, person=deputy).overlapping(since, until).exists():
        raise InvalidTransition(f"{deputy.name}さんは、{post}の本人です。ほかの人を選んでください。")
    if Deputyship.objects.filter(post=post, deputy=deputy).overlapping(since, until).exists():
        raise InvalidTransition(f"{deputy.name}さんは、その期間にすでに代理に指名されています。")
