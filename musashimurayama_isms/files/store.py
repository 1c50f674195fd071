"""Where uploads come in: looked at, digested, kept, recorded."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import models, transaction

from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.trail.record import record

from . import antivirus
from .inspection import Finding, inspect, refuse
from .models import FOLDER, StoredFile

logger = logging.getLogger(__name__)
ORPHAN_AFTER = timedelta(hours=2)  # no transaction lasts that long


def attach(subject: models.Model, upload: File, *, by) -> StoredFile:
    """Keep an upload as a file of a record; ValidationError says in Japanese which file, why, and what to do.

    The kinds of kinds.KINDS are taken, by content and extension alike; at most settings.ATTACHMENT_MEGABYTES a file and
    settings.RECORD_MEGABYTES a record. Runs in the caller's transaction: when that is rolled back the row is gone at once,
    the content with the next `sweep`.
    """
    finding = inspect(upload)
    antivirus.check(upload, finding.name)
    with transaction.atomic():
        type(subject)._base_manager.select_for_update(no_key=True).filter(pk=subject.pk).first()  # two uploads at once share the limit
        check_room(subject, [finding])
        stored = _write(subject, upload, finding, by=by)
        record(by, "files.file.attached", subject, file=str(stored.pk), kind=finding.kind.label, size=finding.size, sha256=finding.sha256)
    return stored


def check_room(subject: models.Model, findings: list[Finding]) -> None:
    """ValidationError when the record would hold more than settings.RECORD_MEGABYTES with these files."""
    limit = settings.RECORD_MEGABYTES * 1024 * 1024
    total = StoredFile.objects.about(subject).total_size()
    for finding in findings:
        total += finding.size
        if total > limit:
            raise refuse(
                finding.name,
                f"1件に添付できるのは合わせて{settings.RECORD_MEGABYTES}MBまでです。小さくするか、必要なものだけを選んでください。",
            )


def _write(subject: models.Model, upload: File, finding: Finding, *, by) -> StoredFile:
    """Content first, row second; a failure in between takes the content back."""
    stored = StoredFile(
        content_type=ContentType.objects.get_for_model(subject),
        object_id=key_of(subject),
        name=finding.name,
        media_type=finding.kind.media_type,
        size=finding.size,
        sha256=finding.sha256,
        uploaded_by=by,
    )
    try:
        stored.content.save(finding.name, upload, save=False)
        stored.save(force_insert=True)
    except BaseException:
        if stored.content.name:  # a full disk refuses before there is a name
            default_storage.delete(stored.content.name)
        raise
    return stored


def sweep(*, at: datetime) -> int:
    """Delete contents without a row, or whose row says that they are destroyed, left by a rolled-back transaction or a killed
    process; gives how many."""
    count = 0
    for year in _names(FOLDER, folders=True):
        folder = f"{FOLDER}/{year}"
        rows = StoredFile.objects.filter(content__startswith=f"{folder}/").exclude(state=StoredFile.State.DESTROYED)
        known = set(rows.values_list("content", flat=True).iterator())
        for path in (f"{folder}/{name}" for name in _names(folder)):
            if path not in known and default_storage.get_modified_time(path) < at - ORPHAN_AFTER:
                default_storage.delete(path)
                count += 1
    return count


def _names(folder: str, *, folders: bool = False) -> list[str]:
    return default_storage.listdir(folder)[0 if folders else 1] if default_storage.exists(folder) else []
