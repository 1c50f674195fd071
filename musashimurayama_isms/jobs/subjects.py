"""What a row is about, kept as kind and key: results of jobs and attachments are as visible as their subject."""

from inspect import signature
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone


def key_of(subject: models.Model) -> str:
    """The key of a subject as text: a UUID without dashes, so that both databases compare it alike."""
    return str(subject.pk).replace("-", "")


def visible_keys(content_type: ContentType, user) -> models.QuerySet | None:
    """The keys of all subjects of a kind that a person may see, as a subquery; None when the model has no `objects.visible_to`."""
    rows = getattr(getattr(content_type.model_class(), "objects", None), "visible_to", None)
    if rows is None:
        return None
    moment = {"at": timezone.now()} if "at" in signature(rows).parameters else {}  # some floors ask for the moment, some take now
    key: Any = Replace(Cast("pk", CharField()), Value("-"), Value(""))
    return rows(user, **moment).order_by().annotate(subject_key=key).values("subject_key")
