"""The content of a request as it was submitted: what the deciders saw, kept with a digest."""

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.db import models

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile


class Version(models.Model):
    """One submission of a request; never changed."""

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版")
    content = models.JSONField("内容", default=dict)
    attachments = models.JSONField("添付ファイルのSHA-256", default=list)
    digest = models.CharField("SHA-256", max_length=64)
    starts_on = models.DateField("期間の始まり", null=True, blank=True)
    ends_on = models.DateField("期間の終わり", null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="申請した人", on_delete=models.PROTECT, related_name="+")
    submitted_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("申請日時")

    class Meta:
        verbose_name = "申請の版"
        verbose_name_plural = "申請の版"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["request", "number"], name="approvals_version_once")]

    def __str__(self) -> str:
        return f"{self.request} 第{self.number}版"

    @classmethod
    def freeze(cls, request, *, by: User, at: datetime) -> "Version":
        """Keep the content of a request as it stands, with the digests of its files; the caller holds the lock."""
        version = cls(
            request=request,
            number=request.version,
            content=request.content,
            attachments=sorted(StoredFile.objects.about(request).values_list("sha256", flat=True)),
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            submitted_by=by,
            submitted_as=request.applicant_as,
            at=at,
        )
        version.digest = version.compute_digest()
        version.save()
        return version

    def compute_digest(self) -> str:
        """SHA-256 over types, subjects, content, period and attachments in canonical JSON."""
        subjects = [f"{row.content_type_id}:{row.object_id}:{row.label}" for row in self.request.subjects.all()]
        return self.digest_over([type_.code for type_ in self.request.types], subjects)

    def digest_over(self, types: list[str], subjects: list[str]) -> str:
        """The same with the codes of the types and the texts of the subjects, for who knows them already."""
        whole = {
            "types": sorted(types),
            "subjects": subjects,
            "content": self.content,
            "period": [str(self.starts_on), str(self.ends_on)],
            "attachments": self.attachments,
        }
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
