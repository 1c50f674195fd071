"""What a request is about: rows of any floor, linked without knowing them."""

from collections.abc import Iterable

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from musashimurayama_isms.jobs.subjects import key_of
from musashimurayama_isms.transitions import InvalidTransition


class Subject(models.Model):
    """One thing that a request is about, with its name of that day."""

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="subjects")
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    object = GenericForeignKey("content_type", "object_id")
    label = models.CharField("対象", max_length=200)
    position = models.PositiveIntegerField("並び順", default=1)

    class Meta:
        verbose_name = "申請の対象"
        verbose_name_plural = "申請の対象"
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [models.UniqueConstraint(fields=["request", "content_type", "object_id"], name="approvals_subject_once")]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of(cls, request, subject: models.Model, position: int) -> "Subject":
        """The row for a subject, not yet saved."""
        content_type = ContentType.objects.get_for_model(subject)
        return cls(request=request, content_type=content_type, object_id=key_of(subject), label=str(subject)[:200], position=position)


def lock_subjects(request) -> None:
    """Lock the rows that a request is about, kind by kind and in the order of their keys; one query a kind."""
    kinds: dict[ContentType, list[str]] = {}
    for row in request.subjects.select_related("content_type"):
        kinds.setdefault(row.content_type, []).append(row.object_id)
    for kind in sorted(kinds, key=lambda kind: kind.pk):
        rows = kind.model_class()._base_manager.select_for_update(no_key=True)
        list(rows.filter(pk__in=kinds[kind]).order_by("pk").values_list("pk", flat=True))


def guard_single(request_type, subjects: Iterable[models.Model], *, but: models.Model | None = None) -> None:
    """InvalidTransition where a subject has a live request of the type other than `but`.

    The subjects' rows stay locked, so of two submitted at once one is told.
    """
    for subject in subjects:
        type(subject)._base_manager.select_for_update(no_key=True).filter(pk=subject.pk).first()
        live = request_type.requests.about(subject).live().exclude(pk=but.pk if but else None).first()
        if live is not None:
            raise InvalidTransition(f"「{subject}」については、進行中の申請（{live}、{live.get_status_display()}）があります。")
