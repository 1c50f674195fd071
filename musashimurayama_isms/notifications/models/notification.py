"""A notice to one person: a line of the in-app inbox, and its own way out as mail where mail is on."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from musashimurayama_isms.prepared import Prepared

from ..kinds import Kind, Way

STALE_AFTER = timedelta(minutes=10)  # a claim older than this belongs to a worker that died
MOST_ATTEMPTS = 5
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))  # after attempt 1, 2, 3, 4


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """A notice is seen by the person it is addressed to, and by nobody else."""
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def waiting_for_mail(self, *, at: datetime) -> Self:
        """What may be claimed now: waiting with its pause over, or claimed by a worker that has since died."""
        ready = Q(mail_state=Notification.Mail.WAITING) & (Q(retry_at=None) | Q(retry_at__lte=at))
        stale = Q(mail_state=Notification.Mail.CLAIMED, claimed_at__lt=at - STALE_AFTER)
        return self.filter(ready | stale, attempts__lt=MOST_ATTEMPTS)

    def claim(self, *, at: datetime) -> Self:
        """Take what waits and give the rows taken; two workers never get the same row.

        The UPDATE asks only columns of the row itself: PostgreSQL asks them again after waiting for another worker's lock.
        """
        token = uuid4()
        wanted = list(self.waiting_for_mail(at=at).values_list("pk", flat=True))
        taken = Notification.objects.filter(pk__in=wanted).waiting_for_mail(at=at)
        taken.update(mail_state=Notification.Mail.CLAIMED, claim_token=token, claimed_at=at, attempts=F("attempts") + 1)
        return Notification.objects.filter(claim_token=token).order_by("created_at", "pk")

    def mark_mailed(self, *, at: datetime) -> int:
        return self.update(mail_state=Notification.Mail.SENT, mailed_at=at)

    def mark_unmailed(self, *, at: datetime) -> None:
        """Let the rows wait for another attempt, longer each time; after the last one they stay in the inbox as failed."""
        self.filter(attempts__gte=MOST_ATTEMPTS).update(mail_state=Notification.Mail.FAILED)
        for attempt, pause in enumerate(BACK_OFF, start=1):
            self.filter(attempts=attempt).update(mail_state=Notification.Mail.WAITING, retry_at=at + pause)

    def give_up_on_stale(self, *, at: datetime) -> int:
        """Close the rows whose last attempt died with its worker."""
        stale = self.filter(mail_state=Notification.Mail.CLAIMED, claimed_at__lt=at - STALE_AFTER, attempts__gte=MOST_ATTEMPTS)
        return stale.update(mail_state=Notification.Mail.FAILED)

    def about(self, content_type_id: int | None, object_id: str) -> Self:
        """The notices about one subject."""
        return self.filter(content_type=content_type_id, object_id=object_id)

    def mark_read(self, *, at: datetime) -> int:
        """Mark the unread ones; gives how many there were."""
        return self.unread().update(read_at=at)


class Notification(models.Model):
    """One notice to one person. Title and body carry no personal data: the title also leaves as mail."""

    class Mail(models.TextChoices):
        NONE = "none", "送らない"
        WAITING = "waiting", "送信待ち"
        CLAIMED = "claimed", "送信中"
        SENT = "sent", "送信済み"
        FAILED = "failed", "送信できず"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="宛先", on_delete=models.CASCADE, related_name="notifications")
    verb = models.CharField("行為", max_length=100, blank=True)
    content_type = models.ForeignKey(ContentType, verbose_name="対象の種類", null=True, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField("対象の番号", max_length=64, blank=True)
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField("対象", max_length=200, blank=True)
    title = models.CharField("件名", max_length=200)
    body = models.TextField("本文", blank=True)
    url = models.CharField("リンク", max_length=500, blank=True)
    urgent = models.BooleanField("至急", default=False)
    kind = models.CharField("種類", max_length=16, choices=Kind, default=Kind.OTHER)
    way = models.CharField("届けかた", max_length=8, choices=Way, default=Way.DIGEST, editable=False)
    key = models.CharField("重複を防ぐ鍵", max_length=200, blank=True)
    created_at = models.DateTimeField("日時", default=timezone.now)
    read_at = models.DateTimeField("既読日時", null=True, blank=True)
    mail_state = models.CharField("メール", max_length=8, choices=Mail, default=Mail.NONE)
    claim_token = models.UUIDField("送信の受持ち", null=True, editable=False)
    claimed_at = models.DateTimeField("送信の開始", null=True, editable=False)
    attempts = models.PositiveSmallIntegerField("送信の回数", default=0, editable=False)
    retry_at = models.DateTimeField("次の送信", null=True, editable=False)
    mailed_at = models.DateTimeField("送信日時", null=True, editable=False)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = "お知らせ"
        verbose_name_plural = "お知らせ"
        default_permissions = ()
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notifications_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at=None), name="notifications_unread"),
            models.Index(fields=["claim_token"], name="notifications_claim"),
            models.Index(fields=["mail_state", "urgent"], condition=Q(mail_state__in=["waiting", "claimed"]), name="notifications_outbox"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], condition=~Q(key=""), name="notifications_same_key_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    def open(self, *, by, at: datetime) -> str:
        """Mark the notice read and give where it leads (may be empty); PermissionDenied for anyone but its recipient."""
        if by.pk != self.recipient_id:
            raise PermissionDenied("他の方へのお知らせは開けません。")
        Notification.objects.filter(pk=self.pk).mark_read(at=at)
        return self.url


def unread_count(user) -> int:
    """The number on the badge; one COUNT."""
    return next(iter(_UNREAD(person=user.pk)), 0)


def _unread_of(person: int) -> models.QuerySet:
    rows = Notification.objects.visible_to(person).unread().order_by().values("recipient")
    return rows.annotate(count=models.Count("*")).values_list("count", flat=True)


_UNREAD = Prepared(_unread_of)
