"""An uploaded file: its content lies under MEDIA_ROOT by a name that says nothing, its row never changes but for its state."""

import hashlib
import uuid
from datetime import datetime
from typing import Any, BinaryIO, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.jobs.subjects import key_of, visible_keys
from musashimurayama_isms.trail.record import record

from .kinds import KINDS

FOLDER = "files"


def storage_path(stored: "StoredFile", name: str) -> str:
    """Where the content lies: a random name in the folder of the year."""
    return f"{FOLDER}/{stored.at.year}/{stored.pk.hex}"


class StoredFileQuerySet(models.QuerySet):
    def about(self, subject: models.Model) -> Self:
        """The files of one record, oldest first."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=key_of(subject)).select_related("uploaded_by")

    def visible_to(self, user) -> Self:
        """A file is as visible as its subject: the model of each subject is asked through its `objects.visible_to(user)`.

        A model without that word shows its files to nobody.
        """
        seen = Q(pk__in=[])
        for content_type in ContentType.objects.filter(pk__in=self.order_by().values("content_type")):
            keys = visible_keys(content_type, user)
            if keys is not None:
                seen |= Q(content_type=content_type, object_id__in=keys)
        return self.filter(seen)

    def total_size(self) -> int:
        """The bytes of all these files together."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class StoredFile(models.Model):
    """One file attached to one record. Made by `store.attach` alone."""

    class State(models.TextChoices):
        KEPT = "kept", "保管"
        ALTERED = "altered", "内容の不一致"
        DESTROYED = "destroyed", "廃棄済み"

    TRANSITIONS = {  # back, when the content was restored from a backup; destroyed with its record (`retention`), for good
        State.KEPT: {State.ALTERED, State.DESTROYED},
        State.ALTERED: {State.KEPT, State.DESTROYED},
        State.DESTROYED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    subject = GenericForeignKey("content_type", "object_id")
    name = models.CharField("ファイル名", max_length=150)
    media_type = models.CharField("形式", max_length=100)
    size = models.PositiveBigIntegerField("大きさ")
    sha256 = models.CharField("SHA-256", max_length=64)
    content = models.FileField("内容", upload_to=storage_path, max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="添付した者", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("添付日時", default=timezone.now, editable=False)
    state = models.CharField("状態", max_length=16, choices=State, default=State.KEPT)

    objects = StoredFileQuerySet.as_manager()

    class Meta:
        verbose_name = "添付ファイル"
        verbose_name_plural = "添付ファイル"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]

    def __str__(self) -> str:
        """Without its name: that may hold personal data, and this text goes into the trail."""
        return f"添付ファイル {self.sha256[:12]}"

    @property
    def kind_label(self) -> str:
        """PDF, PNG画像, …: the kind under which it was taken."""
        return next((kind.label for kind in KINDS if kind.media_type == self.media_type), "ファイル")

    def get_absolute_url(self) -> str:
        return reverse("files:download", args=[self.pk])

    def open_verified(self, *, at: datetime) -> BinaryIO | None:
        """The content, opened, when it is byte for byte what was attached; else None, and the record says so once."""
        content = self._open()
        is_whole = content is not None and hashlib.file_digest(content, "sha256").hexdigest() == self.sha256
        if is_whole != (self.state == self.State.KEPT):
            self._note_state(self.State.KEPT if is_whole else self.State.ALTERED, at=at)
        if content is None or not is_whole:
            return None
        content.seek(0)
        return content

    def _open(self) -> Any:
        try:
            return self.content.storage.open(self.content.name, "rb").file
        except OSError:
            return None

    @transaction.atomic
    def _note_state(self, state: str, *, at: datetime) -> None:
        row = StoredFile.objects.select_for_update().get(pk=self.pk)
        self.state = row.state
        if state not in self.TRANSITIONS[self.State(row.state)]:
            return
        self.state = state
        self.save(update_fields=["state"])
        verb = "files.file.restored" if state == self.State.KEPT else "files.file.found_altered"
        record(None, verb, self.subject, at=at, file=str(self.pk), sha256=self.sha256)
