"""What people say to each other about a request: written once, never altered."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record


class Comment(models.Model):
    """A question or an answer on a request that has left its drafter."""

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="comments")
    text = models.TextField("コメント", max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "コメント"
        verbose_name_plural = "コメント"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by}のコメント"

    @classmethod
    @transaction.atomic
    def add(cls, request, *, text: str, by: User, at: datetime) -> "Comment":
        """Say something; the others of the request are told. PermissionDenied for who does not see it."""
        request = request.lock()
        rows = type(request).objects.visible_to(by, at=at).exclude(status__in=request.PRIVATE)
        if not rows.filter(pk=request.pk).exists():
            raise PermissionDenied("この申請にコメントすることはできません。")
        comment = cls.objects.create(request=request, text=text, by=by, at=at)
        record(by, "approvals.comment.added", request, at=at)
        return comment
