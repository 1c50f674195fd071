"""The rows of the trail: entries in a chain, the one-row head, and the log of sensitive readings."""

from datetime import UTC, datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from . import access, chain
from .verbs import name_of, word_of


class TrailBroken(RuntimeError):
    """The head of the chain is missing or was rewritten: nothing may be recorded on top of it."""


class HeadManager(models.Manager["Head"]):
    def locked(self) -> "Head":
        """The head, locked until the end of the transaction: two writers can never continue from the same entry.

        SQLite has no row lock; there every transaction that writes is IMMEDIATE and alone from its first statement.
        """
        head = self.select_for_update().first()
        if head is None or not head.is_intact():
            raise TrailBroken("証跡の先頭が失われたか書き換えられています。記録を止めました。verify_trail を実行してください。")
        return head


class Head(models.Model):
    """Where the chain ends: exactly one row, itself sealed, moved by one entry at a time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField("番号", default=0)
    digest = models.CharField("連鎖値", max_length=64, blank=True)
    key_id = models.CharField("鍵", max_length=32)
    segment = models.PositiveIntegerField("区間", default=0)
    seal = models.CharField("封印", max_length=64)

    objects = HeadManager()

    class Meta:
        verbose_name = "証跡の先頭"
        verbose_name_plural = "証跡の先頭"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="trail_head_only_one")]

    def __str__(self) -> str:
        """`number:digest`, the text to keep elsewhere: with it a cut tail is found."""
        return f"{self.number}:{self.digest}"

    def content(self) -> dict[str, Any]:
        return {"number": self.number, "digest": self.digest, "segment": self.segment}

    def is_intact(self) -> bool:
        """Whether the seal is right; a head whose key is unknown is not."""
        return self.key_id in chain.key_ids() and chain.is_seal(self.seal, "head", self.key_id, self.content())

    def next_segment(self, key_id: str) -> int:
        """Each change of key opens a new segment, and so does the first entry."""
        return self.segment if self.number and key_id == self.key_id else self.segment + 1

    def advance(self, entry: "Entry") -> None:
        """Move to the entry just written; the database refuses any other step."""
        self.number, self.digest, self.key_id, self.segment = entry.number, entry.digest, entry.key_id, entry.segment
        self.seal = chain.seal("head", self.key_id, self.content())
        self.save(update_fields=["number", "digest", "key_id", "segment", "seal"])


class EntryQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> Self:
        """The history of one subject, oldest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=str(subject.pk)).order_by("number")

    def visible_to(self, user, *, at: datetime) -> Self:
        """All entries for who may read the trail at the moment, none for anyone else."""
        return self.all() if access.may_read(user, at=at) else self.none()


class Entry(models.Model):
    """One act: who, as what, in whose place, did what to what, when. Never altered, never deleted: triggers refuse both.

    People and things are kept as text too, so that the entry reads the same after they have moved or gone.
    """

    number = models.PositiveBigIntegerField("番号", primary_key=True)
    at = models.DateTimeField("日時", db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="利用者", null=True, on_delete=models.PROTECT, related_name="+")
    actor_name = models.CharField("氏名", max_length=200)
    role = models.CharField("役割", max_length=200, blank=True)
    in_place_of = models.CharField("代理された者", max_length=200, blank=True)
    verb = models.CharField("行為", max_length=100, db_index=True)
    content_type = models.ForeignKey(ContentType, verbose_name="対象の種類", null=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField("対象の番号", max_length=64, blank=True)
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField("対象", max_length=200, blank=True)
    changes = models.JSONField("内容", default=dict)
    key_id = models.CharField("鍵", max_length=32)
    segment = models.PositiveIntegerField("区間")
    previous = models.CharField("前の連鎖値", max_length=64, blank=True)
    digest = models.CharField("連鎖値", max_length=64, unique=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = "証跡"
        verbose_name_plural = "証跡"
        default_permissions = ()
        ordering = ["-number"]
        indexes = [models.Index(fields=["content_type", "object_id", "number"]), models.Index(fields=["actor_name", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.actor_name} {self.word}"

    @property
    def word(self) -> str:
        """The act in Japanese."""
        return word_of(self.verb)

    @property
    def as_what(self) -> str:
        """The role and, when the role does not already say so, in whose place: 情報セキュリティ担当者（見本 花子代理）."""
        if not self.in_place_of or self.in_place_of in self.role:
            return self.role
        return f"{self.role}（{self.in_place_of}代理）"

    @property
    def details(self) -> list[tuple[str, str]]:
        """The changes as words for the screen, by name."""
        return [(name_of(name), _words(value)) for name, value in sorted(self.changes.items())]

    def content(self) -> dict[str, Any]:
        """Every field but the digest, which is computed over them; the moment in UTC."""
        return {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "role": self.role,
            "in_place_of": self.in_place_of,
            "verb": self.verb,
            "content_type": self.content_type_id,
            "object_id": self.object_id,
            "subject_label": self.subject_label,
            "changes": self.changes,
            "segment": self.segment,
            "previous": self.previous,
        }


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "、".join(f"{name}: {_words(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(_words(item) for item in value)
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "－" if value in (None, "") else str(value)


class ReadingQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> Self:
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=str(subject.pk))

    def waiting_for_seal(self, *, at: datetime) -> Self:
        """Readings of hours that are over, not yet in the chain."""
        return self.filter(sealed_by=None, hour__lt=at.replace(minute=0, second=0, microsecond=0)).order_by("pk")


class Reading(models.Model):
    """Somebody read something sensitive in an hour: once per person, object and hour, later sealed into the chain."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="利用者", on_delete=models.PROTECT, related_name="+")
    content_type = models.ForeignKey(ContentType, verbose_name="対象の種類", on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField("対象の番号", max_length=64)
    subject = GenericForeignKey("content_type", "object_id")
    subject_label = models.CharField("対象", max_length=200)
    hour = models.DateTimeField("時間帯")
    sealed_by = models.ForeignKey(Entry, verbose_name="封印した証跡", null=True, on_delete=models.PROTECT, related_name="readings")

    objects = ReadingQuerySet.as_manager()

    class Meta:
        verbose_name = "閲覧記録"
        verbose_name_plural = "閲覧記録"
        default_permissions = ()
        ordering = ["-hour", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "content_type", "object_id", "hour"], name="trail_reading_once_an_hour")]

    def __str__(self) -> str:
        return f"{self.person} {self.subject_label}"

    def content(self) -> dict[str, Any]:
        return {
            "id": self.pk,
            "person": self.person_id,
            "content_type": self.content_type_id,
            "object_id": self.object_id,
            "subject_label": self.subject_label,
            "hour": self.hour.astimezone(UTC).isoformat(timespec="microseconds"),
        }
