"""What a person has chosen about being told: never whether a notice is in the inbox, never whether an urgent one is mailed."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.db.models import F, Q

from musashimurayama_isms.trail.record import record

from ..kinds import Kind, Way
from ..quiet import Quiet


class MailChoiceQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """One's own alone."""
        return self.filter(person=user)


class MailChoice(models.Model):
    """One person's choice; what is left open follows the city."""

    class QuietHours(models.TextChoices):
        CITY = "city", "市の標準"
        OWN = "own", "自分で決める"
        NONE = "none", "置かない"

    person = models.OneToOneField(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.CASCADE, related_name="mail_choice")
    ways = models.JSONField("種類ごとの受け取りかた", default=dict, blank=True)
    digest_hour = models.PositiveSmallIntegerField("まとめの時刻", null=True, blank=True)
    quiet_hours = models.CharField("送らない時間", max_length=8, choices=QuietHours, default=QuietHours.CITY)
    quiet_from = models.PositiveSmallIntegerField("送らない時間の始まり", null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField("送らない時間の終わり", null=True, blank=True)
    quiet_closed_days = models.BooleanField("閉庁日も送らない", default=False)
    changed_at = models.DateTimeField("変えた日時")

    objects = MailChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせの受け取りかた"
        verbose_name_plural = "お知らせの受け取りかた"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(digest_hour__isnull=True) | Q(digest_hour__lte=23), name="notifications_choice_hour"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (Q(quiet_from__lte=23, quiet_until__lte=23) & ~Q(quiet_from=F("quiet_until"))),
                name="notifications_choice_quiet_hours",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}の受け取りかた"

    @property
    def own_quiet(self) -> Quiet | None:
        """The quiet hours of the person, which may be none; None where the city's hold."""
        if self.quiet_hours == self.QuietHours.OWN:
            return Quiet(self.quiet_from, self.quiet_until, self.quiet_closed_days)
        return Quiet() if self.quiet_hours == self.QuietHours.NONE else None

    @classmethod
    @transaction.atomic
    def choose(
        cls,
        *,
        by,
        at: datetime,
        ways: dict[str, str],
        digest_hour: int | None = None,
        quiet_hours: str = QuietHours.CITY,
        quiet_from: int | None = None,
        quiet_until: int | None = None,
        quiet_closed_days: bool = False,
    ) -> "MailChoice":
        """Keep what a person has chosen for themselves; `ways` are kind → way, a kind left out follows the city.

        ValueError for a kind or a way that is not there. What was written before keeps its way; the hours hold at once.
        """
        kept = {Kind(kind).value: Way(way).value for kind, way in ways.items() if way}
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
        is_own = quiet_hours == cls.QuietHours.OWN
        choice, _ = cls.objects.update_or_create(
            person=by,
            defaults={
                "ways": kept,
                "digest_hour": digest_hour,
                "quiet_hours": quiet_hours,
                "quiet_from": quiet_from if is_own else None,
                "quiet_until": quiet_until if is_own else None,
                "quiet_closed_days": quiet_closed_days and is_own,
                "changed_at": at,
            },
        )
        words = str(choice.own_quiet) if is_own else choice.get_quiet_hours_display()
        labels = {Kind(kind).label: Way(way).label for kind, way in kept.items()}
        record(by, "notifications.choice.changed", choice, at=at, mail_ways=labels, digest_hour=digest_hour, quiet_hours=words)
        return choice
