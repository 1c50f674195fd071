"""Columns that many rows of the audits have."""

from typing import Any

from django.conf import settings
from django.db import models


def by_whom(label: str, *, null: bool = False, related_name: str = "+") -> models.ForeignKey:
    """A person who has done something, kept for good."""
    extra: dict[str, Any] = {"null": True, "blank": True} if null else {}
    return models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=label, on_delete=models.PROTECT, related_name=related_name, **extra)


def at_when(label: str, *, null: bool = True) -> models.DateTimeField:
    """When it was done; empty until then."""
    return models.DateTimeField(label, null=null, blank=null)
