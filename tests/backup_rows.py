"""What an installation holds before it is backed up: an attachment, a session, a job that is running, sealed readings."""

import hashlib
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.reading import note_reading, seal_readings

CONTENT = "市民の氏名が入った添付ファイル".encode() * 1000


def fill() -> None:
    """Write them through the portal's own models."""
    person, now = User.objects.order_by("pk").first(), timezone.now()
    stored = StoredFile(subject=person, name="見本.txt", media_type="text/plain", size=len(CONTENT), uploaded_by=person)
    stored.sha256 = hashlib.sha256(CONTENT).hexdigest()
    stored.content.save("sample", ContentFile(CONTENT), save=False)
    stored.save(force_insert=True)
    Session.objects.create(session_key="of-the-tests", session_data="x", expire_date=now + timedelta(days=1))
    job = enqueue("policy.read", by=person)
    Job.objects.filter(pk=job.pk).update(status=Job.Status.RUNNING, attempts=1, lease_until=now + timedelta(minutes=5), started_at=now)
    note_reading(person, person, at=now - timedelta(hours=3))
    seal_readings(at=now)
