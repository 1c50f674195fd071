"""The key of a person's calendar feed: shown once, kept as a digest, revoked at any time (3.10.2)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from .user import User

BYTES = 32
WINDOW = timedelta(hours=1)
READS_A_WINDOW = 30  # calendars ask a few times an hour; more is a fault or somebody else


class CalendarTokenQuerySet(models.QuerySet["CalendarToken"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """One's own; nobody sees another's."""
        return self.filter(person=user)

    def live(self) -> Self:
        return self.filter(revoked_at=None)

    def of_secret(self, secret: str) -> "CalendarToken | None":
        """The live token of a secret, or None."""
        return self.live().filter(digest=digest_of(secret)).select_related("person").first()


class CalendarToken(models.Model):
    """One key; a person has at most one that is live, and its scope goes no further than the own section."""

    class Scope(models.TextChoices):
        MINE = "mine", "自分の予定"
        SECTION = "section", "自分の課の予定"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="利用者", on_delete=models.CASCADE, related_name="calendar_tokens")
    digest = models.CharField("鍵の要約値", max_length=64, unique=True, editable=False)
    scope = models.CharField("範囲", max_length=16, choices=Scope, default=Scope.MINE)
    made_at = models.DateTimeField("作成日時")
    revoked_at = models.DateTimeField("取消日時", null=True, blank=True)
    used_at = models.DateTimeField("最後に読まれた日時", null=True, blank=True)
    window_at = models.DateTimeField("数え始めた日時", null=True, blank=True, editable=False)
    reads = models.PositiveIntegerField("その後の回数", default=0, editable=False)

    objects = CalendarTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "予定表の鍵"
        verbose_name_plural = "予定表の鍵"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(revoked_at__isnull=True), name="accounts_calendartoken_one_live_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()}（{standing.day_of(self.made_at):%Y-%m-%d}）"

    @classmethod
    @transaction.atomic
    def make(cls, *, scope: str, by: User, at: datetime) -> tuple["CalendarToken", str]:
        """A new key of one's own and its secret, which is never shown again; the one before ends with it."""
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        for before in cls.objects.live().filter(person=by).select_for_update(no_key=True):
            before.revoke(by=by, at=at)
        secret = secrets.token_urlsafe(BYTES)
        token = cls.objects.create(person=by, digest=digest_of(secret), scope=scope, made_at=at)
        record(by, "accounts.calendar_token.made", token, at=at, scope=token.get_scope_display())
        return token, secret

    @transaction.atomic
    def revoke(self, *, by: User, at: datetime) -> None:
        """The address opens nothing any more. InvalidTransition when it was revoked before; only the person's own."""
        token = CalendarToken.objects.visible_to(by, at=at).select_for_update(no_key=True).get(pk=self.pk)
        if token.revoked_at:
            raise InvalidTransition("この予定表の配信は、すでに止めてあります。")
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        record(by, "accounts.calendar_token.revoked", token, at=at, scope=token.get_scope_display())
        self.refresh_from_db()

    def admit(self, *, at: datetime) -> bool:
        """Count one reading; False where the hour has had its share. One statement each, so that readings at once are all counted."""
        mine = CalendarToken.objects.live().filter(pk=self.pk)
        if mine.filter(Q(window_at=None) | Q(window_at__lte=at - WINDOW)).update(window_at=at, reads=1, used_at=at):
            return True
        return bool(mine.filter(reads__lt=READS_A_WINDOW).update(reads=F("reads") + 1, used_at=at))


def digest_of(secret: str) -> str:
    """What is kept of a secret; it is random enough for a plain SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()
